package fakests

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// tokenLifetime is how long a presigned GetCallerIdentity is good, whatever its X-Amz-Expires says: the authenticator of
// EKS counts on it (https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster).
const tokenLifetime = 15 * time.Minute

// Config says what the service works with.
type Config struct {
	// Directory holds the accounts that the service serves.
	Directory *directory.Directory
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Skew is how far STS's own clock is ahead of it, by which STS judges signatures and dates sessions; nil means not at all.
	Skew func() time.Duration
	// TokenLifetime is how old a presigned GetCallerIdentity may be, given how old it usually may; nil leaves it.
	TokenLifetime func(usual time.Duration) time.Duration
	// Rand gives the randomness of request IDs; nil means crypto/rand.
	Rand io.Reader
	// Log gets what no client is told; nil discards it.
	Log *slog.Logger
	// Observe sees every call after its answer; nil is fine.
	Observe func(*awswire.Call)
}

// Service is STS. Its methods that are named as operations of STS are those that it offers.
type Service struct {
	*awswire.Service
	dir *directory.Directory
	now func() time.Time
}

// New returns STS over a directory.
func New(cfg Config) (*Service, error) {
	cfg.complete()
	s := &Service{dir: cfg.Directory, now: func() time.Time { return cfg.Now().Add(cfg.Skew()) }}
	handler, err := awswire.New(awswire.Options{
		Service: "sts", Fake: s, Keys: callers.Keys(cfg.Directory), Now: cfg.Now, Clock: s.now, Rand: cfg.Rand, Log: cfg.Log,
		Observe:   callers.Note(cfg.Directory, cfg.Observe),
		Authorize: callers.AtHome(s.authorize), Lifetime: cfg.lifetime,
	})
	if err != nil {
		return nil, fmt.Errorf("make STS: %w", err)
	}
	s.Service = handler
	return s, nil
}

func (cfg *Config) complete() {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Skew == nil {
		cfg.Skew = func() time.Duration { return 0 }
	}
	if cfg.TokenLifetime == nil {
		cfg.TokenLifetime = func(usual time.Duration) time.Duration { return usual }
	}
}

// lifetime is that of presigned requests; 0 is what they say of themselves.
func (cfg *Config) lifetime(operation string) time.Duration {
	if operation != "GetCallerIdentity" {
		return 0
	}
	return cfg.TokenLifetime(tokenLifetime)
}

// authorize asks the caller's policies where that can be done before the operation.
func (s *Service) authorize(_ context.Context, call *awswire.Call) error {
	caller := callers.Of(call)
	switch call.Operation {
	case "GetCallerIdentity", "GetSessionToken":
		// No permission is needed, and no policy can deny either
		// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html and API_GetSessionToken.html).
		return nil
	case "AssumeRole":
		return nil // asked in the operation, where the role is known
	}
	if caller.Kind == directory.FederatedCaller || caller.Session != nil && caller.Session.Kind == directory.UserSession {
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
		return accessDenied("Cannot call %s with session credentials", call.Operation)
	}
	resource := "*"
	if call.Operation == "GetFederationToken" {
		resource = federatedARN(caller, call.Input)
	}
	return s.dir.Authorize(caller, directory.Access{
		Action: "sts:" + call.Operation, Resource: resource, Context: callers.Context(call),
	})
}
