package fault

import (
	"encoding/json"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var services = []string{"sts", "eks"}

// clock is a clock that stands until it is moved.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func newSet(t *testing.T, faults ...Fault) (*Set, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	s := New(services, c.now)
	for _, f := range faults {
		if _, err := s.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	return s, c
}

var whoami = Request{
	Service: "sts", Operation: "GetCallerIdentity", Region: "us-east-2", AccessKeyID: "AKIAOLGA", ARN: "arn:aws:iam::111122223333:user/olga",
}

func assume(region string) Request {
	r := whoami
	r.Operation, r.Region = "AssumeRole", region
	return r
}

func answers(s *Set, r Request, n int) []Answer {
	list := make([]Answer, n)
	for i := range list {
		list[i] = s.Meet(r).Answer
	}
	return list
}

func TestScope(t *testing.T) {
	other := func(change func(*Request)) Request { r := whoami; change(&r); return r }
	for name, test := range map[string]struct {
		fault Fault
		meets []Request
		not   []Request
	}{
		"service":   {Fault{Kind: "sts-throttle"}, []Request{whoami, assume("us-west-2")}, []Request{other(func(r *Request) { r.Service = "eks" })}},
		"operation": {Fault{Kind: "sts-error", Operation: "AssumeRole"}, []Request{assume("us-east-2")}, []Request{whoami}},
		"region":    {Fault{Kind: "sts-reset", Region: "us-west-2"}, []Request{assume("us-west-2")}, []Request{whoami}},
		"key":       {Fault{Kind: "sts-error", Caller: "AKIAOLGA"}, []Request{whoami}, []Request{other(func(r *Request) { r.AccessKeyID = "AKIABORIS" })}},
		"caller":    {Fault{Kind: "sts-error", Caller: whoami.ARN}, []Request{whoami}, []Request{other(func(r *Request) { r.ARN += "2" })}},
		"a disabled region gives out no credentials, and says who is there": {Fault{Kind: RegionDisabled, Region: "us-east-2"},
			[]Request{assume("us-east-2")}, []Request{whoami, assume("us-west-2")}},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newSet(t, test.fault)
			for _, r := range test.meets {
				if s.Meet(r).Answer == Usual {
					t.Errorf("%+v does not meet the fault", r)
				}
			}
			for _, r := range test.not {
				if e := s.Meet(r); e.Answer != Usual {
					t.Errorf("%+v gets %+v", r, e)
				}
			}
		})
	}
}

func TestThrottleLetsTheRatePass(t *testing.T) {
	s, c := newSet(t, Fault{Kind: "sts-throttle", Rate: 2, Burst: 3})
	if diff := cmp.Diff([]Answer{Usual, Usual, Usual, Throttled, Throttled}, answers(s, whoami, 5)); diff != "" {
		t.Errorf("at once (-want +got):\n%s", diff)
	}
	c.Time = c.Add(500 * time.Millisecond)
	if diff := cmp.Diff([]Answer{Usual, Throttled}, answers(s, whoami, 2)); diff != "" {
		t.Errorf("half a second later (-want +got):\n%s", diff)
	}
	c.Time = c.Add(time.Hour)
	if diff := cmp.Diff([]Answer{Usual, Usual, Usual, Throttled}, answers(s, whoami, 4)); diff != "" {
		t.Errorf("the bucket does not overflow (-want +got):\n%s", diff)
	}
	if got := s.List()[0].Met; got != 4 {
		t.Errorf("%d requests have met it, want 4", got)
	}
}

func TestSeedChoosesTheSameRequests(t *testing.T) {
	run := func(seed uint64) []Answer {
		s, _ := newSet(t, Fault{Kind: "sts-error", Probability: 0.3, Seed: seed})
		return answers(s, whoami, 1000)
	}
	first, failed := run(0), 0
	for _, a := range first {
		if a == Failed {
			failed++
		}
	}
	if math.Abs(float64(failed)-300) > 60 {
		t.Errorf("%d of 1000 fail, want about 300", failed)
	}
	if diff := cmp.Diff(first, run(1)); diff != "" {
		t.Errorf("the default seed is not 1 (-want +got):\n%s", diff)
	}
	if cmp.Equal(first, run(2)) {
		t.Error("another seed chooses the same requests")
	}
}

func TestFaultsAreCombined(t *testing.T) {
	s, _ := newSet(t, Fault{Kind: "sts-latency", Delay: Duration(2 * time.Second)}, Fault{Kind: "sts-error", Status: 500}, Fault{Kind: "sts-throttle"})
	e := s.Meet(whoami)
	if len(e.Delays) != 1 || e.Delays[0].Time != 2*time.Second || e.Answer != Failed || e.Status != 500 {
		t.Errorf("effect %+v", e)
	}
	if got := s.List()[2].Met; got != 0 {
		t.Errorf("the throttle behind a failure has met %d requests", got)
	}
	s.Remove("1")
	select {
	case <-e.Delays[0].Over:
	default:
		t.Error("a delay goes on after its fault was cleared")
	}
}

func TestFaultsEndByThemselves(t *testing.T) {
	s, c := newSet(t, Fault{Kind: "sts-reset", Count: 2}, Fault{Kind: "eks-error", For: Duration(time.Minute)}, Fault{Kind: Skew, By: Duration(time.Hour), For: Duration(time.Minute)})
	if diff := cmp.Diff([]Answer{HungUp, HungUp, Usual}, answers(s, whoami, 3)); diff != "" {
		t.Errorf("by count (-want +got):\n%s", diff)
	}
	describe := Request{Service: "eks", Operation: "DescribeCluster"}
	if s.Meet(describe).Answer != Failed || s.Skew() != time.Hour || len(s.List()) != 2 {
		t.Errorf("within its time: %v", s.List())
	}
	c.Time = c.Add(time.Minute)
	if s.Meet(describe).Answer != Usual || s.Skew() != 0 || len(s.List()) != 0 {
		t.Errorf("after its time: %v", s.List())
	}
}

func TestClocks(t *testing.T) {
	s, _ := newSet(t)
	if s.Any() || s.Skew() != 0 || s.SessionLifetime(time.Hour) != time.Hour || s.TokenLifetime(time.Hour) != time.Hour {
		t.Error("without faults something is changed")
	}
	s, _ = newSet(t, Fault{Kind: Skew, By: Duration(-20 * time.Minute)}, Fault{Kind: SessionExpiry, After: Duration(5 * time.Second)}, Fault{Kind: TokenExpiry, After: Duration(time.Minute)})
	if got := s.Skew(); got != -20*time.Minute {
		t.Errorf("skew %v", got)
	}
	if got := s.SessionLifetime(time.Hour); got != 5*time.Second {
		t.Errorf("a session lasts %v", got)
	}
	if got := s.TokenLifetime(15 * time.Minute); got != time.Minute {
		t.Errorf("a token lasts %v", got)
	}
	for _, f := range s.List() {
		s.Remove(f.ID)
	}
	if s.Any() || s.Remove("1") {
		t.Error("cleared faults are still there")
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	for want, f := range map[string]Fault{
		`there is no fault "sts-fire"`:                  {Kind: "sts-fire"},
		`there is no fault "s3-throttle"`:               {Kind: "s3-throttle"},
		"fault sts-latency: delay is missing":           {Kind: "sts-latency"},
		"fault webhook-stopped does not take operation": {Kind: WebhookStopped, Operation: "AssumeRole"},
		"fault sts-latency does not take rate":          {Kind: "sts-latency", Delay: 1, Rate: 1},
		"fault sts-skew does not take count":            {Kind: Skew, By: 1, Count: 1},
		"status 418 is none of the two":                 {Kind: "sts-error", Status: 418},
		"delay 2m is not up to 1m":                      {Kind: "sts-latency", Delay: Duration(2 * time.Minute)},
		"after 10ms is less than a second":              {Kind: SessionExpiry, After: Duration(10 * time.Millisecond)},
		"probability 2 is not from 0 to 1":              {Kind: "sts-error", Probability: 2},
		"burst without rate":                            {Kind: "sts-throttle", Burst: 2},
		"STS cannot be deactivated in us-east-1":        {Kind: RegionDisabled, Region: "us-east-1"},
		"fault sts-error: count -1 is negative":         {Kind: "sts-error", Count: -1},
		"by 8784h is more than a year":                  {Kind: Skew, By: Duration(366 * 24 * time.Hour)},
		"fault sts-region-disabled: region is missing":  {Kind: RegionDisabled},
		"fault session-expiry: after is missing":        {Kind: SessionExpiry},
		"for -1s is negative":                           {Kind: "sts-reset", For: Duration(-time.Second)},
		"rate -1 is negative":                           {Kind: "sts-throttle", Rate: -1},
	} {
		s, _ := newSet(t)
		if _, err := s.Add(f); err == nil || !strings.Contains(err.Error(), want) || s.Any() {
			t.Errorf("%+v: error %v does not say %q", f, err, want)
		}
	}
}

func TestFaultInWords(t *testing.T) {
	s, _ := newSet(t,
		Fault{Kind: "sts-throttle", Rate: 2.5, Operation: "AssumeRole", For: Duration(90 * time.Second)},
		Fault{Kind: "sts-error", Probability: 0.5, Count: 3}, Fault{Kind: Skew, By: Duration(-20 * time.Minute)},
		Fault{Kind: WebhookStopped, Cluster: "dev"}, Fault{Kind: "sts-latency", Delay: Duration(time.Hour / 60), Region: "us-east-2", Caller: "AKIAOLGA"})
	var got []string
	for _, f := range s.List() {
		got = append(got, f.Details())
	}
	want := []string{
		"2.5 requests/s, burst 2, operation AssumeRole, for 1m30s", "status 503, probability 0.5, seed 1, for 3 requests", "by -20m", "cluster dev",
		"delay 1m, region us-east-2, caller AKIAOLGA",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
	for _, f := range s.List() {
		text, err := json.Marshal(f)
		var back Fault
		if err == nil {
			err = json.Unmarshal(text, &back)
		}
		if diff := cmp.Diff(f, back); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", text, err, diff)
		}
	}
}

func BenchmarkMeet(b *testing.B) {
	s := New(services, time.Now)
	if _, err := s.Add(Fault{Kind: "sts-throttle", Rate: 1e12}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s.Meet(whoami)
	}
}

func TestThePageNamesEveryFault(t *testing.T) {
	page, err := os.ReadFile("../../docs/FAULTS.md")
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Collect(maps.Keys(kinds))
	for effect := range effects {
		names = append(names, "sts-"+effect)
	}
	for _, name := range names {
		if !strings.Contains(string(page), "| `"+name+"` |") {
			t.Errorf("docs/FAULTS.md does not describe %s", name)
		}
	}
}
