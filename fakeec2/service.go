package fakeec2

import (
	"crypto/rand"
	"errors"
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
	// Directory holds the accounts and keeps the instances.
	Directory *directory.Directory
	// Changed is told of every instance that was started or terminated, before the answer; nil is fine.
	Changed func(*Instance)
	// Now is the clock; nil means time.Now. Rand gives the randomness of IDs and addresses; nil means crypto/rand.
	Now  func() time.Time
	Rand io.Reader
	// Log gets what no caller can be told; nil discards it.
	Log *slog.Logger
	// Observe is told of every call after its answer; nil is fine.
	Observe func(*awswire.Call)
}

// Service is Amazon EC2. Its operations are methods with the SDK's signatures.
type Service struct {
	*awswire.Service
	cfg Config
}

// New makes the service.
func New(cfg Config) (*Service, error) {
	if cfg.Directory == nil {
		return nil, errors.New("make EC2: Config.Directory is missing")
	}
	cfg.complete()
	s := &Service{cfg: cfg}
	wire, err := awswire.New(awswire.Options{
		Service: "ec2", Fake: s, Keys: callers.Keys(cfg.Directory), Now: cfg.Now, Rand: cfg.Rand, Log: cfg.Log,
		Authorize: callers.AtHome(s.authorize), Observe: callers.Note(cfg.Directory, cfg.Observe),
	})
	if err != nil {
		return nil, fmt.Errorf("make EC2: %w", err)
	}
	s.Service = wire
	return s, nil
}

func (cfg *Config) complete() {
	if cfg.Changed == nil {
		cfg.Changed = func(*Instance) {}
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
}

// now is the time as EC2 tells it.
func (s *Service) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Second) }
