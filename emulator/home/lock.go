package home

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// ErrRunning says that another process holds the stack.
var ErrRunning = errors.New("the stack is running")

// Lock holds a stack. The kernel releases it when its process ends, however it ends, so a crash or a reboot leaves nothing
// to clean up.
type Lock struct{ file *os.File }

// A probe by Running holds the lock for an instant, so Acquire asks again before it believes that the stack runs.
const (
	attempts = 5
	pause    = 10 * time.Millisecond
)

// Acquire takes the stack for this process. The error is ErrRunning if another process has it.
func (h Home) Acquire() (*Lock, error) {
	for range attempts - 1 {
		lock, err := h.tryAcquire()
		if !errors.Is(err, ErrRunning) {
			return lock, err
		}
		time.Sleep(pause)
	}
	return h.tryAcquire()
}

func (h Home) tryAcquire() (*Lock, error) {
	file, err := os.OpenFile(h.lockFile(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the stack's lock: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return &Lock{file: file}, nil
	}
	file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ErrRunning
	}
	return nil, fmt.Errorf("lock the stack's folder %s: %w", h.Dir, err)
}

// Release gives the stack up.
func (l *Lock) Release() { _ = l.file.Close() }

// Running tells whether a process holds the stack.
func (h Home) Running() (bool, error) {
	if !h.Exists() {
		return false, nil
	}
	lock, err := h.tryAcquire()
	if errors.Is(err, ErrRunning) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	lock.Release()
	return false, nil
}
