package logs

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/eksauth/eksauth/faketrail/logs/pattern"
)

// FilterLogEvents searches the streams of a group and tells of matches in the order of their times
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html). It is what aws logs tail
// asks.
func (s *Service) FilterLogEvents(ctx context.Context, in *cloudwatchlogs.FilterLogEventsInput) (*cloudwatchlogs.FilterLogEventsOutput, error) {
	group, err := s.group(ctx, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	streams, err := chosen(group, in)
	if err != nil {
		return nil, err
	}
	filter, err := pattern.Compile(aws.ToString(in.FilterPattern))
	if err != nil {
		return nil, invalidParameter("Invalid filter pattern: %v", err)
	}
	after, err := base64.StdEncoding.DecodeString(aws.ToString(in.NextToken))
	if err != nil || len(after) != 0 && len(after) != len(event{}.id()) {
		return nil, invalidParameter("The specified nextToken is invalid.")
	}
	var events []event
	for _, stream := range streams {
		err := s.read(stream, func(e event) bool {
			if within(e, in.StartTime, in.EndTime) && filter.Match(e.text) && (len(after) == 0 || e.id() > string(after)) {
				events = append(events, e)
			}
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(events, older)
	return filtered(events, fit(events, in.Limit, false)), nil
}

// chosen are the streams that a request names, or all.
func chosen(group Group, in *cloudwatchlogs.FilterLogEventsInput) ([]Stream, error) {
	if len(in.LogStreamNames) > 0 && in.LogStreamNamePrefix != nil {
		return nil, invalidParameter("logStreamNames and logStreamNamePrefix cannot be given both.")
	}
	var streams []Stream
	for _, name := range in.LogStreamNames {
		stream, err := group.stream(name)
		if err != nil {
			return nil, err
		}
		streams = append(streams, stream)
	}
	if len(in.LogStreamNames) > 0 {
		return streams, nil
	}
	return slices.DeleteFunc(slices.Clone(group.Streams), func(s Stream) bool {
		return !strings.HasPrefix(s.Name, aws.ToString(in.LogStreamNamePrefix))
	}), nil
}

func filtered(all, part []event) *cloudwatchlogs.FilterLogEventsOutput {
	out := &cloudwatchlogs.FilterLogEventsOutput{}
	for _, e := range part {
		out.Events = append(out.Events, types.FilteredLogEvent{
			EventId: aws.String(e.id()), LogStreamName: aws.String(e.stream), Timestamp: aws.Int64(e.at), IngestionTime: aws.Int64(e.at), Message: aws.String(e.text),
		})
	}
	if len(part) < len(all) {
		out.NextToken = aws.String(base64.StdEncoding.EncodeToString([]byte(part[len(part)-1].id())))
	}
	return out
}
