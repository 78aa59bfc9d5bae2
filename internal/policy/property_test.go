package policy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// world draws requests and statements that often speak of each other.
type world struct{ *rand.Rand }

func pick[T any](w world, from ...T) T { return from[w.IntN(len(from))] }

func (w world) statement(effect string, kind Kind) string {
	members := []string{`"Effect":"` + effect + `"`}
	members = append(members, fmt.Sprintf(`"%s":"%s"`, pick(w, "Action", "Action", "NotAction"), pick(w, "*", "eks:*", "eks:Describe*", "iam:GetUser", "s3:*")))
	members = append(members, fmt.Sprintf(`"%s":"%s"`, pick(w, "Resource", "Resource", "NotResource"),
		pick(w, "*", cluster, "arn:aws:eks:*:*:cluster/*", "arn:aws:iam::*:user/dev/${aws:username}", "arn:aws:iam::111122223333:*")))
	if w.IntN(2) == 0 {
		members = append(members, `"Condition":`+w.condition())
	}
	if kind == Resource {
		members = append(members, `"Principal":{"AWS":"`+pick(w, "*", account, other, alice, role, session)+`"}`)
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (w world) condition() string {
	operator := pick(w, "", "ForAllValues:", "ForAnyValue:") + pick(w, "StringEquals", "StringNotEquals", "StringLike", "ArnNotLike", "NumericLessThan") + pick(w, "", "IfExists")
	return fmt.Sprintf(`{"%s":{"%s":["%s","%s"]}}`, operator, pick(w, "aws:username", "aws:TagKeys", "aws:PrincipalArn"),
		pick(w, "alice", "env", "5"), pick(w, "${aws:username}", "a*", role))
}

func (w world) request() *Request {
	r := &Request{
		Principal:       pick(w, userAlice(), deployerSession(), rootUser(), federatedBob(), Principal{}),
		Action:          pick(w, "eks:DescribeCluster", "iam:GetUser", "s3:GetObject"),
		Resource:        pick(w, "*", cluster, alice, "arn:aws:s3:::b/k"),
		ResourceAccount: pick(w, "", "", other),
		Context:         keys(pick(w, "", "aws:TagKeys=env|team", "aws:TagKeys=5")),
	}
	r.Context.SetPrincipal(&r.Principal)
	return r
}

func (w world) statements(kind Kind) string {
	all := make([]string, 1+w.IntN(4))
	for i := range all {
		all[i] = w.statement(pick(w, "Allow", "Allow", "Deny"), kind)
	}
	return strings.Join(all, ",")
}

func (w world) set(t *testing.T) *Set {
	s := &Set{Identity: policies(t, Managed, w.statements(Managed), w.statements(Managed))}
	if w.IntN(3) == 0 {
		s.Boundary = &policies(t, Managed, w.statements(Managed))[0]
	}
	if w.IntN(3) == 0 {
		s.Session = policies(t, Session, w.statements(Session))
	}
	if w.IntN(2) == 0 {
		s.Resource = policies(t, Resource, w.statements(Resource))
	}
	return s
}

// add returns the set with one more statement in a policy type that is there already.
func (w world) add(t *testing.T, s Set, effect string) *Set {
	switch p := policies(t, Managed, w.statement(effect, Managed)); {
	case s.Resource != nil && w.IntN(2) == 0:
		s.Resource = append(slices.Clone(s.Resource), policies(t, Resource, w.statement(effect, Resource))...)
	case s.Session != nil && w.IntN(2) == 0:
		s.Session = append(slices.Clone(s.Session), p...)
	default:
		s.Identity = append(slices.Clone(s.Identity), p...)
	}
	return &s
}

// shuffled returns the document with its statements in another order.
func (w world) shuffled(p Policy) Policy {
	d := *p.Doc
	d.statements = slices.Clone(d.statements)
	w.Shuffle(len(d.statements), func(i, j int) { d.statements[i], d.statements[j] = d.statements[j], d.statements[i] })
	return Policy{Doc: &d}
}

func (w world) shuffle(s Set) *Set {
	for _, list := range []*[]Policy{&s.Identity, &s.Session, &s.Resource} {
		*list = slices.Clone(*list)
		for i := range *list {
			(*list)[i] = w.shuffled((*list)[i])
		}
		w.Shuffle(len(*list), func(i, j int) { (*list)[i], (*list)[j] = (*list)[j], (*list)[i] })
	}
	if s.Boundary != nil {
		b := w.shuffled(*s.Boundary)
		s.Boundary = &b
	}
	return &s
}

func TestProperties(t *testing.T) {
	allowed := 0
	for seed := range uint64(6000) {
		w := world{rand.New(rand.NewPCG(seed, 1))}
		r, s := w.request(), w.set(t)
		before := Evaluate(r, s)
		if before.Allowed() {
			allowed++
		}
		if after := Evaluate(r, w.add(t, *s, "Deny")); after.Allowed() && !before.Allowed() {
			t.Fatalf("seed %d: a Deny more turns %v into %v", seed, before.Outcome, after.Outcome)
		}
		if after := Evaluate(r, w.add(t, *s, "Allow")); before.Allowed() && !after.Allowed() || before.Outcome == ExplicitDeny && after.Outcome != ExplicitDeny {
			t.Fatalf("seed %d: an Allow more turns %v into %v", seed, before.Outcome, after.Outcome)
		}
		if after := Evaluate(r, w.shuffle(*s)); after.Outcome != before.Outcome || after.Layer != before.Layer {
			t.Fatalf("seed %d: another order turns %v by %v into %v by %v", seed, before.Outcome, before.Layer, after.Outcome, after.Layer)
		}
		if report := Simulate(r, s); report.Decision.Outcome != before.Outcome {
			t.Fatalf("seed %d: simulated %v, decided %v", seed, report.Decision.Outcome, before.Outcome)
		}
	}
	if allowed < 300 {
		t.Errorf("only %d of the requests were allowed: too few to tell", allowed)
	}
}
