package recording

import (
	"net/url"
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
	if !presigned(c.URL) {
		return
	}
	q := readQuery(c.URL)
	if e.Operation == "" { // a call with a bad signature: its address says what it was
		e.Operation = q.action
	}
	if signs(q.signedHeaders, token.ClusterHeader) {
		e.Hop, e.Token = "H6", events.Fingerprint(q.credential, q.signature)
	}
}

// signs tells whether a header is among those that a signature covers.
func signs(headers, header string) bool {
	for signed := range strings.SplitSeq(headers, ";") {
		if signed == header {
			return true
		}
	}
	return false
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

func presigned(address string) bool { return strings.Contains(address, "X-Amz-Signature=") }

// query is what a presigned request says of itself.
type query struct{ action, credential, signedHeaders, signature string }

// readQuery reads an address in one pass: it runs for each token that is used. The rest, mostly a session token, is left alone.
func readQuery(address string) (q query) {
	_, rest, _ := strings.Cut(address, "?")
	for rest != "" {
		var pair string
		pair, rest, _ = strings.Cut(rest, "&")
		name, value, _ := strings.Cut(pair, "=")
		switch name {
		case "Action":
			q.action = unescaped(value)
		case "X-Amz-Credential":
			q.credential = unescaped(value)
		case "X-Amz-SignedHeaders":
			q.signedHeaders = unescaped(value)
		case "X-Amz-Signature":
			q.signature = unescaped(value)
		}
	}
	return q
}

// unescaped is the value itself where it cannot be read.
func unescaped(value string) string {
	if text, err := url.QueryUnescape(value); err == nil {
		return text
	}
	return value
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
