package policy

import (
	"slices"
	"strings"
)

// Match is a statement that speaks of a request.
type Match struct {
	Policy *Policy
	Layer  Layer
	Deny   bool
	Sid    string // empty if the statement has none
	Index  int    // of the statement in its document, from 0
	// Start and End are the statement's place as IAM counts it: from the end of the token before it, to behind its
	// closing brace.
	Start, End Position
}

func newMatch(p *Policy, s *statement, layer Layer) Match {
	return Match{
		Policy: p, Layer: layer, Deny: s.deny, Sid: s.sid, Index: s.index,
		Start: p.Doc.position(s.start), End: p.Doc.position(s.end),
	}
}

// Report is a decision with all that a simulation shows of it.
type Report struct {
	Decision Decision
	// Matches lists the statements that bear the outcome: those that deny if it is an explicit deny, those that allow if
	// it is allowed, all that allow somewhere if another policy type is missing an allow.
	Matches []Match
	// Missing lists the condition keys, sorted, that statements on the action use and the request does not have.
	Missing []string
	// Layers says what each policy type present in the set decides on its own.
	Layers map[Layer]Outcome
}

// Simulate evaluates as Evaluate does and reports every statement that matched, as SimulatePrincipalPolicy does.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
func Simulate(r *Request, set *Set) Report {
	e := evaluation{Request: r}
	e.resource, e.isARN = splitARN(r.Resource)
	report := Report{Decision: Evaluate(r, set), Layers: map[Layer]Outcome{}}
	missing := map[string]string{}
	for layer, policies := range set.byLayer() {
		if len(policies) == 0 {
			continue
		}
		report.Layers[layer] = e.layer(policies).outcome()
		for i := range policies {
			e.collect(&policies[i], layer, &report, missing)
		}
	}
	report.Matches = slices.DeleteFunc(report.Matches, func(m Match) bool {
		return m.Deny != (report.Decision.Outcome == ExplicitDeny)
	})
	slices.SortStableFunc(report.Matches, func(a, b Match) int { return int(a.Layer) - int(b.Layer) })
	for _, name := range missing {
		report.Missing = append(report.Missing, name)
	}
	slices.Sort(report.Missing)
	return report
}

func (s *Set) byLayer() map[Layer][]Policy {
	all := map[Layer][]Policy{IdentityLayer: s.Identity, SessionLayer: s.Session, ResourceLayer: s.Resource}
	if s.Boundary != nil {
		all[BoundaryLayer] = []Policy{*s.Boundary}
	}
	if hasTrust(s.Resource) {
		delete(all, ResourceLayer)
		all[TrustLayer] = s.Resource
	}
	return all
}

func (v verdict) outcome() Outcome {
	switch {
	case v.deny:
		return ExplicitDeny
	case v.grant != noGrant:
		return Allow
	default:
		return ImplicitDeny
	}
}

func (e *evaluation) collect(p *Policy, layer Layer, report *Report, missing map[string]string) {
	for i := range p.Doc.statements {
		s := &p.Doc.statements[i]
		if e.actionIn(s) {
			e.missing(s, missing)
		}
		if e.applies(s) != noGrant {
			report.Matches = append(report.Matches, newMatch(p, s, layer))
		}
	}
}

func (e *evaluation) missing(s *statement, missing map[string]string) {
	keys := map[string]string{}
	s.contextKeys(keys)
	for key, name := range keys {
		if len(e.Context[strings.ToLower(key)]) == 0 {
			missing[key] = name
		}
	}
}
