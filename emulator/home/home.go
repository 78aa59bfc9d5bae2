package home

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// DefaultName is the stack that commands mean without --name.
const DefaultName = "default"

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Home is the folder of one stack.
type Home struct {
	// Name is the stack's name.
	Name string
	// Dir is the folder's absolute path.
	Dir string
}

// Locate finds the folder of the stack called name: $EKSAUTH_HOME/<name>, else eksauth/<name> in $XDG_STATE_HOME, else
// in ~/.local/state (XDG Base Directory Specification). getenv is os.Getenv. It makes nothing.
func Locate(name string, getenv func(string) string) (Home, error) {
	if !nameForm.MatchString(name) {
		return Home{}, fmt.Errorf("%q is no name for a stack: use letters, digits, dots, dashes and underscores, at most 64", name)
	}
	root := getenv("EKSAUTH_HOME")
	if root == "" {
		state := getenv("XDG_STATE_HOME")
		if state == "" {
			user := getenv("HOME")
			if user == "" {
				return Home{}, errors.New("find the folder for the state: neither EKSAUTH_HOME nor HOME is set: set EKSAUTH_HOME to a folder")
			}
			state = filepath.Join(user, ".local", "state")
		}
		root = filepath.Join(state, "eksauth")
	}
	dir, err := filepath.Abs(filepath.Join(root, name))
	if err != nil {
		return Home{}, fmt.Errorf("find the folder for the state: %w", err)
	}
	return Home{Name: name, Dir: dir}, nil
}

// Create makes the folder and its parts, readable by the user alone.
func (h Home) Create() error {
	for _, dir := range []string{h.Dir, h.AWSDir(), h.LogDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make the folder for the state (set EKSAUTH_HOME to a folder that can be written): %w", err)
		}
	}
	return nil
}

// Exists tells whether the stack has a folder.
func (h Home) Exists() bool {
	info, err := os.Stat(h.Dir)
	return err == nil && info.IsDir()
}

// Remove deletes the folder with all that the stack has stored.
func (h Home) Remove() error {
	if err := os.RemoveAll(h.Dir); err != nil {
		return fmt.Errorf("remove the stack's folder: %w", err)
	}
	return nil
}

// Config is the effective configuration of the stack.
func (h Home) Config() string { return filepath.Join(h.Dir, "eksauth.yaml") }

// CACert is the certificate of the stack's authority, which clients trust.
func (h Home) CACert() string { return filepath.Join(h.Dir, "ca.pem") }

// CAKey is the private key of the stack's authority.
func (h Home) CAKey() string { return filepath.Join(h.Dir, "ca-key.pem") }

// AWSDir is the folder of the AWS configuration files.
func (h Home) AWSDir() string { return filepath.Join(h.Dir, "aws") }

// AWSConfig is the AWS configuration file with the stack's profiles.
func (h Home) AWSConfig() string { return filepath.Join(h.AWSDir(), "config") }

// AWSCredentials is the AWS credentials file with the profiles' keys.
func (h Home) AWSCredentials() string { return filepath.Join(h.AWSDir(), "credentials") }

// Kubeconfig has a context for each profile.
func (h Home) Kubeconfig() string { return filepath.Join(h.Dir, "kubeconfig") }

// HostDir has the client files of a host, if the stack runs in containers.
func (h Home) HostDir() string { return filepath.Join(h.Dir, "host") }

// EtcdDir is etcd's data folder.
func (h Home) EtcdDir() string { return filepath.Join(h.Dir, "etcd") }

// ClusterDir is the folder of one cluster's keys and configuration files.
func (h Home) ClusterDir(cluster string) string { return filepath.Join(h.Dir, "clusters", cluster) }

// LogDir is the folder of the log files of the stack's own processes.
func (h Home) LogDir() string { return filepath.Join(h.Dir, "logs") }

// ClusterLogDir is the folder of the log files of one cluster's processes.
func (h Home) ClusterLogDir(cluster string) string { return filepath.Join(h.LogDir(), cluster) }

// Log is the log file of the program itself.
func (h Home) Log() string { return filepath.Join(h.LogDir(), "eksauth.log") }

func (h Home) lockFile() string { return filepath.Join(h.Dir, "lock") }
func (h Home) runFile() string  { return filepath.Join(h.Dir, "run.json") }
