package emulator

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/logs"
)

// lastLines is how much of a log stands in an error.
const lastLines = 15

// upDetached starts the stack as a process of its own and returns when that reports that it runs.
func (p *Program) upDetached(ctx context.Context, o upOptions) error {
	if _, err := loadConfig(o); err != nil { // before a folder is made
		return err
	}
	if running, err := o.home.Running(); running || err != nil { // before the log of the running one is begun anew
		if err != nil {
			return err
		}
		return alreadyRunning(o.home)
	}
	if err := o.home.Create(); err != nil {
		return err
	}
	cmd, pipe, err := p.background(ctx, o)
	if err != nil {
		return err
	}
	defer pipe.Close()
	// A Ctrl-C reaches only this process: the stack is in a session of its own, and is asked to end.
	stopped := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
	defer stopped()
	ready, err := readReports(pipe, p.progress(o.format))
	if ready {
		return err
	}
	waitErr := cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return errors.New("interrupted: nothing is left running")
	case err != nil:
		return err
	}
	return fmt.Errorf("the stack ended while it started (%w); its last lines:\n%s", waitErr, strings.TrimSpace(logs.LastLines(o.home.Log(), lastLines)))
}

// background starts this program again in the background and returns the pipe on which it reports.
func (p *Program) background(ctx context.Context, o upOptions) (*exec.Cmd, io.ReadCloser, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find this program: %w", err)
	}
	args := []string{"up", "--name", o.home.Name, "--listen", o.listen, "--report-fd", "3"}
	if o.cluster != "" {
		args = append(args, "--cluster", o.cluster)
	}
	if o.workers != nil {
		args = append(args, "--workers", strconv.Itoa(*o.workers))
	}
	if o.retain {
		args = append(args, "--retain")
	}
	if o.config != "" {
		path, err := filepath.Abs(o.config)
		if err != nil {
			return nil, nil, fmt.Errorf("find the configuration: %w", err)
		}
		args = append(args, "--config", path)
	}
	log, err := os.OpenFile(o.home.Log(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the stack's log: %w", err)
	}
	defer log.Close()
	read, write, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("make a pipe: %w", err)
	}
	defer write.Close()
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, args...)
	cmd.Args[0] = p.Self
	cmd.Dir = o.home.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{write}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		read.Close()
		return nil, nil, fmt.Errorf("start the stack in the background: %w", err)
	}
	return cmd, read, nil
}

// readReports shows what the stack reports until it runs (then ready is true), fails, or is gone.
func readReports(pipe io.Reader, show progress) (ready bool, err error) {
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		var r report
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return false, fmt.Errorf("read the stack's report: %w", err)
		}
		switch {
		case r.Ready != nil:
			return true, show.ready(*r.Ready)
		case r.Error != "" && r.Running:
			return false, runningError(r.Error)
		case r.Error != "":
			return false, errors.New(r.Error)
		default:
			show.step(r.Step)
		}
	}
	return false, lines.Err()
}

// runningError is home.ErrRunning as another process has worded it.
type runningError string

func (e runningError) Error() string { return string(e) }

func (e runningError) Is(target error) bool { return target == home.ErrRunning }

// upReporting is the stack's side of upDetached.
func (p *Program) upReporting(ctx context.Context, o upOptions) error {
	syscall.CloseOnExec(o.reportFD) // else the stack's own children would keep the pipe open
	pipe := pipeProgress{os.NewFile(uintptr(o.reportFD), "report")}
	err := p.upHere(ctx, o, pipe)
	if err != nil {
		pipe.send(report{Error: err.Error(), Running: errors.Is(err, home.ErrRunning)})
	}
	return err
}
