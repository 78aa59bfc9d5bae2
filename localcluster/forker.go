package localcluster

import (
	"os/exec"
	"runtime"
)

// forker starts child processes from one OS thread. Linux ties the signal that a child gets at its parent's death to the
// thread that forked it, not to the process (prctl(2), PR_SET_PDEATHSIG); Go ends idle threads as it likes. So the
// thread must belong to a goroutine that lives as long as the children.
type forker struct {
	requests chan forkRequest
}

type forkRequest struct {
	cmd    *exec.Cmd
	result chan<- error
}

func newForker() *forker {
	f := &forker{requests: make(chan forkRequest)}
	go f.run()
	return f
}

func (f *forker) run() {
	// Never unlocked: the thread ends with this goroutine, and with it whatever child is left.
	runtime.LockOSThread()
	for request := range f.requests {
		request.result <- request.cmd.Start()
	}
}

// start starts cmd so that it ends with this program.
func (f *forker) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = childAttributes()
	result := make(chan error, 1)
	f.requests <- forkRequest{cmd: cmd, result: result}
	return <-result
}

// close ends the thread; no start may follow.
func (f *forker) close() { close(f.requests) }
