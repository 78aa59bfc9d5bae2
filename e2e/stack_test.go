package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/eksauth/eksauth/e2e/client"
)

// Stack is one running eksauth with one kind of cluster under it.
type Stack interface {
	// Up starts the stack from a configuration file and returns what it printed.
	Up(config string) (client.Result, error)
	// Env returns the variables that lead clients to the stack.
	Env() (map[string]string, error)
	// Logs returns what a component has logged.
	Logs(component string) (string, error)
	// LogDir is the folder of all log files.
	LogDir() string
	// Down stops the stack and removes its state. It does no harm to a stack that did not start.
	Down() (client.Result, error)
}

// Kinds of cluster.
const (
	// local is made of processes, without containers.
	local = "local"
	// kindNodes is made by kind: containers that are nodes.
	kindNodes = "kind"
)

// stacks makes a stack of each kind; dir is a folder for all that it writes.
var stacks = map[string]func(dir string) Stack{
	local:     func(dir string) Stack { return newLocalStack(dir) },
	kindNodes: func(dir string) Stack { return newKindStack(dir) },
	compose:   func(dir string) Stack { return newComposeStack(dir) },
}

// localStack is a stack in the background on this machine; its clusters run in one of two ways.
type localStack struct {
	name, home, cluster string
	user                *client.User
}

func newLocalStack(dir string) *localStack {
	home := filepath.Join(dir, "state")
	vars := map[string]string{"EKSAUTH_HOME": home}
	if assets := os.Getenv("KUBEBUILDER_ASSETS"); assets != "" {
		vars["KUBEBUILDER_ASSETS"] = assets
	}
	return &localStack{name: "e2e-" + strconv.Itoa(os.Getpid()), home: home, cluster: local, user: client.New(dir, vars)}
}

func newKindStack(dir string) *localStack {
	stack := newLocalStack(dir)
	stack.cluster = kindNodes
	// The node image was built with the Go caches and in the cache of whoever runs the suite.
	caches := map[string]string{}
	for _, name := range []string{"GOMODCACHE", "GOCACHE", "GOPROXY", "EKSAUTH_CACHE"} {
		if value := os.Getenv(name); value != "" {
			caches[name] = value
		}
	}
	stack.user = stack.user.With(caches)
	return stack
}

// program is the binary under test, which make builds.
func program() (string, error) {
	path, err := filepath.Abs("../bin/eksauth")
	if err != nil {
		return "", fmt.Errorf("find the program: %w", err)
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("find the program (make build makes it): %w", err)
	}
	return path, nil
}

func (s *localStack) run(command string, args ...string) (client.Result, error) {
	path, err := program()
	if err != nil {
		return client.Result{}, err
	}
	result := s.user.Run(path, append([]string{command, "--name", s.name}, args...)...)
	if result.Code != 0 {
		return result, errors.New(result.String())
	}
	return result, nil
}

func (s *localStack) Up(config string) (client.Result, error) {
	return s.run("up", "--detach", "--cluster", s.cluster, "--listen", "127.0.0.1:0", "--config", config)
}

func (s *localStack) Env() (map[string]string, error) {
	result, err := s.run("env", "-o", "json")
	if err != nil {
		return nil, err
	}
	vars := map[string]string{}
	if err := json.Unmarshal([]byte(result.Stdout), &vars); err != nil {
		return nil, fmt.Errorf("read the variables %q: %w", result.Stdout, err)
	}
	return vars, nil
}

func (s *localStack) Logs(component string) (string, error) {
	result, err := s.run("logs", component)
	return result.Stdout, err
}

func (s *localStack) LogDir() string { return filepath.Join(s.home, s.name, "logs") }

func (s *localStack) Down() (client.Result, error) { return s.run("down", "--purge") }
