package online

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/events"
)

// Events of an attempt, as the flight recorder has them.
var (
	assumed = events.Event{Source: events.Gateway, Attempt: 3, Hop: "H3", Outcome: events.Allowed, Operation: "AssumeRole", AccessKeyID: "AKIA1", ARN: callerARN,
		Resource: "arn:aws:iam::111122223333:role/dev", Issued: "ASIA1"}
	asked   = events.Event{Source: events.Gateway, Attempt: 3, Hop: "H6", Outcome: events.Allowed, Operation: "GetCallerIdentity", AccessKeyID: "AKIA1", ARN: callerARN, Token: "t1"}
	known   = events.Event{Source: events.Authenticator, Attempt: 3, Hop: "H6", Outcome: events.Allowed, Cluster: "dev", ARN: callerARN, PrincipalID: "111122223333:AIDA1"}
	granted = events.Event{Source: events.Authenticator, Attempt: 3, Hop: "H7", Outcome: events.Allowed, Cluster: "dev", ARN: callerARN, Username: "yaro", Groups: []string{"dev"}}
	denied  = events.Event{Source: events.Authenticator, Attempt: 3, Hop: "H7", Outcome: events.Refused, Cluster: "dev", ARN: callerARN, Text: "identity is not mapped"}
	told    = events.Event{Source: events.APIServer, Attempt: 3, Hop: "H4", Outcome: events.Refused, Cluster: "dev", Status: 401, Text: "Unauthorized"}
	listed  = events.Event{Source: events.APIServer, Attempt: 3, Hop: "H9", Outcome: events.Allowed, Cluster: "dev", Status: 200, Username: "yaro",
		Groups: []string{"dev", "system:authenticated"}, Verb: "list", Resource: "pods", Namespace: "a", Text: "RBAC: why"}
	forbidden = with(listed, func(e *events.Event) { e.Outcome, e.Status, e.Text = events.Refused, 403, "" })
)

func with(e events.Event, change func(*events.Event)) events.Event {
	change(&e)
	return e
}

func failed(e events.Event, code, text string) events.Event {
	e.Outcome, e.Code, e.Text, e.ARN, e.Issued = events.Refused, code, text, "", ""
	return e
}

func TestExplainAttempt(t *testing.T) {
	const before = "H1 ok, H4 ok, H5 ok, "
	noDecision := func(hopName, text string) events.Event {
		return with(denied, func(e *events.Event) { e.Hop, e.Text, e.ARN = hopName, text, "" })
	}
	tests := []struct {
		name     string
		stack    stack
		recorded []events.Event
		want     string
	}{
		{"let in", stack{}, []events.Event{asked, known, granted, listed}, before + "H6 ok, H7 ok, H8 ok, H9 ok"},
		{"by a role", stack{}, []events.Event{assumed, asked, known, granted}, "H1 ok, H3 ok, H4 ok, H5 ok, H6 ok, H7 ok, H8 ok"},
		{"60 forbidden", stack{}, []events.Event{asked, known, granted, listed, forbidden, listed}, before + "H6 ok, H7 ok, H8 ok, H9 refused 60"},
		{"allowed by now", stack{allowed: true}, []events.Event{asked, known, granted, forbidden}, before + "H6 ok, H7 ok, H8 ok, H9 refused 0"},
		{"17 not mapped", stack{awsAuth: strings.ReplaceAll(working, "yaroslav", "other")}, []events.Event{asked, known, denied, told}, before + "H6 ok, H7 refused 17"},
		{"mapped by now", stack{entries: `{"mapUsers":[{"userarn":"` + callerARN + `","userid":"AIDA1"}]}`}, []events.Event{asked, known, denied}, before + "H6 ok, H7 refused 0"},
		{"19 another ID", stack{entries: `{"mapUsers":[{"userarn":"` + callerARN + `","userid":"AIDAOLD"}]}`}, []events.Event{asked, known, denied}, before + "H6 ok, H7 refused 19"},
		{"55 template", stack{}, []events.Event{asked, known, noDecision("H8", "SessionName did not contain an instance id")}, before + "H6 ok, H8 refused 55"},
		{"58 no username", stack{awsAuth: strings.ReplaceAll(working, "yaro\n", "''\n")}, []events.Event{asked, known, with(granted, func(e *events.Event) { e.Username = "" })}, before + "H6 ok, H7 ok, H8 refused 58"},
		{"36 old token", stack{}, []events.Event{noDecision("H5", "input token was not properly formatted: X-Amz-Date parameter is expired (15 minute expiration)"), told}, "H4 ok, H5 refused 36"},
		{"truncated token", stack{}, []events.Event{noDecision("H5", `input token was not properly formatted: unexpected scheme "" in pre-signed URL`)}, "H4 ok, H5 refused 0"},
		{"38 another cluster", stack{}, []events.Event{with(failed(asked, mismatch, "no match"), func(e *events.Event) { e.MadeFor = "other" }), noDecision("H6", "sts failed")}, "H4 ok, H5 ok, H6 refused 38"},
		{"37 fast clock", stack{}, []events.Event{failed(asked, mismatch, "Signature not yet current: 20260314T153000Z is still later than 20260314T151500Z (20260314T150000Z + 15 min.)"), noDecision("H6", "sts failed")}, "H4 ok, H5 ok, H6 refused 37"},
		{"40 inactive key", stack{}, []events.Event{failed(asked, "InvalidClientTokenId", "The security token included in the request is invalid."), noDecision("H6", "sts failed")}, "H4 ok, H5 ok, H6 refused 40"},
		{"51 STS out of reach", stack{}, []events.Event{noDecision("H6", "sts getCallerIdentity failed: error during GET: dial tcp")}, "H4 ok, H6 refused 51"},
		{"52 throttled", stack{}, []events.Event{failed(asked, "Throttling", "Rate exceeded")}, "H5 ok, H6 refused 52"},
		{"40 a key that STS refuses", stack{}, []events.Event{failed(with(asked, func(e *events.Event) { e.Hop, e.Token = "H1", "" }), "InvalidClientTokenId", "invalid")}, "H1 refused 40"},
		{"31 AssumeRole", stack{}, []events.Event{with(failed(assumed, "AccessDenied", "User: x is not authorized"), func(e *events.Event) { e.ARN = callerARN })}, "H1 ok, H3 refused 31"},
		{"44 nobody decided", stack{denial: "identity is not mapped"}, []events.Event{told}, "H4 refused 44"},
		{"53 the webhook is down", stack{webhookDown: true}, []events.Event{told}, "H4 refused 53"},
		{"a role and no token", stack{}, []events.Event{assumed}, "H1 ok, H2 unknown, H3 ok"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := tt.stack.question(t)
			q.Profile, q.KeysOf = nil, func(string) aws.Credentials { return aws.Credentials{} }
			a, err := ExplainAttempt(t.Context(), q, tt.recorded)
			if err != nil {
				t.Fatal(err)
			}
			if got := story(a); got != tt.want || a.Attempt != 3 {
				t.Errorf("attempt %d: got  %s\nwant %s\n%+v", a.Attempt, got, tt.want, a.Refusal())
			}
		})
	}
	if _, err := ExplainAttempt(t.Context(), Question{}, nil); err == nil {
		t.Error("without events: want an error")
	}
}

func TestLastRefused(t *testing.T) {
	of := func(attempt uint64, outcome events.Outcome, explanation bool) events.Event {
		return events.Event{Attempt: attempt, Outcome: outcome, Explanation: explanation}
	}
	tests := []struct {
		name     string
		recorded []events.Event
		want     uint64
	}{
		{"the last refused", []events.Event{of(1, events.Refused, false), of(2, events.Refused, false), of(3, events.Allowed, false)}, 2},
		{"none was refused", []events.Event{of(1, events.Allowed, false), of(2, events.Allowed, false), of(0, events.Refused, false)}, 2},
		{"explanations do not count", []events.Event{of(1, events.Refused, false), of(2, events.Refused, true)}, 1},
		{"refused later with an earlier token", []events.Event{of(1, events.Allowed, false), of(2, events.Refused, false), of(1, events.Refused, false)}, 1},
		{"nothing", nil, 0},
	}
	for _, tt := range tests {
		got := uint64(0)
		if found := LastRefused(tt.recorded); found != nil {
			got = found[0].Attempt
		}
		if got != tt.want {
			t.Errorf("%s: attempt %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestWantOf(t *testing.T) {
	tests := map[string]Want{
		"deployments.apps/scale web": {Verb: "update", Resource: "deployments", Group: "apps", Subresource: "scale", Name: "web", Namespace: "a"},
		"pods":                       {Verb: "update", Resource: "pods", Namespace: "a"},
		"/version?timeout=32s":       {Verb: "update", Path: "/version"},
	}
	for resource, want := range tests {
		got := wantOf(&events.Event{Verb: "update", Resource: resource, Namespace: "a"})
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", resource, diff)
		}
	}
}

// TestEvidenceOfSTS holds that clocks stand beside each other, and that a canonical request is shown without a session token.
func TestEvidenceOfSTS(t *testing.T) {
	got := stsEvidence("Signature expired: 20260314T150000Z is now earlier than 20260314T151500Z (20260314T153000Z - 15 min.)")
	want := []string{"the token says: 2026-03-14 15:00:00 UTC", "the clock says: 2026-03-14 15:30:00 UTC", "the difference: 30m0s behind"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("clocks (-want +got):\n%s", diff)
	}
	got = stsEvidence("It does not match.\n\nThe Canonical String for this request should have been\n'GET\n/\nX-Amz-Security-Token=c2VjcmV0&X-Amz-SignedHeaders=host\n" +
		"x-k8s-aws-id:dev\nx-amz-security-token:c2VjcmV0\n'\n\nThe String-to-Sign should have been\n'x'\n")
	for _, line := range []string{"  X-Amz-Security-Token=…&X-Amz-SignedHeaders=host", "  x-k8s-aws-id:dev", "  x-amz-security-token:…"} {
		if !slices.Contains(got, line) {
			t.Errorf("no line %q in %q", line, got)
		}
	}
	if strings.Contains(strings.Join(got, ""), "c2VjcmV0") {
		t.Errorf("the session token is shown: %q", got)
	}
}
