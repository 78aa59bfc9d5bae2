package scenario

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/eksauth/eksauth/explain/hop"
)

// Done is a step as it went.
type Done struct {
	// Phase is break, attempt, explain, repair, access or undo.
	Phase   string `json:"phase"`
	File    string `json:"file,omitempty"`
	Text    string `json:"text,omitempty"`
	Command string `json:"command,omitempty"`
	Output  string `json:"output,omitempty"`
	Code    int    `json:"exitCode"`
}

// Result is how a scenario went.
type Result struct {
	Cause int    `json:"cause"`
	Title string `json:"title"`
	// Error says what was not as the scenario has it; Impossible and Skipped say why it did not run.
	Error      string `json:"error,omitempty"`
	Impossible string `json:"impossible,omitempty"`
	Steps      []Done `json:"steps,omitempty"`
	// Explanation is what eksauth explain answered to the attempt.
	Explanation *hop.Answer   `json:"explanation,omitempty"`
	Took        time.Duration `json:"-"`
	Seconds     float64       `json:"seconds"`
}

// Run runs scenarios, one cluster after the other, and cleans up whatever happens. The error says that they could not be run
// or not be cleaned up; what a scenario did not find is in its result.
func Run(ctx context.Context, stack Stack, list []Scenario, done func(Result)) (err error) {
	if !slices.ContainsFunc(list, func(s Scenario) bool { return s.Impossible == "" }) {
		for _, s := range list {
			done(Result{Cause: s.Cause, Title: s.Title, Impossible: s.Impossible})
		}
		return nil
	}
	w, err := open(ctx, stack)
	if err != nil {
		return err
	}
	defer func() {
		if closed := w.close(context.WithoutCancel(ctx)); closed != nil {
			err = errors.Join(err, fmt.Errorf("clean up after the scenarios: %w", closed))
		}
	}()
	for _, s := range inOrder(list) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		done(w.run(ctx, s))
	}
	return nil
}

// attempt is one scenario as it runs.
type attempt struct {
	*world
	scenario Scenario
	result   Result
	// logged and serverLogged are where the logs began.
	logged, serverLogged int64
	// mapped tells whether aws-auth was written, and quiet that steps are not told.
	mapped, quiet bool
}

func (w *world) run(ctx context.Context, s Scenario) Result {
	began := w.Now()
	a := &attempt{world: w, scenario: s, result: Result{Cause: s.Cause, Title: s.Title, Impossible: s.Impossible}}
	w.tell("\n%d  %s\n", s.Cause, s.Title)
	if s.Impossible != "" {
		w.tell("   not here: %s\n", s.Impossible)
		return a.result
	}
	if err := a.play(ctx); err != nil {
		a.result.Error = err.Error()
	}
	a.result.Took = w.Now().Sub(began)
	a.result.Seconds = a.result.Took.Seconds()
	return a.result
}

// play goes through the phases of a scenario.
func (a *attempt) play(ctx context.Context) (err error) {
	if err := a.use(ctx, a.scenario.Mode); err != nil {
		return err
	}
	a.logged, a.serverLogged = size(a.files.Log), size(a.files.ServerLog)
	defer func() { err = errors.Join(err, a.undo(context.WithoutCancel(ctx))) }()
	s := a.scenario
	access := s.Access
	if access.Run == "" {
		access = run(s.Attempt.Run)
	}
	return a.phases(ctx,
		func() error { return a.steps(ctx, "break", s.Break) },
		func() error { return a.steps(ctx, "attempt", []Step{s.Attempt}) },
		func() error { return a.readLog(ctx) },
		func() error { return a.explained(ctx) },
		func() error { return a.steps(ctx, "repair", s.Repair) },
		func() error {
			if s.Harmless {
				return nil
			}
			return a.steps(ctx, "access", []Step{access})
		},
	)
}

func (a *attempt) phases(ctx context.Context, phases ...func() error) error {
	for _, phase := range phases {
		if err := cmp.Or(context.Cause(ctx), phase()); err != nil {
			return err
		}
	}
	return nil
}

// undo takes back what the scenario made, and aws-auth in any case.
func (a *attempt) undo(ctx context.Context) error {
	var errs []error
	for _, step := range a.scenario.Undo {
		if err := a.step(ctx, "undo", step); err != nil {
			errs = append(errs, err)
		}
	}
	errs = append(errs, a.restore(ctx))
	if a.mapped {
		a.quiet = true
		errs = append(errs, a.step(ctx, "undo", awsAuth()))
	}
	return errors.Join(errs...)
}

func (a *attempt) steps(ctx context.Context, phase string, steps []Step) error {
	for _, step := range steps {
		if err := a.step(ctx, phase, step); err != nil {
			return err
		}
	}
	return nil
}

const (
	// settle is how long something may take to come into force, and again how often it is tried meanwhile.
	settle = 10 * time.Second
	again  = 100 * time.Millisecond
)

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
	ctx, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	for {
		if ok, err := try(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(again):
		}
	}
}

// explained asks eksauth explain until it names the cause.
func (a *attempt) explained(ctx context.Context) error {
	flags := "$STACK --cluster $CLUSTER"
	if strings.HasPrefix(a.scenario.Explain, "--error") {
		flags = ""
	}
	command := func(format string) string {
		return a.fill(a.scenario.Variables + "eksauth explain" + flags + format + " " + a.scenario.Explain)
	}
	done := Done{Phase: "explain", Command: command("")}
	problem := ""
	err := a.until(ctx, func() (bool, error) {
		out, err := a.shell(ctx, command(" -o json"))
		if err != nil {
			return false, err
		}
		var answer hop.Answer
		if json.Unmarshal([]byte(out.stdout), &answer) != nil {
			problem = out.all
			return false, nil
		}
		var text strings.Builder
		if err := answer.Write(&text); err != nil {
			return false, err
		}
		a.result.Explanation, done.Output, done.Code = &answer, strings.TrimSpace(text.String()), out.code
		problem = a.scenario.misses(&answer)
		return problem == "", nil
	})
	a.record(done)
	if problem != "" {
		return fmt.Errorf("explain: %s", problem)
	}
	return err
}
