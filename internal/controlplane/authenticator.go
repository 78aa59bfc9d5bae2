package controlplane

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// AWSAuthMark is what the authenticator logs when it has read aws-auth.
const AWSAuthMark = "Received aws-auth watch event"

// loopback is where the authenticator answers its API server, beside which it runs.
const loopback = "127.0.0.1"

const (
	// missedAfter is when the authenticator counts as having missed a change: it logs one within milliseconds.
	missedAfter = 500 * time.Millisecond
	// reloadTimeout is far above the second that the authenticator waits before it looks at a file again, since the
	// machine may be busy.
	reloadTimeout = 20 * time.Second
)

// reservedPrefixes are those that EKS refuses in the username of an access entry
// (https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html), but for `system:`, which the generated
// usernames of nodes have.
var reservedPrefixes = []string{"eks:", "aws:", "amazon:", "iam:"}

// AuthenticatorConfig says how one aws-iam-authenticator is set up.
type AuthenticatorConfig struct {
	// ClusterID is what tokens must be signed for.
	ClusterID, Partition string
	// Dir is the folder of the authenticator's files as this program sees it; Seen is the same folder as the
	// authenticator sees it.
	Dir, Seen string
	// StateDir has its serving certificate (cert.pem, key.pem), Kubeconfig is how it enters the cluster; both as it sees
	// them.
	StateDir, Kubeconfig string
	// Address and Port are where it answers; without an address that is the loopback address, beside its API server.
	Address string
	Port    int
	Mode    Mode
	// Creator enters in CONFIG_MAP mode though nothing in the cluster shows it. Nil is a cluster without one.
	Creator *Mapping
	Entries []Mapping
	// Log is the path of what it logs, and Runs tells whether it runs.
	Log  func() string
	Runs func() bool
	// Client returns a client of the API server, once there is one.
	Client func() *Client
	Now    func() time.Time
}

// Authenticator is who may enter a cluster beside those whom aws-auth names, as its aws-iam-authenticator is told. It is safe
// for concurrent use.
type Authenticator struct {
	cfg AuthenticatorConfig

	mu          sync.Mutex
	mode        Mode
	entries     []Mapping
	modeFile    accessFile
	entriesFile accessFile
}

// NewAuthenticator returns an authenticator whose files are not written yet.
func NewAuthenticator(cfg AuthenticatorConfig) *Authenticator {
	return &Authenticator{
		cfg: cfg, mode: cfg.Mode, entries: cfg.Entries,
		modeFile:    accessFile{path: filepath.Join(cfg.Dir, "backend-mode.json"), kind: "mode"},
		entriesFile: accessFile{path: filepath.Join(cfg.Dir, "access-entries.json"), kind: "entries"},
	}
}

// Files are the authenticator's part of a cluster's files.
func (a *Authenticator) Files() Files {
	return Files{Entries: a.entriesFile.path, Mode: a.modeFile.path, Log: a.cfg.Log()}
}

// ConfigFile is the path of the authenticator's configuration as the authenticator sees it.
func (a *Authenticator) ConfigFile() string { return a.seen("authenticator.json") }

func (a *Authenticator) seen(name string) string { return filepath.Join(a.cfg.Seen, name) }

// Write writes all that the authenticator is started with but keys and kubeconfig.
func (a *Authenticator) Write() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return errors.Join(
		a.writeConfig(),
		a.modeFile.write(a.cfg.Now(), modeFields(a.mode)),
		a.entriesFile.write(a.cfg.Now(), entriesFields(a.entriesInForce())),
	)
}

// writeConfig writes the authenticator's own configuration; JSON is YAML to it. It names the mode as well, so that no other
// is in force in the moment before the authenticator reads the mode's file.
func (a *Authenticator) writeConfig() error {
	var creator []Mapping
	if a.cfg.Creator != nil {
		creator = append(creator, *a.cfg.Creator)
	}
	roles, users := authenticatorMappings(creator)
	content, err := json.MarshalIndent(map[string]any{
		"clusterID": a.cfg.ClusterID,
		"server": map[string]any{
			"partition":               a.cfg.Partition,
			"address":                 cmp.Or(a.cfg.Address, loopback),
			"hostname":                loopback,
			"port":                    a.cfg.Port,
			"stateDir":                a.cfg.StateDir,
			"kubeconfig":              a.cfg.Kubeconfig,
			"kubeconfigPregenerated":  true,
			"backendMode":             backends[a.mode],
			"dynamicfilepath":         a.seen(filepath.Base(a.entriesFile.path)),
			"dynamicfileUserIDStrict": true,
			"dynamicBackendModePath":  a.seen(filepath.Base(a.modeFile.path)),
			"reservedPrefixConfig": []any{map[string]any{
				"backendMode": "DynamicFile", "usernamePrefixReserveList": reservedPrefixes,
			}},
			"mapRoles": roles,
			"mapUsers": users,
		},
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the authenticator's configuration: %w", err)
	}
	if err := os.WriteFile(filepath.Join(a.cfg.Dir, "authenticator.json"), content, 0o600); err != nil {
		return fmt.Errorf("write the authenticator's configuration: %w", err)
	}
	return nil
}

// Ready tells whether the authenticator has loaded all that decides who may enter; since is where its log began when it was
// started.
func (a *Authenticator) Ready(ctx context.Context, since int64) error {
	marks, err := a.awsAuthMarks(ctx, a.mode)
	if err != nil {
		return err
	}
	if !Logged(a.cfg.Log(), since, append(marks, a.modeFile.loadedMark(), a.entriesFile.loadedMark())...) {
		return errors.New("the mappings are not loaded yet")
	}
	return nil
}

// awsAuthMarks returns the log mark to wait for in a mode: one if there is an aws-auth to read.
func (a *Authenticator) awsAuthMarks(ctx context.Context, mode Mode) ([]string, error) {
	if !mode.readsConfigMap() {
		return nil, nil
	}
	status, err := a.cfg.Client().Get(ctx, AWSAuthPath, nil)
	if err != nil || status != http.StatusOK {
		return nil, err
	}
	return []string{AWSAuthMark}, nil
}
