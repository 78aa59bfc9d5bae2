package localcluster

import (
	"errors"
	"os/exec"
	"runtime"
	"sync"
)

// forker starts child processes from one OS thread. Linux ties the signal that a child gets at its parent's death to the
// thread that forked it, not to the process (prctl(2), PR_SET_PDEATHSIG); Go ends idle threads as it likes. So the
// thread must belong to a goroutine that lives as long as the children.
type forker struct {
	requests chan forkRequest
	done     chan struct{}
	once     sync.Once
}

type forkRequest struct {
	cmd    *exec.Cmd
	result chan<- error
}

// errStopped answers a start that comes after the stop.
var errStopped = errors.New("it has been stopped")

func newForker() *forker {
	f := &forker{requests: make(chan forkRequest), done: make(chan struct{})}
	go f.run()
	return f
}

func (f *forker) run() {
	// Never unlocked: the thread ends with this goroutine, and with it whatever child is left.
	runtime.LockOSThread()
	for {
		select {
		case request := <-f.requests:
			request.result <- request.cmd.Start()
		case <-f.done:
			return
		}
	}
}

// start starts cmd so that it ends with this program.
func (f *forker) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = childAttributes()
	result := make(chan error, 1)
	select {
	case f.requests <- forkRequest{cmd: cmd, result: result}:
		return <-result
	case <-f.done:
		return errStopped
	}
}

// close ends the thread and refuses further starts.
func (f *forker) close() { f.once.Do(func() { close(f.done) }) }
