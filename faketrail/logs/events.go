package logs

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// One answer has at most 10,000 events and a MiB of text
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html).
const (
	maxEvents = 10_000
	maxBytes  = 1 << 20
)

// GetLogEvents reads a stream, from its end unless StartFromHead is set or a token says where
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html).
func (s *Service) GetLogEvents(ctx context.Context, in *cloudwatchlogs.GetLogEventsInput) (*cloudwatchlogs.GetLogEventsOutput, error) {
	group, err := s.group(ctx, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	stream, err := group.stream(aws.ToString(in.LogStreamName))
	if err != nil {
		return nil, err
	}
	from, err := readPosition(in.NextToken)
	if err != nil {
		return nil, err
	}
	var events []event
	err = s.read(stream, func(e event) bool {
		if within(e, in.StartTime, in.EndTime) {
			events = append(events, e)
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	return window(events, from, aws.ToBool(in.StartFromHead), in.Limit), nil
}

// within tells whether an event lies in a span of milliseconds, of which the end is not part.
func within(e event, start, end *int64) bool {
	return (start == nil || e.at >= *start) && (end == nil || e.at < *end)
}

// position is a place between two events of a stream: behind the one with the ID for reading on, before it for reading
// back. The zero position is no place.
type position struct {
	back bool
	id   string
}

func (p position) token() *string {
	if p.back {
		return aws.String("b/" + p.id + "/s")
	}
	return aws.String("f/" + p.id + "/s")
}

func readPosition(token *string) (position, error) {
	if token == nil {
		return position{}, nil
	}
	parts := strings.Split(*token, "/")
	if len(parts) != 3 || parts[0] != "f" && parts[0] != "b" || len(parts[1]) != len(event{}.id()) || parts[2] != "s" {
		return position{}, invalidParameter("The specified nextToken is invalid.")
	}
	return position{back: parts[0] == "b", id: parts[1]}, nil
}

// window cuts out what lies behind or before a position and names the positions at both ends. At an end of the stream the
// token stays as it is, by which a client knows that there is no more.
func window(events []event, from position, head bool, limit *int32) *cloudwatchlogs.GetLogEventsOutput {
	low, high := 0, len(events)
	switch {
	case from.id != "" && from.back:
		high = place(events, from.id, 0)
	case from.id != "":
		low = place(events, from.id, 1)
	}
	part := fit(events[low:high], limit, from.id == "" && !head || from.back)
	first, last := from.id, from.id
	if len(part) > 0 {
		first, last = part[0].id(), part[len(part)-1].id()
	} else if from.id == "" {
		first = strings.Repeat("0", len(event{}.id()))
		last = first
	}
	out := &cloudwatchlogs.GetLogEventsOutput{NextForwardToken: position{id: last}.token(), NextBackwardToken: position{back: true, id: first}.token()}
	for _, e := range part {
		out.Events = append(out.Events, types.OutputLogEvent{Timestamp: aws.Int64(e.at), IngestionTime: aws.Int64(e.at), Message: aws.String(e.text)})
	}
	return out
}

// place finds an event by its ID and returns its index plus step, or, if it is gone, the index of the first one that is not older.
func place(events []event, id string, step int) int {
	if i := slices.IndexFunc(events, func(e event) bool { return e.id() == id }); i >= 0 {
		return i + step
	}
	if i := slices.IndexFunc(events, func(e event) bool { return e.id() > id }); i >= 0 {
		return i
	}
	return len(events)
}

// fit keeps as many events as one answer may have, of the end or of the beginning.
func fit(events []event, limit *int32, fromEnd bool) []event {
	most, size := maxEvents, 0
	if limit != nil {
		most = int(*limit)
	}
	for n := range events {
		e := events[n]
		if fromEnd {
			e = events[len(events)-1-n]
		}
		size += len(e.text)
		if n == most || n > 0 && size > maxBytes {
			if fromEnd {
				return events[len(events)-n:]
			}
			return events[:n]
		}
	}
	return events
}
