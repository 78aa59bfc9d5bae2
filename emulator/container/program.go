package container

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"sync/atomic"
	"syscall"
)

// signalled is what shells add to the number of the signal that ended a program, for its exit status.
const signalled = 128

// program is one run of a program.
type program struct {
	cmd *exec.Cmd
	// ended is set when somebody has asked it to end.
	ended atomic.Bool
}

func startProgram(path string, s start, output io.Writer) (*program, error) {
	cmd := &exec.Cmd{Path: path, Args: append([]string{path}, s.Args...), Env: s.Env, Dir: s.Dir, Stdout: output, Stderr: output}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &program{cmd: cmd}, nil
}

// obey passes signals on until the stand-in goes, which ends the program.
func (p *program) obey(requests *json.Decoder) {
	for {
		var next request
		if err := requests.Decode(&next); err != nil {
			p.kill()
			return
		}
		p.ended.Store(true)
		_ = p.cmd.Process.Signal(syscall.Signal(next.Signal)) // one that has ended needs no signal
	}
}

func (p *program) kill() {
	p.ended.Store(true)
	_ = p.cmd.Process.Kill() // one that has ended needs no signal
}

// asked tells whether the program's end was asked for.
func (p *program) asked() bool { return p.ended.Load() }

// wait returns the exit status.
func (p *program) wait() int {
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return p.cmd.ProcessState.ExitCode()
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return signalled + int(status.Signal())
	}
	return exit.ExitCode()
}
