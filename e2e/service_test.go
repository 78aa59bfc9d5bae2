package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/eksauth/eksauth/e2e/client"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// service is a running `eksauth serve`: the services alone, without a cluster.
type service struct {
	name    string
	address string
	user    *client.User
	cmd     *exec.Cmd
	errors  *bytes.Buffer
	// ended is closed when the program has ended; failure is then how.
	ended   chan struct{}
	failure error
}

// serviceName is the stack's name; replicas have homes of their own, so all are called alike.
const serviceName = "service"

// startService starts eksauth serve with a state folder in dir; it ends with the container that started it.
func startService(dir string, args ...string) *service {
	GinkgoHelper()
	s := newService(dir)
	s.start(args...)
	DeferCleanup(s.stop)
	return s
}

func newService(dir string) *service {
	GinkgoHelper()
	Expect(os.MkdirAll(dir, 0o700)).To(Succeed())
	return &service{name: serviceName, user: client.New(dir, map[string]string{"EKSAUTH_HOME": filepath.Join(dir, "state")})}
}

// start runs the program until it says that it serves. It may be called again after kill.
func (s *service) start(args ...string) {
	GinkgoHelper()
	path, err := program()
	Expect(err).NotTo(HaveOccurred())
	s.errors, s.ended = &bytes.Buffer{}, make(chan struct{})
	s.cmd = exec.Command(path, append([]string{"serve", "-o", "json", "--name", s.name, "--listen", "127.0.0.1:0"}, args...)...)
	s.cmd.Env = append(os.Environ(), "EKSAUTH_HOME="+s.user.Var("EKSAUTH_HOME"))
	s.cmd.Stderr = s.errors
	// Whatever ends the suite ends its services.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	said, err := s.cmd.StdoutPipe()
	Expect(err).NotTo(HaveOccurred())
	Expect(s.cmd.Start()).To(Succeed())
	var ready struct{ Gateway string }
	err = json.NewDecoder(said).Decode(&ready)
	go func() {
		s.failure = s.cmd.Wait()
		close(s.ended)
	}()
	if err != nil {
		<-s.ended
	}
	Expect(err).NotTo(HaveOccurred(), s.errors.String)
	s.address = ready.Gateway
	vars := map[string]string{}
	Expect(s.ask(&vars, "env", "-o", "json")).To(Succeed())
	s.user = s.user.With(vars)
}

// ask runs a command of the program and reads the JSON that it prints.
func (s *service) ask(into any, command ...string) error {
	path, err := program()
	if err != nil {
		return err
	}
	result := s.user.Run(path, append(command, "--name", s.name)...)
	if result.Code != 0 {
		return errors.New(result.String())
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal([]byte(result.Stdout), into)
}

// newAccount is an account that nobody else uses, with its root user's key.
type newAccount struct{ ID, AccessKeyID, SecretAccessKey string }

func (s *service) newAccount() (made newAccount, err error) {
	return made, s.ask(&made, "account", "create", "-o", "json")
}

// kill ends the program without a word, as a crash does.
func (s *service) kill() {
	_ = s.cmd.Process.Kill() // it may have ended
	<-s.ended
}

// stop asks the program to end, and expects that it does so in order.
func (s *service) stop() {
	Expect(s.cmd.Process.Signal(syscall.SIGINT)).To(Succeed())
	Eventually(s.ended).Should(BeClosed(), "the service ends when it is asked to")
	Expect(s.failure).NotTo(HaveOccurred(), s.errors.String())
}
