package faketrail_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

func resourceNames(events []types.Event) []string {
	names := []string{}
	for _, e := range events {
		for _, r := range e.Resources {
			names = append(names, *r.ResourceName)
		}
	}
	return names
}

func TestLookupAttributes(t *testing.T) {
	w := newWorld(t)
	arseniy := w.caller(t, "arseniy")
	w.creates(arseniy, "one")
	w.now = w.now.Add(time.Second)
	w.creates(w.session(t, "release-42"), "two")
	w.now = w.now.Add(time.Second)
	w.trail.Observe(w.call(arseniy, "sts", "GetCallerIdentity", &sts.GetCallerIdentityInput{}, &sts.GetCallerIdentityOutput{}))
	id := *w.lookup(t, by(types.LookupAttributeKeyResourceName, "one"))[0].EventId
	tests := []struct {
		key   types.LookupAttributeKey
		value string
		want  []string
	}{
		{types.LookupAttributeKeyEventName, "CreateCluster", []string{"two", "one"}},
		{types.LookupAttributeKeyEventName, "createcluster", []string{}},
		{types.LookupAttributeKeyEventSource, "eks.amazonaws.com", []string{"two", "one"}},
		{types.LookupAttributeKeyUsername, "release-42", []string{"two"}},
		{types.LookupAttributeKeyUsername, "arseniy", []string{"one"}},
		{types.LookupAttributeKeyResourceType, "AWS::EKS::Cluster", []string{"two", "one"}},
		{types.LookupAttributeKeyResourceName, "two", []string{"two"}},
		{types.LookupAttributeKeyAccessKeyId, arseniy.AccessKeyID, []string{"one"}},
		{types.LookupAttributeKeyEventId, id, []string{"one"}},
		{types.LookupAttributeKeyReadOnly, "false", []string{"two", "one"}},
		{types.LookupAttributeKeyReadOnly, "true", []string{}},
	}
	for _, tt := range tests {
		t.Run(string(tt.key)+" "+tt.value, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, resourceNames(w.lookup(t, by(tt.key, tt.value)))); diff != "" {
				t.Errorf("resources of events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTimeRange(t *testing.T) {
	w := newWorld(t)
	start := w.now
	for _, name := range []string{"first", "second", "third"} {
		w.creates(w.caller(t, "arseniy"), name)
		w.now = w.now.Add(time.Minute)
	}
	between := by(types.LookupAttributeKeyEventName, "CreateCluster")
	between.StartTime, between.EndTime = aws.Time(start.Add(time.Minute)), aws.Time(start.Add(2*time.Minute))
	if diff := cmp.Diff([]string{"third", "second"}, resourceNames(w.lookup(t, between))); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestThereAreNoInsights(t *testing.T) {
	w := newWorld(t)
	w.creates(w.caller(t, "arseniy"), "c")
	if events := w.lookup(t, &cloudtrail.LookupEventsInput{EventCategory: types.EventCategoryInsight}); len(events) > 0 {
		t.Errorf("events %v", resourceNames(events))
	}
}

func TestHistoryIsOfOneAccountAndRegion(t *testing.T) {
	w := newWorld(t)
	w.creates(w.caller(t, "arseniy"), "ours")
	for _, from := range []struct{ user, region string }{{"guest", region}, {"arseniy", "us-east-1"}} {
		out, err := w.client(from.user, from.region).LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Events) > 0 {
			t.Errorf("%s in %s sees %v", from.user, from.region, resourceNames(out.Events))
		}
	}
}

func TestPages(t *testing.T) {
	w := newWorld(t)
	var want []string
	for i := range 7 {
		w.creates(w.caller(t, "arseniy"), fmt.Sprintf("c%d", i))
		want = append([]string{fmt.Sprintf("c%d", i)}, want...)
		w.now = w.now.Add(time.Second)
	}
	in := by(types.LookupAttributeKeyEventName, "CreateCluster")
	in.MaxResults = aws.Int32(3)
	pages := cloudtrail.NewLookupEventsPaginator(w.client("arseniy", region), in)
	var got []string
	for n := 0; pages.HasMorePages(); n++ {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, resourceNames(page.Events)...)
		// What happens meanwhile does not move the pages.
		w.creates(w.caller(t, "arseniy"), fmt.Sprintf("later%d", n))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestWritesOutliveARestart(t *testing.T) {
	w := newWorld(t)
	w.creates(w.caller(t, "arseniy"), "kept")
	w.trail.Observe(w.call(w.caller(t, "arseniy"), "sts", "GetCallerIdentity", &sts.GetCallerIdentityInput{}, &sts.GetCallerIdentityOutput{}))
	w.keep()
	if diff := cmp.Diff([]string{"kept"}, resourceNames(w.lookup(t, &cloudtrail.LookupEventsInput{}))); diff != "" {
		t.Errorf("before the restart, each event once (-want +got):\n%s", diff)
	}
	w.restart(t)
	events := w.lookup(t, &cloudtrail.LookupEventsInput{})
	if diff := cmp.Diff([]string{"kept"}, resourceNames(events)); diff != "" || len(events) != 1 {
		t.Errorf("%d events after it (-want +got):\n%s", len(events), diff)
	}
	if known, err := w.trail.Knows(home, region, "CreateCluster", "kept"); err != nil || !known {
		t.Errorf("known: %v, %v", known, err)
	}
	if known, err := w.trail.Knows(home, region, "CreateCluster", "other"); err != nil || known {
		t.Errorf("known: %v, %v", known, err)
	}
}

func TestOldEventsGiveWay(t *testing.T) {
	w := newWorld(t)
	const more = 1005
	for i := range more {
		w.creates(w.caller(t, "arseniy"), fmt.Sprintf("c%d", i))
		w.now = w.now.Add(time.Millisecond)
	}
	w.keep()
	w.restart(t)
	for name, want := range map[string]bool{"c0": false, "c4": false, "c5": true, "c1004": true} {
		if known, err := w.trail.Knows(home, region, "CreateCluster", name); err != nil || known != want {
			t.Errorf("%s is known: %v, %v; want %v", name, known, err, want)
		}
	}
}

func TestLookupRefuses(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.creates(w.caller(t, "arseniy"), "c")
	}
	paged := &cloudtrail.LookupEventsInput{MaxResults: aws.Int32(1)}
	first, err := w.client("arseniy", region).LookupEvents(t.Context(), paged)
	if err != nil {
		t.Fatal(err)
	}
	two := by(types.LookupAttributeKeyEventName, "a")
	two.LookupAttributes = append(two.LookupAttributes, two.LookupAttributes[0])
	otherQuestion := by(types.LookupAttributeKeyEventName, "a")
	otherQuestion.NextToken = first.NextToken
	tests := []struct {
		name, user string
		in         *cloudtrail.LookupEventsInput
		want       string
	}{
		{"somebody without permission", "nobody", &cloudtrail.LookupEventsInput{}, "AccessDeniedException"},
		{"two attributes", "arseniy", two, "InvalidLookupAttributesException"},
		{"a time that runs backwards", "arseniy", &cloudtrail.LookupEventsInput{StartTime: aws.Time(w.now), EndTime: aws.Time(w.now.Add(-time.Hour))}, "InvalidTimeRangeException"},
		{"a token that was not given", "arseniy", &cloudtrail.LookupEventsInput{NextToken: aws.String("bm8=")}, "InvalidNextTokenException"},
		{"a token of another question", "arseniy", otherQuestion, "InvalidNextTokenException"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.client(tt.user, region).LookupEvents(t.Context(), tt.in)
			if refused, ok := errors.AsType[smithy.APIError](err); !ok || refused.ErrorCode() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}
