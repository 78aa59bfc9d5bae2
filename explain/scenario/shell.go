package scenario

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Bounds of one command, and of what it leaves behind when it is ended.
const (
	patience = time.Minute
	grace    = time.Second
)

// printed is what a command has printed and how it ended.
type printed struct {
	all, stdout string
	code        int
}

// shell runs a command in the folder of the scenarios, with the variables of the stack alone. The error says that it could
// not run, or was ended.
func (w *world) shell(ctx context.Context, command string) (printed, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Dir, cmd.Env, cmd.WaitDelay = w.Dir, w.environ(), grace
	// A group of its own, so that Ctrl-C reaches the plugins of a client by us alone.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	var all together
	var stdout bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&all, &stdout), &all
	err := cmd.Run()
	if ctx.Err() != nil {
		return printed{}, fmt.Errorf("run %s: %w", command, context.Cause(ctx))
	}
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		return printed{}, fmt.Errorf("run %s: %w", command, err)
	}
	return printed{all.String(), stdout.String(), cmd.ProcessState.ExitCode()}, nil
}

// together takes both streams of a command, as a terminal does.
type together struct {
	mu   sync.Mutex
	text strings.Builder
}

func (t *together) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(text)
}

func (t *together) String() string { return t.text.String() }

// environ is what leads clients to the stack, and to the files of the scenarios instead of the user's.
func (w *world) environ() []string {
	vars := maps.Clone(w.Env)
	maps.Copy(vars, map[string]string{
		"HOME": w.Dir, "KUBECONFIG": w.file("kubeconfig"), "AWS_CONFIG_FILE": w.file("config"), "AWS_SHARED_CREDENTIALS_FILE": w.file("credentials"),
		"AWS_PAGER": "", "AWS_STS_REGIONAL_ENDPOINTS": "regional", "LC_ALL": "C.UTF-8",
		"PATH": w.file("bin") + string(os.PathListSeparator) + vars["PATH"],
	})
	var list []string
	for name, value := range vars {
		list = append(list, name+"="+value)
	}
	return list
}

func (w *world) file(name string) string { return filepath.Join(w.Dir, name) }
