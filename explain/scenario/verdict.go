package scenario

import (
	"fmt"
	"slices"

	"github.com/eksauth/eksauth/explain/hop"
)

// misses says in what an explanation is not that of the scenario; empty if in nothing.
func (s Scenario) misses(answer *hop.Answer) string {
	refusal := answer.Refusal()
	switch {
	case s.Hop == "" && refusal != nil:
		return fmt.Sprintf("it has a refusal at %s, and nothing is refused: %+v", refusal.Hop, refusal.Reasons)
	case s.Harmless:
		return ""
	case s.Hop == "":
		if !slices.ContainsFunc(answer.Steps, func(step hop.Step) bool { return causeOf(step.Reasons) == s.Cause }) {
			return fmt.Sprintf("no hop mentions cause %d", s.Cause)
		}
		return ""
	case refusal == nil:
		return "it finds no refusal"
	case refusal.Hop != s.Hop || causeOf(refusal.Reasons) != s.Cause:
		return fmt.Sprintf("it names %s and cause %d, not %s and cause %d: %+v", refusal.Hop, causeOf(refusal.Reasons), s.Hop, s.Cause, refusal.Reasons)
	}
	return ""
}

// causeOf is the cause of the first reason that has one, or 0.
func causeOf(reasons []hop.Reason) int {
	if i := slices.IndexFunc(reasons, func(r hop.Reason) bool { return r.Cause > 0 }); i >= 0 {
		return reasons[i].Cause
	}
	return 0
}
