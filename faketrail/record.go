package faketrail

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
)

// Observe records a call that a service has answered. A call whose signature did not stand is nobody's, and is in no
// account's history, nor is one that never got an answer.
func (s *Service) Observe(call *awswire.Call) {
	caller, ok := call.Identity.(*directory.Caller)
	if !ok || call.Operation == "" || errors.Is(call.Err, awswire.ErrHangUp) {
		return
	}
	identity, username := identityOf(caller)
	r := recordOf(call)
	r.Identity, r.RecipientAccountID = identity, caller.Account
	e := Event{Username: username, AccessKeyID: caller.AccessKeyID, At: call.Started, Resources: resourcesOf(call.Service, r)}
	other := otherAccount(call, caller)
	if other != "" {
		shared, err := s.newID()
		if err != nil {
			s.cfg.Log.Error("an event is not recorded", "event", r.Name, "error", err)
			return
		}
		r.SharedEventID = shared
	}
	s.record(e, r)
	if other != "" {
		r.Identity, r.RecipientAccountID = fromOutside(caller), other
		e.Username, e.AccessKeyID = "", ""
		s.record(e, r)
	}
}

// ServiceSession is a role session that an AWS service has made for itself.
type ServiceSession struct {
	// Service is the service, such as ec2.amazonaws.com.
	Service     string
	Region      string
	Role        *directory.Role
	Name        string
	Credentials directory.Credentials
	At          time.Time
}

// ObserveService records the AssumeRole behind a session that a service has made.
func (s *Service) ObserveService(made ServiceSession) {
	r := record{
		Identity: awsService(made.Service), Time: made.At.UTC().Format(secondsFormat), Source: source("sts"), Name: "AssumeRole",
		Region: made.Region, SourceIP: made.Service, UserAgent: made.Service, ReadOnly: true, RecipientAccountID: made.Role.Account,
		RequestParameters: map[string]any{"roleArn": made.Role.ARN(), "roleSessionName": made.Name},
		ResponseElements: map[string]any{"credentials": map[string]any{
			"accessKeyId": made.Credentials.AccessKeyID, "sessionToken": made.Credentials.SessionToken, "expiration": made.Credentials.Expires.Format(dateFormat),
		}},
	}
	s.record(Event{At: made.At, Resources: resourcesOf("sts", r)}, r)
}

// recordOf is what an event has whoever made the call.
func recordOf(call *awswire.Call) record {
	r := record{
		Time: call.Started.UTC().Format(secondsFormat), Source: source(call.Service), Name: call.Operation, Region: call.Region,
		SourceIP: call.SourceIP, UserAgent: call.UserAgent, RequestID: call.RequestID, ReadOnly: readsOnly(call.Operation),
		RequestParameters: parameters(call.Input),
	}
	if call.Failure != nil {
		r.ErrorCode, r.ErrorMessage = errorCode(call), call.Failure.Message
	} else if !r.ReadOnly || givesCredentials(r.Name) {
		r.ResponseElements = parameters(call.Output)
	}
	return r
}

// errorCode is the code as CloudTrail spells it: without the suffix of JSON services where access is denied, and with
// EC2's own prefix.
func errorCode(call *awswire.Call) string {
	switch {
	case call.Service == "ec2":
		return "Client." + call.Failure.Code
	case call.Failure.Code == "AccessDeniedException":
		return "AccessDenied"
	}
	return call.Failure.Code
}

func source(service string) string { return service + ".amazonaws.com" }

// otherAccount is the account of the role that was assumed, if that is not the caller's: the event is in both histories
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-sharing-logs.html).
func otherAccount(call *awswire.Call, caller *directory.Caller) string {
	if call.Service != "sts" || !strings.HasPrefix(call.Operation, "AssumeRole") || call.Failure != nil {
		return ""
	}
	arn, _ := parameters(call.Input)["roleArn"].(string)
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[4] == caller.Account {
		return ""
	}
	return parts[4]
}

// record completes an event, remembers it, and hands it to Keep if it changed something.
func (s *Service) record(e Event, r record) {
	if err := s.complete(&e, r); err != nil {
		s.cfg.Log.Error("an event is not recorded", "event", r.Name, "error", err)
		return
	}
	s.recent.add(&e)
	if e.ReadOnly {
		return
	}
	select {
	case s.unkept <- &e:
	default:
		s.cfg.Log.Warn("an event will be forgotten at the end: too many at once", "event", e.Name, "id", e.ID)
	}
}

func (s *Service) complete(e *Event, r record) error {
	id, err := s.newID()
	if err != nil {
		return err
	}
	r.ID, r.Version, r.Type, r.ManagementEvent, r.Category = id, recordVersion, callEvent, true, "Management"
	if e.Record, err = json.Marshal(r); err != nil {
		return fmt.Errorf("encode event %s: %w", r.Name, err)
	}
	e.ID, e.Name, e.Source, e.ReadOnly, e.Account, e.Region = id, r.Name, r.Source, r.ReadOnly, r.RecipientAccountID, r.Region
	return nil
}
