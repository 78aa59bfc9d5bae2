package home

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func env(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestLocate(t *testing.T) {
	tests := []struct {
		name, stack string
		env         map[string]string
		want        string
	}{
		{"EKSAUTH_HOME wins", "a", map[string]string{"EKSAUTH_HOME": "/e", "XDG_STATE_HOME": "/x", "HOME": "/h"}, "/e/a"},
		{"XDG_STATE_HOME", "a", map[string]string{"XDG_STATE_HOME": "/x", "HOME": "/h"}, "/x/eksauth/a"},
		{"HOME", "default", map[string]string{"HOME": "/h"}, "/h/.local/state/eksauth/default"},
		{"nothing set", "a", nil, ""},
		{"a name that leaves the folder", "../a", map[string]string{"HOME": "/h"}, ""},
		{"an empty name", "", map[string]string{"HOME": "/h"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Locate(tt.stack, env(tt.env))
			if (err != nil) != (tt.want == "") || got.Dir != tt.want {
				t.Errorf("got %q, %v; want %q", got.Dir, err, tt.want)
			}
		})
	}
}

func newHome(t *testing.T) Home {
	t.Helper()
	h := Home{Name: "test", Dir: filepath.Join(t.TempDir(), "test")}
	if err := h.Create(); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestOnlyOneProcessHoldsAStack(t *testing.T) {
	h := newHome(t)
	lock, err := h.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Acquire(); !errors.Is(err, ErrRunning) {
		t.Errorf("second Acquire: got %v, want ErrRunning", err)
	}
	lock.Release()
	if running, err := h.Running(); running || err != nil {
		t.Errorf("after Release: running %v, %v", running, err)
	}
}

func TestRunRecordCountsOnlyWhileTheLockIsHeld(t *testing.T) {
	h := newHome(t)
	if err := h.WriteRun(Run{Phase: Running, PID: 1, Listen: "127.0.0.1:4566"}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ReadRun(); !errors.Is(err, ErrNotRunning) {
		t.Errorf("a stale record: got %v, want ErrNotRunning", err)
	}
	lock, err := h.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	run, err := h.ReadRun()
	if err != nil || run.Listen != "127.0.0.1:4566" {
		t.Errorf("got %+v, %v", run, err)
	}
	if err := h.WriteRun(Run{Phase: Stopping, PID: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ReadRun(); err == nil || !strings.Contains(err.Error(), "is stopping: try again") {
		t.Errorf("a stack that stops: got %v", err)
	}
	if run, err := h.ReadProcess(); err != nil || run.PID != 1 {
		t.Errorf("its process: got %+v, %v", run, err)
	}
	if info, err := os.Stat(h.runFile()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the record holds the control token, its mode must be 0600: %v, %v", info.Mode(), err)
	}
}

func TestWriteFileLeavesTheOldContentOnFailure(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "target")
	if err := os.Mkdir(path, 0o700); err != nil { // a folder in the way makes the rename fail
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, "kept"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, []byte("x"), 0o600); err == nil {
		t.Fatal("want an error")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("files left: %v, %v; want only the old one", left, err)
	}
}

func TestRequireNamesTheFixOfAFullDisk(t *testing.T) {
	h := newHome(t)
	if err := h.Require(1); err != nil {
		t.Errorf("one byte: %v", err)
	}
	if err := h.Require(1 << 62); err == nil || !strings.Contains(err.Error(), "set EKSAUTH_HOME") {
		t.Errorf("more than any disk has: got %v, want an error that names the fix", err)
	}
}
