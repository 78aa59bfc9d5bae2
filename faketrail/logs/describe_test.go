package logs_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"
)

func TestDescribeLogGroups(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name string
		in   cloudwatchlogs.DescribeLogGroupsInput
		want []string
	}{
		{"all", cloudwatchlogs.DescribeLogGroupsInput{}, []string{group, "/aws/eks/prod/cluster"}},
		{"by prefix", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/aws/eks/d")}, []string{group}},
		{"by pattern", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: aws.String("PROD")}, []string{"/aws/eks/prod/cluster"}},
		{"in pages", cloudwatchlogs.DescribeLogGroupsInput{Limit: aws.Int32(1)}, []string{group, "/aws/eks/prod/cluster"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(w.as("arseniy"), &tt.in)
			for pages.HasMorePages() {
				page, err := pages.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, g := range page.LogGroups {
					got = append(got, *g.LogGroupName)
					if want := "arn:aws:logs:us-east-2:534000000385:log-group:" + *g.LogGroupName; *g.LogGroupArn != want || *g.Arn != want+":*" {
						t.Errorf("ARNs %s and %s", *g.LogGroupArn, *g.Arn)
					}
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("groups (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDescribeLogStreams(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name string
		in   cloudwatchlogs.DescribeLogStreamsInput
		want []string
	}{
		{"by name", cloudwatchlogs.DescribeLogStreamsInput{}, []string{"authenticator-1", "kube-apiserver-1", "kube-apiserver-audit-1", "kube-scheduler-1"}},
		{"by prefix", cloudwatchlogs.DescribeLogStreamsInput{LogStreamNamePrefix: aws.String("kube-apiserver-")}, []string{"kube-apiserver-1", "kube-apiserver-audit-1"}},
		{"the latest first", cloudwatchlogs.DescribeLogStreamsInput{OrderBy: types.OrderByLastEventTime, Descending: aws.Bool(true)},
			[]string{"authenticator-1", "kube-apiserver-audit-1", "kube-apiserver-1", "kube-scheduler-1"}},
		{"in pages", cloudwatchlogs.DescribeLogStreamsInput{Limit: aws.Int32(3)}, []string{"authenticator-1", "kube-apiserver-1", "kube-apiserver-audit-1", "kube-scheduler-1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.LogGroupName = aws.String(group)
			var got []string
			pages := cloudwatchlogs.NewDescribeLogStreamsPaginator(w.as("arseniy"), &tt.in)
			for pages.HasMorePages() {
				page, err := pages.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range page.LogStreams {
					got = append(got, *s.LogStreamName)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("streams (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStreamKnowsItsTimes(t *testing.T) {
	w := newWorld(t)
	out, err := w.as("arseniy").DescribeLogStreams(t.Context(), &cloudwatchlogs.DescribeLogStreamsInput{
		LogGroupIdentifier: aws.String("arn:aws:logs:us-east-2:534000000385:log-group:" + group), LogStreamNamePrefix: aws.String("authenticator"),
	})
	if err != nil {
		t.Fatal(err)
	}
	s := out.LogStreams[0]
	if *s.FirstEventTimestamp != *at(t, "14:11:18") || *s.LastEventTimestamp != *at(t, "14:11:22") {
		t.Errorf("from %d to %d", *s.FirstEventTimestamp, *s.LastEventTimestamp)
	}
}

func TestDescribeRefuses(t *testing.T) {
	w := newWorld(t)
	streams := func(user string, in cloudwatchlogs.DescribeLogStreamsInput) error {
		_, err := w.as(user).DescribeLogStreams(t.Context(), &in)
		return err
	}
	name := aws.String(group)
	wantRefused(t, streams("nobody", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: name}), "AccessDeniedException")
	wantRefused(t, streams("arseniy", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("/aws/eks/theirs/cluster")}), "ResourceNotFoundException")
	wantRefused(t, streams("arseniy", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: name, LogGroupIdentifier: name}), "InvalidParameterException")
	wantRefused(t, streams("arseniy", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: name, NextToken: aws.String("x")}), "InvalidParameterException")
	wantRefused(t, streams("arseniy", cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: name, OrderBy: types.OrderByLastEventTime, LogStreamNamePrefix: name}), "InvalidParameterException")
	_, err := w.as("nobody").DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
	wantRefused(t, err, "AccessDeniedException")
}
