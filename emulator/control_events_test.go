package emulator

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/events"
)

// askEvents sends a request for events to a running stack.
func askEvents(t *testing.T, env *Environment, query string, header map[string]string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, env.Gateway()+eventsRoute+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

// fakesWithEvents is a stack that has recorded three events.
func fakesWithEvents(t *testing.T) *Environment {
	t.Helper()
	env := startFakes(t)
	for _, e := range []events.Event{
		{Source: events.Gateway, Operation: "AssumeRole", AccessKeyID: "AKIA1", Issued: "ASIA1"},
		{Source: events.Authenticator, AccessKeyID: "ASIA1", Cluster: "dev", Outcome: events.Refused, Text: "identity is not mapped"},
		{Source: events.Gateway, Operation: "ListUsers"},
	} {
		env.recorder.Record(e)
	}
	return env
}

func TestEventsAsJSON(t *testing.T) {
	env := fakesWithEvents(t)
	token := map[string]string{tokenHeader: env.token}
	tests := map[string][]uint64{"": {1, 2, 3}, "?since=2": {3}, "?attempt=1": {1, 2}, "?attempt=7": {}, "?cluster=other": {1, 3}, "?since=99": {1, 2, 3}}
	for query, want := range tests {
		var kept []events.Event
		if err := json.NewDecoder(askEvents(t, env, query, token).Body).Decode(&kept); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		got := []uint64{}
		for _, e := range kept {
			got = append(got, e.Sequence)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: sequences (-want +got):\n%s", query, diff)
		}
	}
	for query, want := range map[string]int{"?since=x": http.StatusBadRequest, "?attempt=-1": http.StatusBadRequest} {
		if got := askEvents(t, env, query, token).StatusCode; got != want {
			t.Errorf("%s: status %d, want %d", query, got, want)
		}
	}
	if got := askEvents(t, env, "", nil).StatusCode; got != http.StatusUnauthorized {
		t.Errorf("without the control token: status %d", got)
	}
}

// TestEventsAsAStream holds that a client which comes back goes on where it was, and sees what happens then.
func TestEventsAsAStream(t *testing.T) {
	env := fakesWithEvents(t)
	response := askEvents(t, env, "", map[string]string{tokenHeader: env.token, "Accept": eventStream, "Last-Event-ID": "2"})
	if got := response.Header.Get("Content-Type"); got != eventStream {
		t.Errorf("content type %q", got)
	}
	lines := bufio.NewScanner(response.Body)
	var got []string
	for lines.Scan() && len(got) < 2 {
		id, found := strings.CutPrefix(lines.Text(), "id: ")
		if !found {
			continue
		}
		got = append(got, id)
		env.recorder.Record(events.Event{Operation: "after " + id})
	}
	if diff := cmp.Diff([]string{"3", "4"}, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

// TestCallsAreRecorded holds that what the gateway answers is recorded, and that it belongs to no attempt unless it is one.
func TestCallsAreRecorded(t *testing.T) {
	env := startFakes(t)
	response, err := http.DefaultClient.Do(signedRequest(t, env))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	kept := env.recorder.Since(0)
	if len(kept) != 1 || kept[0].Operation != "GetCallerIdentity" || kept[0].Outcome != events.Allowed || kept[0].Attempt != 0 {
		t.Errorf("recorded: %+v", kept)
	}
}

// TestRefusalsAreRecorded holds that a request which no service answers is recorded too, as a proxy's and as AWS's.
func TestRefusalsAreRecorded(t *testing.T) {
	env := startFakes(t)
	proxy, err := url.Parse(env.Gateway())
	if err != nil {
		t.Fatal(err)
	}
	clients := map[string]*http.Client{
		"http://example.com/": {Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}, env.Gateway() + "/nowhere": http.DefaultClient,
	}
	for address, client := range clients {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	got := map[string]string{}
	for _, e := range env.recorder.Since(0) {
		got[strings.ReplaceAll(e.Resource, env.listener.Addr().String(), "HOST")] = fmt.Sprintf("%s %d %s %s", e.Outcome, e.Status, e.Code, e.SourceIP)
	}
	want := map[string]string{"GET / at example.com": "refused 403  127.0.0.1", "GET /nowhere at HOST": "refused 403 MissingAuthenticationToken 127.0.0.1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
}

func TestEventLine(t *testing.T) {
	at := time.Date(2026, 3, 14, 15, 9, 26, 5e6, time.Local)
	tests := map[string]events.Event{
		"15:09:26.005  3        ✓ H6  gateway         sts GetCallerIdentity, arn:x, key AKIA1, token t1, 200 in 1.5ms": {
			Source: events.Gateway, Attempt: 3, Hop: "H6", Outcome: events.Allowed, Service: "sts", Operation: "GetCallerIdentity", ARN: "arn:x",
			AccessKeyID: "AKIA1", Token: "t1", Status: 200, Took: 1500 * time.Microsecond,
		},
		"15:09:26.005  -        ✗ H1  gateway         sts call, key AKIA1, 403 SignatureDoesNotMatch: one": {
			Source: events.Gateway, Hop: "H1", Outcome: events.Refused, Service: "sts", AccessKeyID: "AKIA1", Status: 403, Code: "SignatureDoesNotMatch", Text: "one\ntwo",
		},
		"15:09:26.005  3        ✗ H7  authenticator   arn:x, access denied: identity is not mapped, cluster dev, asked by eksauth explain": {
			Source: events.Authenticator, Attempt: 3, Hop: "H7", Outcome: events.Refused, ARN: "arn:x", Text: "identity is not mapped", Cluster: "dev", Explanation: true,
		},
		"15:09:26.005  3        ✓ H7  authenticator   arn:�[1m, user \"dev\", groups [a, b]": {
			Source: events.Authenticator, Attempt: 3, Hop: "H7", Outcome: events.Allowed, ARN: "arn:\x1b[1m", Username: "dev", Groups: []string{"a", "b"},
		},
		"15:09:26.005  3        ✗ H9  kube-apiserver  list pods -n dev, user \"\", 403": {
			Source: events.APIServer, Attempt: 3, Hop: "H9", Outcome: events.Refused, AccessKeyID: "AKIA1", Verb: "list", Resource: "pods", Namespace: "dev", Status: 403,
		},
		"15:09:26.005  3        ✗ H4  kube-apiserver  get /api, 401 Unauthorized": {
			Source: events.APIServer, Attempt: 3, Hop: "H4", Outcome: events.Refused, Verb: "get", Resource: "/api", Status: 401, Text: "Unauthorized",
		},
	}
	for want, e := range tests {
		e.Time = at
		if got := eventLine(e); got != want+"\n" {
			t.Errorf("got  %swant %s\n", got, want)
		}
	}
	if got := shortText(strings.Repeat("é", eventText+1)); got != strings.Repeat("é", eventText)+"…" {
		t.Error("a long text has " + strconv.Itoa(len(got)) + " bytes")
	}
}
