package fakeiam

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/sigv4"
)

// Config says what the service works with.
type Config struct {
	// Directory holds the accounts that the service serves.
	Directory *directory.Directory
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Rand gives the randomness of request IDs and MFA seeds; nil means crypto/rand.
	Rand io.Reader
	// Log gets what no client is told; nil discards it.
	Log *slog.Logger
	// Observe sees every call after its answer; nil is fine.
	Observe func(*awswire.Call)
}

// Service is IAM. Its methods that are named as operations of IAM are those that it offers.
type Service struct {
	*awswire.Service
	dir      *directory.Directory
	rand     io.Reader
	now      func() time.Time
	observer func(*awswire.Call)
}

// New returns IAM over a directory.
func New(cfg Config) (*Service, error) {
	s := &Service{dir: cfg.Directory, observer: cfg.Observe, rand: randOr(cfg.Rand), now: cfg.Now}
	if s.now == nil {
		s.now = time.Now
	}
	handler, err := awswire.New(awswire.Options{
		Service: "iam", Fake: s, Keys: s.key, Now: s.now, Rand: cfg.Rand, Log: cfg.Log,
		Authorize: s.authorize, Observe: s.observe,
	})
	if err != nil {
		return nil, fmt.Errorf("make IAM: %w", err)
	}
	s.Service = handler
	return s, nil
}

func (s *Service) key(ctx context.Context, accessKeyID, sessionToken string) (sigv4.Key, error) {
	secret, caller, err := s.dir.Authenticate(ctx, accessKeyID, sessionToken)
	return sigv4.Key{Secret: secret, Identity: caller}, err
}

// observe notes that the caller's key was used, and hands the call on.
func (s *Service) observe(call *awswire.Call) {
	if caller, ok := call.Identity.(*directory.Caller); ok {
		s.dir.NoteUse(caller, call.Service, call.Region)
	}
	if s.observer != nil {
		s.observer(call)
	}
}

// callerOf returns who signed the request that ctx belongs to.
func callerOf(ctx context.Context) *directory.Caller {
	return awswire.CallFrom(ctx).Identity.(*directory.Caller)
}

func accountOf(ctx context.Context) string { return callerOf(ctx).Account }

// seconds is now as IAM tells times.
func (s *Service) seconds() time.Time { return s.now().UTC().Truncate(time.Second) }
