package scenario

import (
	"fmt"
	"io"
	"strings"
)

// Write writes what a scenario does, for people.
func (s Scenario) Write(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d  %s\n", s.Cause, s.Title)
	if s.Impossible != "" {
		fmt.Fprintf(&b, "   not here: %s\n", s.Impossible)
	} else {
		fmt.Fprintf(&b, "   on a cluster of the mode %s\n", s.Mode)
		s.writeSteps(&b)
	}
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("write the scenario: %w", err)
	}
	return nil
}

func (s Scenario) writeSteps(b *strings.Builder) {
	access := s.Access
	if access.Run == "" && !s.Harmless {
		access = run(s.Attempt.Run)
	}
	for _, phase := range []struct {
		name  string
		steps []Step
	}{
		{"break", s.Break}, {"attempt", []Step{s.Attempt}}, {"explain", []Step{run(s.Variables + "eksauth explain " + s.Explain)}},
		{"repair", s.Repair}, {"access", []Step{access}}, {"undo", s.Undo},
	} {
		if len(phase.steps) > 0 && phase.steps[0].Run != "" {
			fmt.Fprintf(b, "   %s\n", phases[phase.name])
		}
		for _, step := range phase.steps {
			step.write(b)
		}
	}
}

func (s Step) write(b *strings.Builder) {
	if s.File != "" && s.Text != "" {
		fmt.Fprintf(b, "     %s:\n%s", s.File, indented(s.Text, "       "))
	}
	if s.Run != "" {
		fmt.Fprintf(b, "     $ %s\n", strings.ReplaceAll(s.Run, "\n", "\n     "))
	}
	for _, text := range s.Shows {
		fmt.Fprintf(b, "     %s\n", text)
	}
}
