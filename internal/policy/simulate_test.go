package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSimulate(t *testing.T) {
	named := func(name string, kind Kind, statements string) Policy {
		return Policy{Name: name, Doc: parse(t, kind, doc(statements))}
	}
	boundary := named("boundary", Managed, allowEC2)
	mfa := `{"Sid":"WithMFA","Effect":"Allow","Action":"eks:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`
	elsewhere := `{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`
	tests := []struct {
		name    string
		set     Set
		outcome Outcome
		matches []string // policy, Sid
		missing []string
		layers  map[Layer]Outcome
	}{
		{
			name: "nothing matches", set: Set{Identity: []Policy{named("none", Managed, allowEC2)}},
			outcome: ImplicitDeny, layers: map[Layer]Outcome{IdentityLayer: ImplicitDeny},
		},
		{
			name: "every allow is listed", set: Set{Identity: []Policy{named("a", Managed, allowAll), named("b", Managed, `{"Sid":"Eks","Effect":"Allow","Action":"eks:*","Resource":"*"}`)}},
			outcome: Allow, matches: []string{"a ", "b Eks"}, layers: map[Layer]Outcome{IdentityLayer: Allow},
		},
		{
			name: "a deny leaves only denies", set: Set{Identity: []Policy{named("a", Managed, allowAll), named("b", Managed, `{"Sid":"No","Effect":"Deny","Action":"eks:*","Resource":"*"}`)}},
			outcome: ExplicitDeny, matches: []string{"b No"}, layers: map[Layer]Outcome{IdentityLayer: ExplicitDeny},
		},
		{
			name: "boundary is missing an allow", set: Set{Identity: []Policy{named("a", Managed, allowAll)}, Boundary: &boundary},
			outcome: ImplicitDeny, matches: []string{"a "}, layers: map[Layer]Outcome{IdentityLayer: Allow, BoundaryLayer: ImplicitDeny},
		},
		{
			name: "missing keys of statements on the action", set: Set{Identity: []Policy{named("a", Managed, mfa+","+elsewhere)}},
			outcome: ImplicitDeny, missing: []string{"aws:MultiFactorAuthPresent"}, layers: map[Layer]Outcome{IdentityLayer: ImplicitDeny},
		},
		{
			name:    "trust policy is a layer of its own",
			set:     Set{Identity: []Policy{named("a", Managed, allowAll)}, Resource: []Policy{named("trust", Trust, trusts(`{"Service":"ec2.amazonaws.com"}`))}},
			outcome: ImplicitDeny, matches: []string{"a "}, layers: map[Layer]Outcome{IdentityLayer: Allow, TrustLayer: ImplicitDeny},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := Request{Principal: userAlice(), Action: "eks:DescribeCluster", Resource: cluster}
			report := Simulate(&r, &test.set)
			var matches []string
			for _, m := range report.Matches {
				matches = append(matches, m.Policy.Name+" "+m.Sid)
			}
			if report.Decision.Outcome != test.outcome {
				t.Errorf("outcome %v, want %v", report.Decision.Outcome, test.outcome)
			}
			if diff := cmp.Diff(test.matches, matches); diff != "" {
				t.Errorf("matches (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.missing, report.Missing); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.layers, report.Layers); diff != "" {
				t.Errorf("layers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutcomesHaveTheSimulatorsNames(t *testing.T) {
	want := []string{"allowed", "explicitDeny", "implicitDeny"}
	got := []string{Allow.String(), ExplicitDeny.String(), ImplicitDeny.String()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
