package events

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func sequences(events []Event) []uint64 {
	out := []uint64{}
	for _, e := range events {
		out = append(out, e.Sequence)
	}
	return out
}

func TestRecorderKeepsTheLast(t *testing.T) {
	r := New(Config{Size: 3})
	for range 5 {
		r.Record(Event{})
	}
	for since, want := range map[uint64][]uint64{0: {3, 4, 5}, 3: {4, 5}, 5: {}, 9: {}} {
		if diff := cmp.Diff(want, sequences(r.Since(since))); diff != "" {
			t.Errorf("since %d (-want +got):\n%s", since, diff)
		}
	}
}

// TestRecorderIsBounded holds that long texts cost events, not memory.
func TestRecorderIsBounded(t *testing.T) {
	const bytes = 64 << 10
	r := New(Config{Bytes: bytes})
	long := strings.Repeat("x", 10*maxText)
	for range 100 {
		r.Record(Event{Text: long, UserAgent: long, Groups: slices.Repeat([]string{long}, 2*maxGroups)})
	}
	if r.bytes > bytes {
		t.Errorf("%d bytes are taken, want %d at most", r.bytes, bytes)
	}
	if got := len(r.Since(0)); got == 0 || r.Since(0)[got-1].Sequence != 100 {
		t.Errorf("%d events are kept, want the newest", got)
	}
	taken := 0
	for _, e := range r.ring {
		taken += e.bytes
	}
	if taken != r.bytes {
		t.Errorf("%d bytes are counted, %d are in the ring", r.bytes, taken)
	}
}

func TestFilter(t *testing.T) {
	of, call := Event{Attempt: 3, Cluster: "dev"}, Event{Attempt: 3}
	for filter, want := range map[Filter][2]bool{
		{}: {true, true}, {Attempt: 3}: {true, true}, {Attempt: 4}: {false, false}, {Cluster: "dev"}: {true, true}, {Cluster: "x"}: {false, true},
	} {
		if got := [2]bool{filter.Matches(of), filter.Matches(call)}; got != want {
			t.Errorf("%+v chooses %v, want %v", filter, got, want)
		}
	}
}

func TestRecorderDatesEvents(t *testing.T) {
	now := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	r := New(Config{Now: func() time.Time { return now }})
	r.Record(Event{})
	r.Record(Event{Time: now.Add(-time.Hour)})
	events := r.Since(0)
	if !events[0].Time.Equal(now) || !events[1].Time.Equal(now.Add(-time.Hour)) {
		t.Errorf("got %v and %v", events[0].Time, events[1].Time)
	}
}

func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(Config{})
		r.Record(Event{})
		ctx, cancel := context.WithCancel(t.Context())
		var got []uint64
		go func() {
			for e := range r.Follow(ctx, 0) {
				got = append(got, e.Sequence)
			}
		}()
		synctest.Wait()
		r.Record(Event{})
		r.Record(Event{})
		synctest.Wait()
		if diff := cmp.Diff([]uint64{1, 2, 3}, got); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		cancel()
		synctest.Wait()
		if r.followers != 0 {
			t.Errorf("%d followers are left", r.followers)
		}
	})
}

// TestNoSecretIsKept holds that whatever a text brings, its secret does not get into memory.
func TestNoSecretIsKept(t *testing.T) {
	const secret = "c2VjcmV0c2VjcmV0"
	texts := []string{
		"token k8s-aws-v1." + secret + " is bad",
		"GET https://sts.amazonaws.com/?X-Amz-Signature=" + secret + "&x=y",
		"x-amz-security-token=" + secret,
		"X-Amz-Security-Token%3D" + secret,
		`{"X-Amz-Security-Token":"` + secret + `"}`,
		"x-amz-security-token:" + secret,
		"Authorization: AWS4-HMAC-SHA256 Credential=A, Signature=0123456789abcdef0123456789abcdef",
		"Authorization: Bearer " + secret,
		"jwt eyJhbGciOiJSUzI1NiJ9." + secret + "." + secret,
	}
	r := New(Config{})
	for _, text := range texts {
		r.Record(Event{Text: text, UserAgent: text, Resource: text, Username: text, ARN: text, Groups: []string{text}, AccessKeyID: text, Operation: text, Namespace: text})
	}
	data, err := json.Marshal(r.Since(0))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{secret, "0123456789abcdef"} {
		if i := strings.Index(string(data), part); i >= 0 {
			t.Errorf("kept: …%s", data[max(0, i-60):i+len(part)])
		}
	}
}

func TestLongTextsAreCut(t *testing.T) {
	r := New(Config{})
	r.Record(Event{Text: strings.Repeat("é", maxText)})
	if got := r.Since(0)[0].Text; len(got) > maxText+len("…") || !strings.HasSuffix(got, "é…") {
		t.Errorf("%d bytes, ending in %q", len(got), got[len(got)-6:])
	}
}

func TestFingerprintTellsTokensApart(t *testing.T) {
	if a, b := Fingerprint("k8s-aws-v1.a"), Fingerprint("k8s-aws-v1.b"); a == b || len(a) != 16 {
		t.Errorf("got %q and %q", a, b)
	}
}

// BenchmarkRecord is what one GetCallerIdentity pays: the token's fingerprint and the event.
func BenchmarkRecord(b *testing.B) {
	r := New(Config{})
	token := strings.Repeat("k", 1100)
	b.ReportAllocs()
	for b.Loop() {
		r.Record(Event{
			Source: Gateway, Hop: "H6", Outcome: Allowed, AccessKeyID: "AKIAIOSFODNN7EXAMPLE", Token: Fingerprint(token),
			Service: "sts", Operation: "GetCallerIdentity", RequestID: "5f1c3c0e-1f65-4f5e-9a53-2f5d1f3f0b11", Status: 200,
			ARN: "arn:aws:iam::111122223333:user/yaroslav", SourceIP: "127.0.0.1", UserAgent: "aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.8",
		})
	}
}
