package events

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

// logged is a line of the authenticator's log.
func logged(t *testing.T, second int, rest string) Event {
	t.Helper()
	line := fmt.Sprintf("time=%q level=info %s client=\"127.0.0.1:41944\" method=POST path=/authenticate", start.Add(time.Duration(second)*time.Second).Format(time.RFC3339), rest)
	e, ok := ParseAuthenticatorLine(line, "dev")
	if !ok {
		t.Fatalf("no decision: %s", line)
	}
	return e
}

// audited is a line of the audit log: of a key, or refused without one.
func audited(t *testing.T, second, code int, key string) Event {
	t.Helper()
	extra := ""
	if key != "" {
		extra = fmt.Sprintf(`,"extra":{"accessKeyId":[%q]}`, key)
	}
	at := start.Add(time.Duration(second) * time.Second).Format(time.RFC3339)
	e, ok := ParseAuditLine(fmt.Appendf(nil, `{"stage":"ResponseComplete","verb":"list","user":{"username":"x"%s},"objectRef":{"resource":"pods"},"responseStatus":{"code":%d},"requestReceivedTimestamp":%q,"stageTimestamp":%q}`,
		extra, code, at, at), "dev")
	if !ok {
		t.Fatal("no event")
	}
	return e
}

func call(second int, operation, key string, change func(*Event)) Event {
	e := Event{Source: Gateway, Time: start.Add(time.Duration(second) * time.Second), Operation: operation, AccessKeyID: key}
	if change != nil {
		change(&e)
	}
	return e
}

func tokenOf(fingerprint string) func(*Event) { return func(e *Event) { e.Token = fingerprint } }

func TestJoin(t *testing.T) {
	const (
		role    = `arn="arn:aws:iam::111122223333:role/dev"`
		session = `arn="arn:aws:sts::111122223333:assumed-role/dev/me" accountid=111122223333 userid=AROA1`
	)
	tests := []struct {
		name   string
		events []Event
		want   []uint64
	}{
		{"a whole attempt", []Event{
			call(0, "AssumeRole", "AKIA1", func(e *Event) { e.Issued = "ASIA1" }),
			call(1, "GetCallerIdentity", "ASIA1", tokenOf("t1")),
			logged(t, 1, `msg="STS response" accesskeyid=ASIA1 `+session),
			logged(t, 1, `msg="access granted" `+role+` uid="aws-iam-authenticator:111122223333:AROA1" username=dev groups="[a b]"`),
			audited(t, 1, 200, "ASIA1"), audited(t, 60, 403, "ASIA1"),
		}, []uint64{1, 1, 1, 1, 1, 1}},
		{"two people at once", []Event{
			call(0, "GetCallerIdentity", "AKIA1", tokenOf("t1")), call(0, "GetCallerIdentity", "AKIA2", tokenOf("t2")),
			logged(t, 0, `msg="STS response" accesskeyid=AKIA2 arn="arn:aws:iam::111122223333:user/b" accountid=111122223333 userid=AIDA2`),
			logged(t, 0, `msg="STS response" accesskeyid=AKIA1 arn="arn:aws:iam::111122223333:user/a" accountid=111122223333 userid=AIDA1`),
			logged(t, 0, `msg="access denied" arn="arn:aws:iam::111122223333:user/b" error="identity is not mapped"`),
			logged(t, 0, `msg="access granted" arn="arn:aws:iam::111122223333:user/a" uid="aws-iam-authenticator:111122223333:AIDA1" username=a groups="[]"`),
			audited(t, 0, 401, ""), audited(t, 0, 200, "AKIA1"),
		}, []uint64{1, 2, 2, 1, 2, 1, 2, 1}},
		{"another token of the same key", []Event{
			call(0, "GetCallerIdentity", "AKIA1", tokenOf("t1")), call(5, "GetCallerIdentity", "AKIA1", tokenOf("t2")),
			audited(t, 6, 200, "AKIA1"), call(20, "GetCallerIdentity", "AKIA1", tokenOf("t1")),
		}, []uint64{1, 2, 2, 1}},
		{"the log is read before the call is told", []Event{
			logged(t, 0, `msg="STS response" accesskeyid=AKIA1 arn="arn:aws:iam::111122223333:user/a" accountid=1 userid=AIDA1`),
			call(0, "GetCallerIdentity", "AKIA1", tokenOf("t1")),
		}, []uint64{1, 1}},
		{"refused by format", []Event{
			logged(t, 0, `msg="access denied" error="input token was not properly formatted: token is too large"`), audited(t, 0, 401, ""), audited(t, 1, 401, ""),
		}, []uint64{1, 1, 2}},
		{"refused by STS", []Event{
			call(0, "GetCallerIdentity", "AKIA1", func(e *Event) { e.Token, e.RequestID, e.Outcome = "t1", "r1", Refused }),
			call(0, "GetCallerIdentity", "AKIA2", func(e *Event) { e.Token, e.RequestID, e.Outcome = "t2", "r2", Refused }),
			logged(t, 0, `msg="access denied" error="sts getCallerIdentity failed: error from AWS (expected 200, got 403) on us-east-2 endpoint. Body: {\"RequestId\":\"r1\"}"`),
		}, []uint64{1, 2, 1}},
		{"AssumeRole refused", []Event{call(0, "AssumeRole", "AKIA1", nil), call(1, "AssumeRole", "AKIA1", nil)}, []uint64{1, 2}},
		{"a role after a token of the same key", []Event{
			call(0, "GetCallerIdentity", "AKIA1", tokenOf("t1")),
			call(1, "AssumeRole", "AKIA1", func(e *Event) { e.Issued = "ASIA1" }), call(2, "GetCallerIdentity", "ASIA1", tokenOf("t2")),
		}, []uint64{1, 2, 2}},
		{"other calls are no attempts", []Event{call(0, "ListUsers", "AKIA1", nil), call(0, "GetCallerIdentity", "AKIA1", nil)}, []uint64{0, 0}},
		{"a key that STS refuses", []Event{call(0, "", "AKIA1", func(e *Event) { e.Hop = "H1" }), call(1, "", "AKIA1", func(e *Event) { e.Hop = "H1" })}, []uint64{1, 2}},
		{"refused by nobody who tells", []Event{audited(t, 0, 401, ""), audited(t, 1, 401, ""), audited(t, 60, 401, "")}, []uint64{1, 1, 2}},
		{"two refused at once are told in their order", []Event{
			logged(t, 0, `msg="access denied" error="input token was not properly formatted: a"`),
			logged(t, 0, `msg="access denied" error="input token was not properly formatted: b"`),
			audited(t, 0, 401, ""), audited(t, 0, 401, ""),
		}, []uint64{1, 2, 1, 2}},
		{"an explanation is told no 401", []Event{
			call(0, "GetCallerIdentity", "AKIA1", func(e *Event) { e.Token, e.UserAgent = "t1", "app/"+ExplanationAgent }),
			logged(t, 0, `msg="STS response" accesskeyid=AKIA1 arn="arn:aws:iam::111122223333:user/a" accountid=1 userid=AIDA1`),
			logged(t, 0, `msg="access denied" arn="arn:aws:iam::111122223333:user/a" error="identity is not mapped"`),
			audited(t, 0, 401, ""),
		}, []uint64{1, 1, 1, 2}},
		{"long after", []Event{call(0, "GetCallerIdentity", "AKIA1", tokenOf("t1")), audited(t, 16*60, 200, "AKIA1")}, []uint64{1, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := New(Config{})
			for _, e := range tt.events {
				r.Record(e)
			}
			got := []uint64{}
			for _, e := range r.Since(0) {
				got = append(got, e.Attempt)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("attempts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExplanationIsMarked(t *testing.T) {
	r := New(Config{})
	r.Record(call(0, "AssumeRole", "AKIA1", func(e *Event) { e.Issued, e.UserAgent = "ASIA1", "app/"+ExplanationAgent }))
	r.Record(call(0, "GetCallerIdentity", "ASIA1", tokenOf("t1")))
	r.Record(call(0, "GetCallerIdentity", "AKIA1", tokenOf("t2")))
	var got []bool
	for _, e := range r.Since(0) {
		got = append(got, e.Explanation)
	}
	if diff := cmp.Diff([]bool{true, true, false}, got); diff != "" {
		t.Errorf("explanations (-want +got):\n%s", diff)
	}
}

// TestJoinerForgets holds that keys of old attempts do not fill the memory.
func TestJoinerForgets(t *testing.T) {
	r := New(Config{})
	for i := range 3 * maxAttempts {
		r.Record(call(0, "GetCallerIdentity", fmt.Sprint("AKIA", i), tokenOf(fmt.Sprint(i))))
	}
	for i := range 3 * maxAttempts {
		r.Record(call(0, "GetCallerIdentity", "AKIA", func(e *Event) { e.Token, e.RequestID, e.Outcome = "t", fmt.Sprint(i), Refused }))
	}
	if len(r.joiner.order) != maxAttempts || len(r.joiner.byName) > 3*maxAttempts {
		t.Errorf("%d attempts, %d names", len(r.joiner.order), len(r.joiner.byName))
	}
}
