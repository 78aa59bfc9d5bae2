package container

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const patience = 10 * time.Second

// output is a program's output, which tests read while it grows.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// waitFor returns when the output has the text.
func (o *output) waitFor(t *testing.T, text string) {
	t.Helper()
	until(t, func() bool { return strings.Contains(o.String(), text) })
}

func until(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come")
		}
	}
}

// runShell runs a runner whose program is the shell; it ends with the test.
func runShell(t *testing.T) (dir string) {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell to run")
	}
	// A socket's path has 107 bytes at most, which those of t.TempDir can exceed.
	if dir, err = os.MkdirTemp("", "runner"); err != nil {
		t.Fatal(err)
	}
	r := &Runner{Program: "sh", Path: shell, Dir: dir, Output: &output{}, Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = os.RemoveAll(dir)
	})
	until(t, func() bool { return health(dir) == nil })
	return dir
}

func health(dir string) error { return Health(context.Background(), dir, "sh") }

func writeRequest(w io.Writer, r request) error { return json.NewEncoder(w).Encode(r) }

func standIn(dir string, out *output, script string) StandIn {
	return StandIn{Program: "sh", Dir: dir, Args: []string{"-c", script}, Env: []string{"WORD=hello"}, WorkDir: dir, Output: out, Patience: patience}
}

func TestStandInEndsAsTheProgramDoes(t *testing.T) {
	tests := []struct {
		name, script, want string
		code               int
	}{
		{"with what it was started with", `echo "$WORD"; echo aside >&2`, "hello\naside\n", 0},
		{"with its status", `exit 7`, "", 7},
		{"by a signal", `kill -TERM $$`, "", 128 + 15},
	}
	dir := runShell(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out := &output{}
			code, err := standIn(dir, out, test.script).Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]any{test.want, test.code}, []any{out.String(), code}); diff != "" {
				t.Errorf("output and status (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSignalsArePassedOnAndLeaveTheRunnerHealthy(t *testing.T) {
	dir, out, signals := runShell(t), &output{}, make(chan os.Signal, 1)
	s := standIn(dir, out, `trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done`)
	s.Signals = signals
	codes := make(chan int, 1)
	go func() {
		code, err := s.Run(context.Background())
		if err != nil {
			t.Error(err)
		}
		codes <- code
	}()
	out.waitFor(t, "up\n")
	signals <- syscall.SIGTERM
	if code := <-codes; code != 3 || out.String() != "up\nbye\n" {
		t.Errorf("status %d, output %q", code, out)
	}
	if err := health(dir); err != nil {
		t.Errorf("a program whose end was asked for: %v", err)
	}
}

func TestHealthTellsOfAProgramThatEndedByItself(t *testing.T) {
	dir := runShell(t)
	if _, err := standIn(dir, &output{}, `exit 7`).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := health(dir)
	if err == nil || err.Error() != "sh has ended by itself with exit status 7" {
		t.Errorf("health: %v", err)
	}
}

func TestTheProgramDiesWithItsStandIn(t *testing.T) {
	dir := runShell(t)
	conn, err := StandIn{Program: "sh", Dir: dir, Patience: patience}.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	alive := dir + "/alive"
	script := `while :; do echo x >` + alive + `; sleep 0.02; done`
	if err := writeRequest(conn, request{Start: &start{Args: []string{"-c", script}, Dir: dir}}); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { _, err := os.Stat(alive); return err == nil })
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool {
		if err := os.Remove(alive); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		_, err := os.Stat(alive)
		return os.IsNotExist(err)
	})
}

func TestStandInSaysWhatIsMissing(t *testing.T) {
	s := StandIn{Program: "etcd", Dir: t.TempDir(), Output: &output{}, Patience: time.Millisecond}
	if _, err := s.Run(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "reach the container of etcd (is it up?): ") {
		t.Errorf("without a runner: %v", err)
	}
	s = standIn(runShell(t), &output{}, "")
	s.WorkDir = "/nowhere/at/all"
	if _, err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "no such file or directory") {
		t.Errorf("in a folder that is not there: %v", err)
	}
}
