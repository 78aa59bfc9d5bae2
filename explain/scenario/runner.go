package scenario

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
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
	Skipped    string `json:"skipped,omitempty"`
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
	if s.Impossible != "" {
		return a.result
	}
	if s.wantsAWS() {
		reason, err := w.withoutAWS(ctx)
		if err != nil {
			a.result.Error = err.Error()
		}
		if a.result.Skipped = reason; err != nil || reason != "" {
			return a.result
		}
	}
	w.tell("\n%d  %s\n", s.Cause, s.Title)
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
