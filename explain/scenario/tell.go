package scenario

import (
	"fmt"
	"strings"
)

// phases are the names of the phases for people.
var phases = map[string]string{
	"break": "what goes wrong", "attempt": "what the user meets", "explain": "what eksauth explain says", "repair": "the repair",
	"access": "what the user meets now", "undo": "taken back",
}

// record keeps a step and tells of it.
func (a *attempt) record(d Done) {
	if a.quiet {
		return
	}
	if steps := a.result.Steps; len(steps) == 0 || steps[len(steps)-1].Phase != d.Phase {
		a.tell("   %s\n", phases[d.Phase])
	}
	a.result.Steps = append(a.result.Steps, d)
	if d.File != "" && d.Text != "" {
		a.tell("     %s:\n%s", d.File, indented(d.Text, "       "))
	}
	if d.Command != "" {
		a.tell("     $ %s\n%s", strings.ReplaceAll(d.Command, "\n", "\n     "), indented(d.Output, "     "))
	}
}

func (w *world) tell(format string, values ...any) {
	if w.Out != nil {
		fmt.Fprintf(w.Out, format, values...)
	}
}

func indented(text, indent string) string {
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return ""
	}
	return indent + strings.ReplaceAll(text, "\n", "\n"+indent) + "\n"
}
