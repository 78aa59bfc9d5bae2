package logs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/google/go-cmp/cmp"
)

// line is an event as a test compares it.
type line struct {
	At   int64
	Text string
}

func (w *world) filter(t *testing.T, in cloudwatchlogs.FilterLogEventsInput) []line {
	t.Helper()
	in.LogGroupName = aws.String(group)
	got := []line{}
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(w.as("reader"), &in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			got = append(got, line{*e.Timestamp, *e.Message})
		}
	}
	return got
}

func TestContainersLinesHaveTheirOwnTimes(t *testing.T) {
	w := newWorld(t)
	w.write(t, "none.log", "2026-11-23T14:11:30.5Z stderr F "+served)
	got := w.filter(t, cloudwatchlogs.FilterLogEventsInput{LogStreamNames: []string{"kube-scheduler-1"}})
	if diff := cmp.Diff([]line{{*at(t, "14:11:30.5"), served}}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestFilterLogEvents(t *testing.T) {
	w := newWorld(t)
	all := []line{
		{*at(t, "14:11:18"), banner}, {*at(t, "14:11:18"), started}, {*at(t, "14:11:19.5"), served}, {*at(t, "14:11:19.5"), trace},
		{*at(t, "14:11:20"), denied}, {*at(t, "14:11:21"), audited}, {*at(t, "14:11:22"), granted},
	}
	tests := []struct {
		name string
		in   cloudwatchlogs.FilterLogEventsInput
		want []line
	}{
		{"everything in the order of times", cloudwatchlogs.FilterLogEventsInput{}, all},
		{"in pages", cloudwatchlogs.FilterLogEventsInput{Limit: aws.Int32(2)}, all},
		{"from a time up to another", cloudwatchlogs.FilterLogEventsInput{StartTime: at(t, "14:11:20"), EndTime: at(t, "14:11:22")}, all[4:6]},
		{"one stream", cloudwatchlogs.FilterLogEventsInput{LogStreamNames: []string{"kube-apiserver-1"}}, all[2:4]},
		{"streams by prefix", cloudwatchlogs.FilterLogEventsInput{LogStreamNamePrefix: aws.String("kube-apiserver-audit")}, all[5:6]},
		{"a phrase", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String(`"access denied"`)}, all[4:5]},
		{"a selector", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String(`{ $.responseStatus.code = 401 }`)}, all[5:6]},
		{"what nobody wrote", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String("unheard")}, []line{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, w.filter(t, tt.in)); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFollow reads on as aws logs tail does: from the time of the last event, leaving out the IDs that it knows.
func TestFollow(t *testing.T) {
	w := newWorld(t)
	in := &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(group), LogStreamNamePrefix: aws.String("authenticator"), StartTime: at(t, "14:11:22")}
	first, err := w.as("reader").FilterLogEvents(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, "authenticator.log", granted)
	second, err := w.as("reader").FilterLogEvents(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Events) != 1 || len(second.Events) != 2 || *first.Events[0].EventId != *second.Events[0].EventId || *second.Events[0].EventId == *second.Events[1].EventId {
		t.Errorf("first %+v, then %+v", first.Events, second.Events)
	}
}

// TestPutAside holds that an event keeps its ID when its file is put aside at the next start.
func TestPutAside(t *testing.T) {
	w := newWorld(t)
	in := &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(group), FilterPattern: aws.String(`"access denied"`)}
	before, err := w.as("reader").FilterLogEvents(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(w.dir, "authenticator.log")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	w.write(t, "authenticator.log", banner, granted)
	after, err := w.as("reader").FilterLogEvents(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if len(before.Events) != 1 || len(after.Events) != 1 || *before.Events[0].EventId != *after.Events[0].EventId {
		t.Errorf("before %+v, after %+v", before.Events, after.Events)
	}
}

// TestUnfinishedLine holds that a line is not shown before it is whole.
func TestUnfinishedLine(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(w.dir, "none.log")
	if err := os.WriteFile(path, []byte(granted[:40]), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := w.filter(t, cloudwatchlogs.FilterLogEventsInput{LogStreamNamePrefix: aws.String("kube-scheduler")}); len(got) > 0 {
		t.Errorf("events %v", got)
	}
}

func (w *world) get(t *testing.T, in cloudwatchlogs.GetLogEventsInput) (texts []string, forward, back *string) {
	t.Helper()
	in.LogGroupName, in.LogStreamName = aws.String(group), aws.String("authenticator-1")
	out, err := w.as("reader").GetLogEvents(t.Context(), &in)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range out.Events {
		texts = append(texts, *e.Message)
	}
	return texts, out.NextForwardToken, out.NextBackwardToken
}

func TestGetLogEvents(t *testing.T) {
	w := newWorld(t)
	two := aws.Int32(2)
	steps := []struct {
		name string
		want []string
	}{
		{"from the head", []string{banner, started}}, {"on", []string{denied, granted}}, {"at the end", nil}, {"back", []string{denied, granted}},
		{"further back", []string{banner, started}}, {"at the beginning", nil},
	}
	texts, forward, _ := w.get(t, cloudwatchlogs.GetLogEventsInput{StartFromHead: aws.Bool(true), Limit: two})
	got := [][]string{texts}
	texts, forward, _ = w.get(t, cloudwatchlogs.GetLogEventsInput{NextToken: forward, Limit: two})
	got = append(got, texts)
	texts, end, _ := w.get(t, cloudwatchlogs.GetLogEventsInput{NextToken: forward, Limit: two})
	got = append(got, texts)
	if *end != *forward {
		t.Errorf("at the end the token is %s, and was %s", *end, *forward)
	}
	texts, _, back := w.get(t, cloudwatchlogs.GetLogEventsInput{Limit: two})
	got = append(got, texts)
	texts, _, back = w.get(t, cloudwatchlogs.GetLogEventsInput{NextToken: back, Limit: two})
	got = append(got, texts)
	texts, _, beginning := w.get(t, cloudwatchlogs.GetLogEventsInput{NextToken: back, Limit: two})
	got = append(got, texts)
	if *beginning != *back {
		t.Errorf("at the beginning the token is %s, and was %s", *beginning, *back)
	}
	for i, step := range steps {
		if diff := cmp.Diff(step.want, got[i]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

func TestAnswersAreBounded(t *testing.T) {
	w := newWorld(t)
	long := fmt.Sprintf("%s %0300000d", granted, 0)
	w.write(t, "none.log", long, long, long, long, long)
	out, err := w.as("reader").FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(group), LogStreamNames: []string{"kube-scheduler-1"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Events) != 3 || out.NextToken == nil {
		t.Errorf("%d events of 300 kB in one answer, more to come: %v", len(out.Events), out.NextToken != nil)
	}
}

func TestReadingIsRefused(t *testing.T) {
	w := newWorld(t)
	filter := func(user string, in cloudwatchlogs.FilterLogEventsInput) error {
		_, err := w.as(user).FilterLogEvents(t.Context(), &in)
		return err
	}
	name := aws.String(group)
	wantRefused(t, filter("nobody", cloudwatchlogs.FilterLogEventsInput{LogGroupName: name}), "AccessDeniedException")
	wantRefused(t, filter("reader", cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/aws/eks/prod/cluster")}), "AccessDeniedException")
	wantRefused(t, filter("arseniy", cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/none")}), "ResourceNotFoundException")
	wantRefused(t, filter("arseniy", cloudwatchlogs.FilterLogEventsInput{LogGroupName: name, LogStreamNames: []string{"none"}}), "ResourceNotFoundException")
	wantRefused(t, filter("arseniy", cloudwatchlogs.FilterLogEventsInput{LogGroupName: name, FilterPattern: aws.String("{ nonsense")}), "InvalidParameterException")
	wantRefused(t, filter("arseniy", cloudwatchlogs.FilterLogEventsInput{LogGroupName: name, NextToken: aws.String("bm8=")}), "InvalidParameterException")
	wantRefused(t, filter("arseniy", cloudwatchlogs.FilterLogEventsInput{LogGroupName: name, LogStreamNames: []string{"a"}, LogStreamNamePrefix: name}), "InvalidParameterException")
	_, err := w.as("arseniy").GetLogEvents(t.Context(), &cloudwatchlogs.GetLogEventsInput{LogGroupName: name, LogStreamName: aws.String("authenticator-1"), NextToken: aws.String("x")})
	wantRefused(t, err, "InvalidParameterException")
}
