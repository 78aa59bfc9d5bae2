package localcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

const (
	// pollInterval is how often a starting process is asked whether it is ready: short beside the shortest start (etcd,
	// some 200 ms), long beside the cost of asking.
	pollInterval = 15 * time.Millisecond
	// readyTimeout bounds one process's start, on a slow machine under load too.
	readyTimeout = 2 * time.Minute
	// stopTimeout is how long a process may take to end by itself. None needs it to save anything: what etcd has
	// acknowledged survives its death.
	stopTimeout = 3 * time.Second
)

// spec says how to run one component.
type spec struct {
	name    string
	path    string
	args    []string
	env     []string
	dir     string
	logFile string
	// signal asks it to end.
	signal syscall.Signal
	// ready asks once whether it serves; an error says why not yet. since is where this run's part of the log begins.
	ready func(ctx context.Context, since int64) error
}

// process is one run of a component.
type process struct {
	spec  spec
	cmd   *exec.Cmd
	since int64
	// done is closed when the process has ended; exit is valid from then on.
	done chan struct{}
	exit error
}

func startProcess(f *forker, s spec) (*process, error) {
	logFile, err := openLog(s.logFile)
	if err != nil {
		return nil, fmt.Errorf("start %s: open its log: %w", s.name, err)
	}
	defer logFile.Close()
	info, err := logFile.Stat()
	if err != nil {
		return nil, fmt.Errorf("start %s: read its log: %w", s.name, err)
	}
	// Without a context: that of a start ends with the start, the process goes on.
	cmd := &exec.Cmd{
		Path: s.path, Args: append([]string{s.path}, s.args...), Env: s.env, Dir: s.dir, Stdout: logFile, Stderr: logFile,
	}
	if err := f.start(cmd); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("start %s (build it with `make upstream`): %w", s.name, err)
		}
		return nil, fmt.Errorf("start %s: %w", s.name, err)
	}
	p := &process{spec: s, cmd: cmd, since: info.Size(), done: make(chan struct{})}
	go func() {
		p.exit = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// waitReady returns when the process serves, or says why it never will.
func (p *process) waitReady(ctx context.Context) error {
	timeout := time.NewTimer(readyTimeout)
	defer timeout.Stop()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for {
		err := p.spec.ready(ctx, p.since)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return p.exitError()
		case <-ctx.Done():
			return fmt.Errorf("start %s: %w", p.spec.name, context.Cause(ctx))
		case <-timeout.C:
			return fmt.Errorf("start %s: not ready after %v (%w); its last lines, from %s:\n%s",
				p.spec.name, readyTimeout, err, p.spec.logFile, lastLines(p.spec.logFile))
		case <-poll.C:
		}
	}
}

// stop ends the process and waits for its end. killed tells that it had to be killed.
func (p *process) stop(ctx context.Context) (killed bool, err error) {
	if err := p.send(p.spec.signal); err != nil {
		return false, err
	}
	timeout := time.NewTimer(stopTimeout)
	defer timeout.Stop()
	select {
	case <-p.done:
		return false, nil
	case <-ctx.Done():
	case <-timeout.C:
	}
	err = p.send(syscall.SIGKILL)
	<-p.done
	return true, err
}

func (p *process) send(signal syscall.Signal) error {
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("send %v to %s (PID %d): %w", signal, p.spec.name, p.cmd.Process.Pid, err)
	}
	return nil
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// exitError describes the end of a process that nobody asked to end.
func (p *process) exitError() error {
	status := "exit status 0"
	if p.exit != nil {
		status = p.exit.Error()
	}
	tail := lastLines(p.spec.logFile)
	return fmt.Errorf("%s ended by itself (%s)%s; its last lines, from %s:\n%s", p.spec.name, status, advice(tail), p.spec.logFile, tail)
}

// advice names the fix where the last lines of a dead process show what is wrong with the machine.
func advice(tail string) string {
	switch {
	case strings.Contains(tail, "no space left on device"):
		return ": the disk is full, make room and start again"
	case strings.Contains(tail, "panic: failed to open database"), strings.Contains(tail, "failed to recover v3 backend"):
		return ": its data is damaged, remove the stack's state with `eksauth down --purge`"
	case strings.Contains(tail, "address already in use"):
		return ": its port was taken while it started, start again or choose another port"
	case strings.Contains(tail, "no kind \"AuthenticationConfiguration\" is registered"):
		return ": it is too old, Kubernetes 1.34 or later is needed"
	case strings.Contains(tail, "too many open files"):
		return ": too many open files, raise the limit (`ulimit -n 65536`)"
	}
	return ""
}
