package logs

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/eksauth/eksauth/internal/callers"
)

// described is a stream with the times of its first and last lines, in milliseconds since 1970; 0 if it has none.
type described struct {
	Stream
	first, last int64
}

// DescribeLogStreams lists the streams of a log group
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html).
func (s *Service) DescribeLogStreams(ctx context.Context, in *cloudwatchlogs.DescribeLogStreamsInput) (*cloudwatchlogs.DescribeLogStreamsOutput, error) {
	group, err := s.group(ctx, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	byTime := in.OrderBy == types.OrderByLastEventTime
	if byTime && in.LogStreamNamePrefix != nil {
		return nil, invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	var streams []described
	for _, stream := range group.Streams {
		if !strings.HasPrefix(stream.Name, aws.ToString(in.LogStreamNamePrefix)) {
			continue
		}
		first, last, err := s.span(stream)
		if err != nil {
			return nil, err
		}
		streams = append(streams, described{stream, first, last})
	}
	sortStreams(streams, byTime, aws.ToBool(in.Descending))
	streams, next, err := cut(streams, func(d described) string { return d.Name }, in.NextToken, in.Limit)
	if err != nil {
		return nil, err
	}
	arn := groupARN(callers.From(ctx).Partition, group.Region, group.Account, group.Name)
	out := &cloudwatchlogs.DescribeLogStreamsOutput{NextToken: next}
	for _, d := range streams {
		out.LogStreams = append(out.LogStreams, d.show(arn, group.Created.UnixMilli()))
	}
	return out, nil
}

func sortStreams(streams []described, byTime, descending bool) {
	slices.SortFunc(streams, func(a, b described) int {
		order := cmp.Compare(a.Name, b.Name)
		if byTime {
			order = cmp.Or(cmp.Compare(a.last, b.last), order)
		}
		if descending {
			return -order
		}
		return order
	})
}

func (d described) show(groupARN string, created int64) types.LogStream {
	shown := types.LogStream{
		LogStreamName: aws.String(d.Name), Arn: aws.String(groupARN + ":log-stream:" + d.Name), CreationTime: aws.Int64(created), StoredBytes: aws.Int64(0),
	}
	if d.last > 0 {
		shown.FirstEventTimestamp, shown.LastEventTimestamp, shown.LastIngestionTime = aws.Int64(d.first), aws.Int64(d.last), aws.Int64(d.last)
	}
	return shown
}

// span tells when the first and the last line of a stream were written.
func (s *Service) span(stream Stream) (first, last int64, err error) {
	err = s.read(stream, func(e event) bool {
		if first == 0 {
			first = e.at
		}
		last = max(last, e.at)
		return true
	})
	return first, last, err
}

// stream finds a stream of a group.
func (g Group) stream(name string) (Stream, error) {
	i := slices.IndexFunc(g.Streams, func(s Stream) bool { return s.Name == name })
	if i < 0 {
		return Stream{}, &types.ResourceNotFoundException{Message: aws.String("The specified log stream does not exist.")}
	}
	return g.Streams[i], nil
}
