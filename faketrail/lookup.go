package faketrail

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
)

const (
	// historySpan is how far back the event history goes.
	historySpan = 90 * 24 * time.Hour
	// maxPage is how many events one answer has at most, and without MaxResults.
	maxPage = 50
)

// LookupEvents tells of the caller's account's events in the region, the newest first
// (https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html).
func (s *Service) LookupEvents(ctx context.Context, in *cloudtrail.LookupEventsInput) (*cloudtrail.LookupEventsOutput, error) {
	matches, err := matcher(in.LookupAttributes)
	if err != nil {
		return nil, err
	}
	from, to := s.window(in)
	if to.Before(from) {
		return nil, &types.InvalidTimeRangeException{Message: aws.String("The start time must be before or the same as the end time.")}
	}
	after, err := readToken(in)
	if err != nil {
		return nil, err
	}
	if in.EventCategory == types.EventCategoryInsight {
		return &cloudtrail.LookupEventsOutput{}, nil // Insights would have to find something unusual
	}
	call := awswire.CallFrom(ctx)
	events, err := s.history(call.Identity.(*directory.Caller).Account, call.Region)
	if err != nil {
		return nil, err
	}
	events = slices.DeleteFunc(events, func(e *Event) bool {
		return e.At.Before(from) || e.At.After(to) || !matches(e) || after != nil && newestFirst(e, after) <= 0
	})
	return page(in, events)
}

// window is the span of time that a request asks for. Times are whole seconds on the wire, so the last one counts whole.
func (s *Service) window(in *cloudtrail.LookupEventsInput) (from, to time.Time) {
	now := s.cfg.Now()
	from, to = now.Add(-historySpan), now
	if in.StartTime != nil && in.StartTime.After(from) {
		from = *in.StartTime
	}
	if in.EndTime != nil {
		to = in.EndTime.Add(time.Second - time.Nanosecond)
	}
	return from, to
}

// attributes tell whether an event has a value for the key of a lookup attribute.
var attributes = map[types.LookupAttributeKey]func(e *Event, value string) bool{
	types.LookupAttributeKeyAccessKeyId: func(e *Event, v string) bool { return e.AccessKeyID == v },
	types.LookupAttributeKeyEventId:     func(e *Event, v string) bool { return e.ID == v },
	types.LookupAttributeKeyEventName:   func(e *Event, v string) bool { return e.Name == v },
	types.LookupAttributeKeyEventSource: func(e *Event, v string) bool { return e.Source == v },
	types.LookupAttributeKeyReadOnly:    func(e *Event, v string) bool { return strconv.FormatBool(e.ReadOnly) == v },
	types.LookupAttributeKeyUsername:    func(e *Event, v string) bool { return e.Username == v },
	types.LookupAttributeKeyResourceName: func(e *Event, v string) bool {
		return slices.ContainsFunc(e.Resources, func(r Resource) bool { return r.Name == v })
	},
	types.LookupAttributeKeyResourceType: func(e *Event, v string) bool {
		return slices.ContainsFunc(e.Resources, func(r Resource) bool { return r.Type == v })
	},
}

func matcher(list []types.LookupAttribute) (func(*Event) bool, error) {
	if len(list) == 0 {
		return func(*Event) bool { return true }, nil
	}
	has := attributes[list[0].AttributeKey]
	if len(list) > 1 || has == nil {
		return nil, &types.InvalidLookupAttributesException{Message: aws.String("Specify one lookup attribute with a valid key.")}
	}
	value := aws.ToString(list[0].AttributeValue)
	return func(e *Event) bool { return has(e, value) }, nil
}

// token is where the next page begins. Asked is a digest of what was asked: the next request must ask the same.
type token struct {
	Asked string    `json:"asked"`
	At    time.Time `json:"at"`
	ID    string    `json:"id"`
}

func asked(in *cloudtrail.LookupEventsInput) string {
	text := fmt.Sprint(aws.ToTime(in.StartTime), aws.ToTime(in.EndTime), in.EventCategory)
	for _, attribute := range in.LookupAttributes {
		text += fmt.Sprintf(" %s=%q", attribute.AttributeKey, aws.ToString(attribute.AttributeValue))
	}
	sum := sha256.Sum256([]byte(text))
	return base64.RawStdEncoding.EncodeToString(sum[:12])
}

// readToken returns what the page comes after; nil is the first page.
func readToken(in *cloudtrail.LookupEventsInput) (*Event, error) {
	if in.NextToken == nil {
		return nil, nil
	}
	var t token
	text, err := base64.StdEncoding.DecodeString(*in.NextToken)
	if err == nil {
		err = json.Unmarshal(text, &t)
	}
	if err != nil || t.Asked != asked(in) {
		return nil, &types.InvalidNextTokenException{Message: aws.String("The next token is not one that was given for this request.")}
	}
	return &Event{At: t.At, ID: t.ID}, nil
}

func page(in *cloudtrail.LookupEventsInput, events []*Event) (*cloudtrail.LookupEventsOutput, error) {
	size := maxPage
	if in.MaxResults != nil {
		size = int(*in.MaxResults)
	}
	if size < 1 || size > maxPage {
		return nil, &types.InvalidMaxResultsException{Message: aws.String("MaxResults must be between 1 and 50.")}
	}
	out := &cloudtrail.LookupEventsOutput{}
	for _, e := range events[:min(size, len(events))] {
		out.Events = append(out.Events, e.show())
	}
	if len(events) > size {
		last := events[size-1]
		text, err := json.Marshal(token{asked(in), last.At, last.ID})
		if err != nil {
			return nil, fmt.Errorf("make a token: %w", err)
		}
		out.NextToken = aws.String(base64.StdEncoding.EncodeToString(text))
	}
	return out, nil
}

func (e *Event) show() types.Event {
	shown := types.Event{
		EventId: aws.String(e.ID), EventName: aws.String(e.Name), EventSource: aws.String(e.Source), ReadOnly: aws.String(strconv.FormatBool(e.ReadOnly)),
		EventTime: aws.Time(e.At.UTC().Truncate(time.Second)), CloudTrailEvent: aws.String(string(e.Record)), Resources: []types.Resource{},
	}
	if e.Username != "" {
		shown.Username = aws.String(e.Username)
	}
	if e.AccessKeyID != "" {
		shown.AccessKeyId = aws.String(e.AccessKeyID)
	}
	for _, r := range e.Resources {
		shown.Resources = append(shown.Resources, types.Resource{ResourceType: aws.String(r.Type), ResourceName: aws.String(r.Name)})
	}
	return shown
}

// Knows tells whether the history of an account in a region has an event of a name that concerns a resource.
func (s *Service) Knows(account, region, event, resource string) (bool, error) {
	events, err := s.history(account, region)
	if err != nil {
		return false, err
	}
	has := attributes[types.LookupAttributeKeyResourceName]
	return slices.ContainsFunc(events, func(e *Event) bool { return e.Name == event && has(e, resource) }), nil
}
