package e2e

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/eksauth/eksauth/e2e/client"
)

// compose is the kind of stack that docker-compose starts, with each program in a container of its own.
const compose = "compose"

// composeStack is a stack in containers, which the scripts of this repository start and which a shell on the host uses.
type composeStack struct {
	dir  string
	user *client.User
}

func newComposeStack(dir string) *composeStack {
	home := filepath.Join(dir, "host")
	vars := map[string]string{"COMPOSE_PROJECT_NAME": "eksauth-e2e-" + strconv.Itoa(os.Getpid()), "PATH": toolsFirst(os.Getenv("PATH"))}
	for _, name := range []string{"DOCKER_HOST", "EKSAUTH_TAG", "EKSAUTH_COMPOSE"} {
		if value := os.Getenv(name); value != "" {
			vars[name] = value
		}
	}
	return &composeStack{dir: dir, user: client.New(home, vars)}
}

// toolsFirst puts the kubectl and token plugin that make built before those of the machine.
func toolsFirst(path string) string {
	tools, err := filepath.Abs("../bin/upstream")
	if err != nil {
		return path
	}
	return tools + string(os.PathListSeparator) + path
}

func script(name string) (string, error) {
	path, err := filepath.Abs(filepath.Join("..", "scripts", name))
	if err != nil {
		return "", fmt.Errorf("find %s: %w", name, err)
	}
	return path, nil
}

func (s *composeStack) run(name string, args ...string) (client.Result, error) {
	path, err := script(name)
	if err != nil {
		return client.Result{}, err
	}
	result := s.user.Run(path, args...)
	if result.Code != 0 {
		return result, errors.New(result.String())
	}
	return result, nil
}

// program runs eksauth in its container.
func (s *composeStack) program(args ...string) (client.Result, error) {
	return s.run("compose.sh", append([]string{"exec", "-T", "eksauth", "eksauth"}, args...)...)
}

func (s *composeStack) Up(config string) (client.Result, error) {
	if err := s.prepare(); err != nil {
		return client.Result{}, err
	}
	s.user = s.user.With(map[string]string{"EKSAUTH_CONFIG": config})
	return s.run("compose-up.sh")
}

// prepare makes the user's home folder and finds ports for the stack.
func (s *composeStack) prepare() error {
	if err := os.MkdirAll(s.user.Var("HOME"), 0o700); err != nil {
		return err
	}
	for _, name := range []string{"EKSAUTH_PORT", "EKSAUTH_APISERVER_PORT"} {
		port, err := freePort()
		if err != nil {
			return err
		}
		s.user = s.user.With(map[string]string{name: port})
	}
	return nil
}

// freePort returns a port of the loopback address that was free a moment ago: Docker must be told a number.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, errors.Join(err, listener.Close())
}

// Env evaluates what the program prints, as a person does, and looks which variables the shell then has.
func (s *composeStack) Env() (map[string]string, error) {
	path, err := script("compose.sh")
	if err != nil {
		return nil, err
	}
	printed := s.user.Run("bash", "-c", `eval "$("$0" exec -T eksauth eksauth env)" && env -0`, path)
	if printed.Code != 0 {
		return nil, errors.New(printed.String())
	}
	vars := map[string]string{}
	for variable := range strings.SplitSeq(printed.Stdout, "\x00") {
		name, value, _ := strings.Cut(variable, "=")
		switch {
		case strings.HasPrefix(name, "AWS_"), name == "HTTPS_PROXY", name == "NO_PROXY", name == "KUBECONFIG", name == "PATH":
			vars[name] = value
		}
	}
	return vars, nil
}

func (s *composeStack) Logs(component string) (string, error) {
	result, err := s.program("logs", component)
	return result.Stdout, err
}

// LogDir is a copy of the containers' folder, if there are any.
func (s *composeStack) LogDir() string {
	dir := filepath.Join(s.dir, "logs")
	if id, err := s.run("compose.sh", "ps", "-q", "eksauth"); err == nil && id.Stdout != "" {
		s.user.Run("docker", "cp", strings.TrimSpace(id.Stdout)+":/var/lib/eksauth/default/logs", dir)
	}
	return dir
}

func (s *composeStack) Down() (client.Result, error) {
	result, err := s.run("compose.sh", "down", "--volumes", "--remove-orphans")
	return result, errors.Join(err, os.RemoveAll(filepath.Join(s.dir, "logs")))
}
