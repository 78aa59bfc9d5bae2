package fakeiam

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
	dir  *directory.Directory
	rand io.Reader
	now  func() time.Time
}

// New returns IAM over a directory.
func New(cfg Config) (*Service, error) {
	s := &Service{dir: cfg.Directory, rand: randOr(cfg.Rand), now: cfg.Now}
	if s.now == nil {
		s.now = time.Now
	}
	handler, err := awswire.New(awswire.Options{
		Service: "iam", Fake: s, Keys: callers.Keys(cfg.Directory), Now: s.now, Rand: cfg.Rand, Log: cfg.Log,
		Authorize: callers.AtHome(s.authorize), Observe: callers.Note(cfg.Directory, cfg.Observe),
	})
	if err != nil {
		return nil, fmt.Errorf("make IAM: %w", err)
	}
	s.Service = handler
	return s, nil
}

func accountOf(ctx context.Context) string { return callers.From(ctx).Account }

// seconds is now as IAM tells times.
func (s *Service) seconds() time.Time { return s.now().UTC().Truncate(time.Second) }
