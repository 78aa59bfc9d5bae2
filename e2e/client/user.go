package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Bounds of one client's run. A client that is killed may leave a plugin that holds its output: it gets a moment to end.
const (
	patience = 5 * time.Minute
	grace    = 2 * time.Second
)

// User is somebody at a shell: a home folder and variables.
type User struct {
	home string
	vars map[string]string
}

// New makes a user whose home folder is home, with the variables vars and, of the suite's own environment, only PATH.
func New(home string, vars map[string]string) *User {
	own := map[string]string{"PATH": os.Getenv("PATH"), "HOME": home, "LC_ALL": "C.UTF-8", "TMPDIR": os.TempDir()}
	maps.Copy(own, vars)
	return &User{home: home, vars: own}
}

// With returns the same user with more variables.
func (u *User) With(vars map[string]string) *User {
	merged := maps.Clone(u.vars)
	maps.Copy(merged, vars)
	return &User{home: u.home, vars: merged}
}

// Var returns the value that a variable has for the user.
func (u *User) Var(name string) string { return u.vars[name] }

// Vars returns all variables of the user.
func (u *User) Vars() map[string]string { return maps.Clone(u.vars) }

// Find returns the path of a program as the user's own PATH leads to it.
func (u *User) Find(program string) (string, error) {
	if strings.ContainsRune(program, filepath.Separator) {
		return program, nil
	}
	for _, dir := range filepath.SplitList(u.vars["PATH"]) {
		path := filepath.Join(dir, program)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", fmt.Errorf("find %s in PATH=%s: %w", program, u.vars["PATH"], exec.ErrNotFound)
}

// Run runs a program to its end.
func (u *User) Run(program string, args ...string) Result { return u.RunInput("", program, args...) }

// RunInput is Run with a text on standard input.
func (u *User) RunInput(input, program string, args ...string) Result {
	result := Result{Command: strings.Join(append([]string{program}, args...), " ")}
	path, err := u.Find(program)
	if err != nil {
		return result.failed(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = u.home
	cmd.Env = u.environ()
	cmd.Stdin = strings.NewReader(input)
	cmd.WaitDelay = grace
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	result.Stdout, result.Stderr, result.Code = stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
	var exit *exec.ExitError
	if ctx.Err() != nil || err != nil && !errors.As(err, &exit) {
		return result.failed(errors.Join(ctx.Err(), err))
	}
	return result
}

func (u *User) environ() []string {
	var env []string
	for _, name := range slices.Sorted(maps.Keys(u.vars)) {
		env = append(env, name+"="+u.vars[name])
	}
	return env
}

// Result is what a client did.
type Result struct {
	// Command is what was typed.
	Command string
	// Stdout and Stderr are what it printed.
	Stdout, Stderr string
	// Code is its exit status; NotRun if it could not run or did not end in time, and Stderr then says why.
	Code int
}

// NotRun is the exit status of what did not run to its end.
const NotRun = -1

func (r Result) failed(err error) Result {
	r.Code = NotRun
	r.Stderr += err.Error()
	return r
}

// String shows the run as on a terminal.
func (r Result) String() string {
	return fmt.Sprintf("$ %s\n%s%s[exit status %d]", r.Command, r.Stdout, r.Stderr, r.Code)
}

// GomegaString makes failures show the run as on a terminal.
func (r Result) GomegaString() string { return r.String() }
