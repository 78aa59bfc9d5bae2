package awswire

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/eksauth/eksauth/internal/sigv4"
)

// Target is what the name of the host that was asked says.
type Target struct {
	Service   string // signing name, "sts"
	Region    string // empty when the host names none: then the region of the credential scope counts
	Partition string // "aws", "aws-cn", "aws-us-gov"
	Host      string
}

// Call is one request as it passes through a service. Operations find theirs with CallFrom.
type Call struct {
	RequestID string
	Service   string // model ID, "eks-auth"
	Operation string // empty until it is known
	Target    Target
	Region    string           // in which the operation runs
	Signature *sigv4.Signature // nil until it is verified
	Claimed   string           // access key ID of a signature that was refused
	Identity  any              // what the key source said of the access key's owner
	Input     any              // *sts.AssumeRoleInput and so on; nil until decoded
	Output    any
	Err       error  // why it was refused or failed, as it arose
	Failure   *Error // what the client was told of it
	Started   time.Time
	Ended     time.Time
	Status    int // HTTP status of the answer
	Method    string
	URL       string // path and query as received
	SourceIP  string
	UserAgent string
}

type (
	targetKey struct{}
	callKey   struct{}
)

// WithTarget tells a service which host was asked.
func WithTarget(ctx context.Context, t Target) context.Context {
	return context.WithValue(ctx, targetKey{}, t)
}

// WithCall gives an operation that is called in process the call that CallFrom finds.
func WithCall(ctx context.Context, c *Call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// CallFrom finds the call that an operation serves, or nil outside one.
func CallFrom(ctx context.Context) *Call {
	c, _ := ctx.Value(callKey{}).(*Call)
	return c
}

func newCall(service, requestID string, started time.Time, r *http.Request) *Call {
	target, _ := r.Context().Value(targetKey{}).(Target)
	if target.Host == "" {
		target.Host = r.Host
	}
	return &Call{
		RequestID: requestID, Service: service, Target: target, Region: target.Region, Started: started,
		Method: r.Method, URL: r.URL.RequestURI(), SourceIP: sourceIP(r.RemoteAddr), UserAgent: r.UserAgent(),
	}
}

func (c *Call) verified(sig *sigv4.Signature) {
	c.Signature, c.Identity = sig, sig.Identity
	if c.Region == "" {
		c.Region = sig.Scope.Region
	}
}

// claimed notes who a refused request says that it is from.
func (c *Call) claimed(r *http.Request) {
	if claim, err := sigv4.Parse(r); err == nil {
		c.Claimed = claim.AccessKeyID
	}
}

func sourceIP(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	return host
}
