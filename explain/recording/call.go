package recording

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/eksauth/eksauth/explain/token"
	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/events"
)

// Call is the event of a call that was answered. Nothing of the signature, the session token or the body is in it.
func Call(c *awswire.Call) events.Event {
	e := events.Event{
		Source: events.Gateway, Time: c.Ended, Took: c.Ended.Sub(c.Started), Outcome: events.Allowed,
		Service: c.Service, Operation: c.Operation, Region: c.Region, RequestID: c.RequestID, Status: c.Status,
		SourceIP: c.SourceIP, UserAgent: c.UserAgent,
	}
	if c.Failure != nil {
		e.Outcome, e.Code, e.Text = events.Refused, c.Failure.Code, c.Failure.Message
	}
	if caller, ok := c.Identity.(*directory.Caller); ok && caller != nil {
		e.ARN = caller.ARN
	}
	e.AccessKeyID = c.Claimed
	if c.Signature != nil {
		e.AccessKeyID = c.Signature.AccessKeyID
	}
	if c.Service == "sts" {
		ofSTS(&e, c)
	}
	return e
}

// ofSTS adds the hop, the key that was given out, and for a call that carries an EKS token the token's fingerprint.
func ofSTS(e *events.Event, c *awswire.Call) {
	if keys := issued(c.Output); keys != nil {
		e.Issued = aws.ToString(keys.AccessKeyId)
	}
	switch {
	case strings.HasPrefix(c.Operation, "AssumeRole"):
		e.Hop, e.Resource = "H3", wantedRole(c.Input)
	case c.Failure != nil && c.Identity == nil:
		e.Hop = "H1"
	}
	query, found := presigned(c.URL)
	if !found {
		return
	}
	if e.Operation == "" { // a call with a bad signature: its address says what it was
		e.Operation = query.Get("Action")
	}
	if slices.Contains(strings.Split(query.Get("X-Amz-SignedHeaders"), ";"), token.ClusterHeader) {
		e.Hop = "H6"
		e.Token = events.Fingerprint(token.Prefix + base64.RawURLEncoding.EncodeToString([]byte("https://"+c.Target.Host+c.URL)))
	}
}

// wantedRole is the ARN of the role that a call asks for.
func wantedRole(input any) string {
	switch in := input.(type) {
	case *sts.AssumeRoleInput:
		return aws.ToString(in.RoleArn)
	case *sts.AssumeRoleWithWebIdentityInput:
		return aws.ToString(in.RoleArn)
	}
	return ""
}

// presigned returns the query of a presigned request.
func presigned(requestURI string) (url.Values, bool) {
	_, raw, _ := strings.Cut(requestURI, "?")
	if !strings.Contains(raw, "X-Amz-Signature=") {
		return nil, false
	}
	query, err := url.ParseQuery(raw)
	return query, err == nil
}

// issued returns the credentials that a call has given out.
func issued(output any) *types.Credentials {
	switch out := output.(type) {
	case *sts.AssumeRoleOutput:
		return out.Credentials
	case *sts.AssumeRoleWithWebIdentityOutput:
		return out.Credentials
	case *sts.AssumeRoleWithSAMLOutput:
		return out.Credentials
	case *sts.GetSessionTokenOutput:
		return out.Credentials
	}
	return nil
}
