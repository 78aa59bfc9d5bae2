package events

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseAuthenticatorLine(t *testing.T) {
	const head, tail = `time="2026-03-14T15:09:26Z" level=warning msg="access denied" `, ` client="127.0.0.1:41944" method=POST path=/authenticate`
	tests := []struct {
		name, line string
		want       Event
	}{
		{"format", head + `error="input token was not properly formatted: unexpected scheme \"http\" in pre-signed URL"` + tail,
			Event{Hop: "H5", Outcome: Refused, Text: `input token was not properly formatted: unexpected scheme "http" in pre-signed URL`}},
		{"STS", head + `error="sts getCallerIdentity failed: Body: {\"RequestId\":\"r1\"}"` + tail,
			Event{Hop: "H6", Outcome: Refused, Text: `sts getCallerIdentity failed: Body: {"RequestId":"r1"}`, RequestID: "r1"}},
		{"throttled", head + `error="sts getCallerIdentity was throttled: x"` + tail, Event{Hop: "H6", Outcome: Refused, Text: "sts getCallerIdentity was throttled: x"}},
		{"not mapped", head + `arn="arn:aws:iam::1:user/a" error="identity is not mapped"` + tail,
			Event{Hop: "H7", Outcome: Refused, Text: "identity is not mapped", ARN: "arn:aws:iam::1:user/a"}},
		{"template", head + `error="mapper EKSConfigMap renderTemplates error: SessionName did not contain an instance id"` + tail,
			Event{Hop: "H8", Outcome: Refused, Text: "mapper EKSConfigMap renderTemplates error: SessionName did not contain an instance id"}},
		{"granted", `time="2026-03-14T15:09:26Z" level=info msg="access granted" arn="a" groups="[x y]"` + tail + ` uid="aws-iam-authenticator:1:A" username=`,
			Event{Hop: "H7", Outcome: Allowed, ARN: "a", Groups: []string{"x", "y"}, PrincipalID: "1:A"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseAuthenticatorLine(tt.line, "dev")
			if !ok {
				t.Fatal("no decision")
			}
			tt.want.Source, tt.want.Cluster, tt.want.Time = Authenticator, "dev", start
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("event (-want +got):\n%s", diff)
			}
		})
	}
	for _, line := range []string{"", "x", `msg="Received aws-auth watch event"`, `msg="access denied" path=/healthz`, `msg="could not write response" path=/authenticate`, `="`} {
		if e, ok := ParseAuthenticatorLine(line, "dev"); ok {
			t.Errorf("%q: %+v", line, e)
		}
	}
}

func TestParseAuditLine(t *testing.T) {
	const user = `"user":{"username":"dev","groups":["a"],"extra":{"accessKeyId":["AKIA1"],"arn":["arn:aws:iam::1:user/a"]}}`
	line := func(rest string) string {
		return `{"stage":"ResponseComplete","requestURI":"/version","verb":"get","sourceIPs":["127.0.0.1"],"userAgent":"kubectl",` + rest +
			`,"requestReceivedTimestamp":"2026-03-14T15:09:25.5Z","stageTimestamp":"2026-03-14T15:09:26Z"}`
	}
	base := Event{Source: APIServer, Cluster: "dev", Time: start, Took: 500 * time.Millisecond, Verb: "get", SourceIP: "127.0.0.1", UserAgent: "kubectl"}
	with := func(change func(*Event)) Event {
		e := base
		e.AccessKeyID, e.ARN, e.Username, e.Groups = "AKIA1", "arn:aws:iam::1:user/a", "dev", []string{"a"}
		change(&e)
		return e
	}
	tests := []struct {
		name, line string
		want       Event
	}{
		{"allowed", line(user + `,"responseStatus":{"code":200},"annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"RBAC: x"}`),
			with(func(e *Event) {
				e.Hop, e.Outcome, e.Text, e.Status, e.Resource = "H9", Allowed, "RBAC: x", 200, "/version"
			})},
		{"forbidden", line(user + `,"objectRef":{"resource":"deployments","apiGroup":"apps","subresource":"scale","name":"x","namespace":"n"},"responseStatus":{"code":403},"annotations":{"authorization.k8s.io/decision":"forbid","authorization.k8s.io/reason":""}`),
			with(func(e *Event) {
				e.Hop, e.Outcome, e.Status, e.Resource, e.Namespace = "H9", Refused, 403, "deployments.apps/scale x", "n"
			})},
		{"not found is allowed", line(user + `,"responseStatus":{"code":404},"annotations":{"authorization.k8s.io/decision":"allow"}`),
			with(func(e *Event) { e.Hop, e.Outcome, e.Status, e.Resource = "H9", Allowed, 404, "/version" })},
		{"unauthorized", strings.Replace(line(`"user":{},"responseStatus":{"code":401,"message":"Unauthorized"}`), "ResponseComplete", "ResponseStarted", 1),
			func() Event {
				e := base
				e.Hop, e.Outcome, e.Text, e.Status, e.Resource = "H4", Refused, "Unauthorized", 401, "/version"
				return e
			}()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseAuditLine([]byte(tt.line), "dev")
			if !ok {
				t.Fatal("no event")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("event (-want +got):\n%s", diff)
			}
		})
	}
	for name, text := range map[string]string{
		"the control plane's own": line(`"user":{"username":"system:apiserver"},"responseStatus":{"code":200}`),
		"not answered yet":        `{"stage":"ResponseStarted","user":{"extra":{"accessKeyId":["AKIA1"]}},"responseStatus":{"code":200}}`,
		"no JSON":                 `{"stage":`,
	} {
		if e, ok := ParseAuditLine([]byte(text), "dev"); ok {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// always is a log that does not move.
func always(path string) func() string { return func() string { return path } }

// TestFollowALog holds that no line is lost or read in halves: before the file is there, over a rotation and after a cut.
func TestFollowALog(t *testing.T) {
	const denied = `msg="access denied" path=/authenticate error=`
	path := filepath.Join(t.TempDir(), "authenticator.log")
	r := New(Config{})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	follower, err := r.NewFollower("dev", Logs{Authenticator: always(path), Audit: always("")})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- follower.Run(ctx) }()
	time.AfterFunc(2*poll, func() { appendTo(t, path, denied+"one\n"+denied+"tw") })
	var got []string
	for e := range r.Follow(ctx, 0) {
		got = append(got, e.Text)
		switch e.Text {
		case "one":
			appendTo(t, path, "o\n")
		case "two":
			if err := os.Rename(path, path+".1"); err != nil {
				t.Error(err)
			}
			appendTo(t, path+".1", denied+"three\n")
			appendTo(t, path, denied+"four\n")
		case "four":
			if err := os.WriteFile(path, []byte(denied+"5\n"), 0o600); err != nil {
				t.Error(err)
			}
		case "5":
			cancel()
		}
	}
	if diff := cmp.Diff([]string{"one", "two", "three", "four", "5"}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestFollowerKeepsTheOrder holds that a refusal is recorded before the 401 that follows from it, and that what was logged
// before the follower began is left out.
func TestFollowerKeepsTheOrder(t *testing.T) {
	const (
		refusal = `time="2026-03-14T15:09:26Z" msg="access denied" path=/authenticate error="input token was not properly formatted: x"` + "\n"
		request = `{"stage":"ResponseStarted","user":{},"responseStatus":{"code":401},"requestReceivedTimestamp":"2026-03-14T15:09:26Z","stageTimestamp":"2026-03-14T15:09:26Z"}` + "\n"
	)
	dir := t.TempDir()
	authenticator, audit := filepath.Join(dir, "authenticator.log"), filepath.Join(dir, "audit.log")
	appendTo(t, authenticator, refusal)
	appendTo(t, audit, request)
	r := New(Config{})
	follower, err := r.NewFollower("dev", Logs{Authenticator: always(authenticator), Audit: always(audit)})
	if err != nil {
		t.Fatal(err)
	}
	defer follower.close()
	appendTo(t, audit, request)
	appendTo(t, authenticator, refusal)
	if err := follower.read(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range r.Since(0) {
		got = append(got, fmt.Sprint(e.Attempt, " ", e.Source, " ", e.Cluster))
	}
	if diff := cmp.Diff([]string{"1 authenticator dev", "1 kube-apiserver dev"}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}
