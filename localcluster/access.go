package localcluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Mode is a cluster's authentication mode, in the words of the EKS API
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_AccessConfigResponse.html).
type Mode string

// The authentication modes.
const (
	ModeConfigMap       Mode = "CONFIG_MAP"
	ModeAPIAndConfigMap Mode = "API_AND_CONFIG_MAP"
	ModeAPI             Mode = "API"
)

// Mapping says as which Kubernetes user and with which groups an IAM user or role enters.
type Mapping struct {
	// ARN is that of the user or the role (not of a role session), without the path if it is a role.
	ARN string
	// PrincipalID is the unique ID, AIDA… or AROA…. An access entry is looked up by it; the creator's needs none.
	PrincipalID string
	// Username may have the authenticator's templates, such as {{SessionName}} and {{EC2PrivateDNSName}}.
	Username string
	Groups   []string
}

// backends is the order in which the authenticator asks where an identity is mapped; the first that knows it wins. An
// access entry comes before aws-auth
// (https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html).
//
// DynamicFile has a place in CONFIG_MAP mode since the authenticator takes the file's path only if its first mode names
// it; the file is empty then. The creator is hard-wired (MountedFile) in that mode alone: in the others EKS makes an
// access entry of it, which can be deleted.
var backends = map[Mode][]string{
	ModeConfigMap:       {"EKSConfigMap", "DynamicFile", "MountedFile"},
	ModeAPIAndConfigMap: {"DynamicFile", "EKSConfigMap"},
	ModeAPI:             {"DynamicFile"},
}

func (m Mode) readsConfigMap() bool { return m != ModeAPI }

// reloadTimeout is above the second that the authenticator waits before it looks at a file again, in the worst case.
const reloadTimeout = 5 * time.Second

// accessFile is a file that the authenticator reloads when it changes (its pkg/fileutil).
type accessFile struct {
	path string
	// kind and serial make up the version that the authenticator logs, by which we see that it has loaded it.
	kind   string
	serial int
}

func (f *accessFile) version() string { return f.kind + "-" + strconv.Itoa(f.serial) }

// loadedMark is how the version looks in the authenticator's log, where the file's text is quoted.
func (f *accessFile) loadedMark() string { return `\"` + f.version() + `\"` }

// write stores a new version of the file, over the old text and in one call, padded with blanks so that nothing of the
// old is left. It does not replace the file: the authenticator would then miss every change until it had looked again, a
// second later, and one in the wrong moment altogether.
func (f *accessFile) write(now time.Time, fields map[string]any) error {
	f.serial++
	fields["LastUpdatedDateTime"] = strconv.FormatInt(now.Unix(), 10)
	fields["Version"] = f.version()
	content, err := json.Marshal(fields)
	if err != nil {
		return fmt.Errorf("encode %s: %w", f.path, err)
	}
	file, err := os.OpenFile(f.path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write for the authenticator: %w", err)
	}
	info, err := file.Stat()
	if err == nil {
		content = append(content, strings.Repeat(" ", max(0, int(info.Size())-len(content)))...)
		_, err = file.WriteAt(content, 0)
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write for the authenticator: %w", err)
	}
	return nil
}

// entriesFields are the contents of the authenticator's DynamicFile.
func entriesFields(entries []Mapping) map[string]any {
	roles, users := authenticatorMappings(entries)
	return map[string]any{"mapRoles": roles, "mapUsers": users}
}

func modeFields(mode Mode) map[string]any {
	return map[string]any{"backendMode": strings.Join(backends[mode], " ")}
}

// SetEntries replaces the access entries. It returns when they are in force, or, if the authenticator does not run, when
// they will be at its next start. In CONFIG_MAP mode they are kept but not in force.
func (c *Cluster) SetEntries(ctx context.Context, entries []Mapping) error {
	c.access.Lock()
	defer c.access.Unlock()
	c.entries = entries
	return c.putEntries(ctx)
}

// entriesInForce are none in CONFIG_MAP mode, though the authenticator has a place for them.
func (c *Cluster) entriesInForce() []Mapping {
	if c.mode == ModeConfigMap {
		return nil
	}
	return c.entries
}

func (c *Cluster) putEntries(ctx context.Context) error {
	since := c.authenticatorLogSize()
	if err := c.entriesFile.write(c.cfg.Now(), entriesFields(c.entriesInForce())); err != nil {
		return err
	}
	return c.waitLoaded(ctx, since, "access entries", c.entriesFile.loadedMark())
}

// SetMode changes the authentication mode of the running cluster and returns when it is in force. Which changes AWS
// allows is for the caller to know.
func (c *Cluster) SetMode(ctx context.Context, mode Mode) error {
	if _, known := backends[mode]; !known {
		return fmt.Errorf("set authentication mode: %q is none of %s, %s, %s", mode, ModeConfigMap, ModeAPIAndConfigMap, ModeAPI)
	}
	c.access.Lock()
	defer c.access.Unlock()
	if c.mode == mode {
		return nil
	}
	marks, err := c.awsAuthMarks(ctx, mode)
	if err != nil {
		return fmt.Errorf("set authentication mode %s: %w", mode, err)
	}
	c.mode = mode
	since := c.authenticatorLogSize()
	if err := errors.Join(c.writeAuthenticatorConfig(), c.modeFile.write(c.cfg.Now(), modeFields(mode))); err != nil {
		return err
	}
	if err := c.waitLoaded(ctx, since, "authentication mode "+string(mode), append(marks, c.modeFile.loadedMark())...); err != nil {
		return err
	}
	return c.putEntries(ctx)
}

// Mode returns the authentication mode.
func (c *Cluster) Mode() Mode {
	c.access.Lock()
	defer c.access.Unlock()
	return c.mode
}

// waitLoaded returns when the authenticator has logged all marks.
func (c *Cluster) waitLoaded(ctx context.Context, since int64, what string, marks ...string) error {
	ctx, cancel := context.WithTimeout(ctx, reloadTimeout)
	defer cancel()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for c.authenticatorRuns() {
		if logged(c.authenticatorLog(), since, marks...) {
			return nil
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return fmt.Errorf("wait for the authenticator to load the %s: %w; see %s", what, ctx.Err(), c.authenticatorLog())
		}
	}
	return nil
}
