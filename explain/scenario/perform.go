package scenario

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

const (
	defaultSettle = 10 * time.Second
	// again is how often it is tried meanwhile.
	again = 100 * time.Millisecond
	// tries is how often at least, since a machine may be too busy for more in that time.
	tries = 3
)

// errNotSo says that something has not come to be as a scenario has it.
var errNotSo = errors.New("it is not so in time")

// step runs a step until it is as it has to be.
func (a *attempt) step(ctx context.Context, phase string, s Step) error {
	before := size(a.files.Log)
	done := Done{Phase: phase, File: s.File, Text: a.fill(s.Text)}
	if err := a.write(ctx, s, done.Text); err != nil {
		return err
	}
	problem := ""
	err := a.until(ctx, func() (bool, error) {
		done.Command = a.fill(s.Run)
		if s.Run == "" {
			return true, nil
		}
		out, err := a.shell(ctx, done.Command)
		if err != nil {
			return false, err
		}
		done.Output, done.Code = strings.TrimSpace(out.all), out.code
		problem = a.otherwise(s, out)
		return problem == "", nil
	})
	a.record(done)
	switch {
	case err != nil && problem != "":
		return fmt.Errorf("%s: %s: %s", phase, done.Command, problem)
	case err != nil:
		return fmt.Errorf("%s: %w", phase, err)
	case phase == "attempt":
		err = os.WriteFile(a.file("error.txt"), []byte(done.Output), 0o600)
	case s.File == awsAuthFile:
		a.awaitAWSAuth(ctx, before)
	}
	return err
}

// write writes the file of a step.
func (a *attempt) write(ctx context.Context, s Step, text string) error {
	if s.File == "" {
		return nil
	}
	if s.token != nil {
		var err error
		if text, err = a.sign(ctx, *s.token); err != nil {
			return err
		}
	}
	a.mapped = a.mapped || s.File == awsAuthFile
	if err := os.WriteFile(a.file(s.File), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", s.File, err)
	}
	return nil
}

// otherwise says in what an outcome differs from what a step wants; empty if in nothing.
func (a *attempt) otherwise(s Step, out printed) string {
	switch {
	case s.Fails && out.code == 0:
		return "it works, and it should not: " + out.all
	case !s.Fails && out.code != 0:
		return fmt.Sprintf("exit code %d: %s", out.code, out.all)
	}
	if pattern := missing(out.all, a.fillAll(s.Shows)); pattern != "" {
		return fmt.Sprintf("it does not say %q: %s", pattern, out.all)
	}
	return ""
}

func (w *world) fillAll(texts []string) []string {
	filled := make([]string, len(texts))
	for i, text := range texts {
		filled[i] = w.fill(text)
	}
	return filled
}

// until tries until it is so; the error says that it is not so in time.
func (a *attempt) until(ctx context.Context, try func() (bool, error)) error {
	end := a.Now().Add(cmp.Or(a.Settle, defaultSettle))
	for count := 1; ; count++ {
		if ok, err := try(); ok || err != nil {
			return err
		}
		if count >= tries && a.Now().After(end) {
			return errNotSo
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(again):
		}
	}
}
