package home

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// ErrNotRunning says that no process runs the stack.
var ErrNotRunning = errors.New("the stack is not running")

// Phase is where a stack is in its life.
type Phase string

// The phases of a stack.
const (
	Starting Phase = "starting"
	Running  Phase = "running"
	Stopping Phase = "stopping"
)

// Run describes the process that runs a stack.
type Run struct {
	// Phase is where the stack is in its life.
	Phase Phase `json:"phase"`
	// PID is the process; it is sure to be ours only while the stack's lock is held.
	PID int `json:"pid"`
	// Listen is the gateway's address, host:port.
	Listen string `json:"listen"`
	// Token is what state-changing control requests must carry.
	Token string `json:"token"`
	// Tools are the folders of the real programs; clients put them on their PATH.
	Tools []string `json:"tools,omitempty"`
	// Region is the region of the stack's profiles.
	Region string `json:"region"`
	// Version is the program's version.
	Version string `json:"version"`
	// Started is when the stack began to start.
	Started time.Time `json:"started"`
}

// WriteRun records the process that runs the stack.
func (h Home) WriteRun(run Run) error {
	data, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the run record: %w", err)
	}
	return WriteFile(h.runFile(), data, 0o600)
}

// RemoveRun removes the record at the end of a run.
func (h Home) RemoveRun() error {
	if err := os.Remove(h.runFile()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the run record: %w", err)
	}
	return nil
}

// ReadRun returns the process of a stack that runs and can be asked. The error is ErrNotRunning if there is none.
func (h Home) ReadRun() (Run, error) {
	run, err := h.ReadProcess()
	if err == nil && run.Phase != Running {
		return Run{}, fmt.Errorf("the stack %q is %s: try again in a moment", h.Name, run.Phase)
	}
	return run, err
}

// ReadProcess returns the process that holds the stack, whatever its phase, or ErrNotRunning. A record that a crash left
// behind counts as none.
func (h Home) ReadProcess() (Run, error) {
	running, err := h.Running()
	if err != nil {
		return Run{}, err
	}
	if !running {
		return Run{}, ErrNotRunning
	}
	data, err := os.ReadFile(h.runFile())
	if errors.Is(err, os.ErrNotExist) {
		return Run{}, fmt.Errorf("the stack %q is %s: try again in a moment", h.Name, Starting)
	}
	if err != nil {
		return Run{}, fmt.Errorf("read the run record: %w", err)
	}
	var run Run
	if err := json.Unmarshal(data, &run); err != nil {
		return Run{}, fmt.Errorf("read the run record %s: %w", h.runFile(), err)
	}
	return run, nil
}

// WriteFile replaces a file whole, so that a reader and a full disk see the old content or the new, never a part.
func WriteFile(path string, data []byte, mode os.FileMode) error {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(data)
	err = errors.Join(err, temp.Chmod(mode), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
