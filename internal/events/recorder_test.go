package events

import (
	"context"
	"encoding/json"
	"math/rand/v2"
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
	kept := r.Since(0)
	if len(kept) == 0 || kept[len(kept)-1].Sequence != 100 {
		t.Fatalf("%d events are kept, want the newest", len(kept))
	}
	for i, e := range kept {
		if e.Sequence != kept[0].Sequence+uint64(i) || len(e.Text) < maxText || len(e.Groups) != maxGroups+1 {
			t.Errorf("event %d has %d bytes and %d groups", e.Sequence, len(e.Text), len(e.Groups))
		}
	}
	if len(r.tape.bytes) > bytes {
		t.Errorf("%d bytes are taken, want %d at most", len(r.tape.bytes), bytes)
	}
}

// TestTape holds that events of all lengths come back as they were, however often the tape has gone round.
func TestTape(t *testing.T) {
	const size = 40
	tape, source := newTape(size, longest), rand.New(rand.NewPCG(1, 2))
	var put []Event
	for i := range 2000 {
		e := Event{
			Sequence: uint64(i + 1), Time: time.Unix(0, int64(i)).UTC(), Source: Gateway, Outcome: Refused, Hop: "H6", Text: strings.Repeat("t", source.IntN(maxText)),
			Attempt: uint64(i), Explanation: i%2 == 0, Status: i, Took: -1, AccessKeyID: "k", UserAgent: strings.Repeat("u", source.IntN(maxField)), Service: "sts",
		}
		for range source.IntN(3) {
			e.Groups = append(e.Groups, strings.Repeat("g", source.IntN(maxField)))
		}
		put = append(put, e)
		tape.put(&e)
		kept := []Event{}
		for sequence := tape.first; sequence <= tape.last; sequence++ {
			kept = append(kept, tape.get(sequence))
		}
		if diff := cmp.Diff(put[len(put)-len(kept):], kept); diff != "" || len(kept) == 0 || len(kept) > size {
			t.Fatalf("%d events after %d (-want +got):\n%s", len(kept), i+1, diff)
		}
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
	a, b, c := Fingerprint("AKIA1", "1"), Fingerprint("AKIA1", "2"), Fingerprint("AKIA2", "1")
	if a == b || a == c || len(a) != 16 {
		t.Errorf("got %q, %q and %q", a, b, c)
	}
}

// BenchmarkRecord is what one GetCallerIdentity pays: the token's fingerprint and the event.
func BenchmarkRecord(b *testing.B) {
	r := New(Config{})
	signature := strings.Repeat("0", 64)
	b.ReportAllocs()
	for b.Loop() {
		r.Record(Event{
			Source: Gateway, Hop: "H6", Outcome: Allowed, AccessKeyID: "AKIAIOSFODNN7EXAMPLE", Token: Fingerprint("AKIAIOSFODNN7EXAMPLE/20260314/us-east-2/sts/aws4_request", signature),
			Service: "sts", Operation: "GetCallerIdentity", RequestID: "5f1c3c0e-1f65-4f5e-9a53-2f5d1f3f0b11", Status: 200,
			ARN: "arn:aws:iam::111122223333:user/yaroslav", SourceIP: "127.0.0.1", UserAgent: "aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.8",
		})
	}
}
