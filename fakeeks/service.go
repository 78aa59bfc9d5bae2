package fakeeks

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// Config says what the service works with.
type Config struct {
	Directory *directory.Directory
	// ControlPlanes runs the clusters. Without it there can be none: CreateCluster is refused.
	ControlPlanes ControlPlanes
	// Background runs what a call has begun after its answer, with a context that ends with the program. Nil runs it
	// before the answer.
	Background func(work func(ctx context.Context))
	// Versions are those of Kubernetes that ControlPlanes has, such as 1.36.3, at most one of each minor version. The first is
	// that of clusters which ask for none.
	Versions []string
	// Now is the clock; nil means time.Now. Rand gives the randomness of IDs; nil means crypto/rand.
	Now  func() time.Time
	Rand io.Reader
	// Log gets what no caller can be told; nil discards it.
	Log *slog.Logger
	// Observe is told of every call after its answer; nil is fine.
	Observe func(*awswire.Call)
}

// Service is Amazon EKS. Its operations are methods with the SDK's signatures.
type Service struct {
	*awswire.Service
	cfg Config
	// turns has a *turn for each cluster's ARN.
	turns sync.Map
}

// New makes the service.
func New(cfg Config) (*Service, error) {
	if cfg.Directory == nil {
		return nil, errors.New("make EKS: Config.Directory is missing")
	}
	if cfg.ControlPlanes != nil && len(cfg.Versions) == 0 {
		return nil, errors.New("make EKS: Config.Versions is empty: name what Config.ControlPlanes has")
	}
	cfg.complete()
	s := &Service{cfg: cfg}
	wire, err := awswire.New(awswire.Options{
		Service:   "eks",
		Fake:      s,
		Keys:      callers.Keys(cfg.Directory),
		Now:       cfg.Now,
		Rand:      cfg.Rand,
		Log:       cfg.Log,
		Authorize: callers.AtHome(s.authorize),
		Observe:   callers.Note(cfg.Directory, cfg.Observe),
	})
	if err != nil {
		return nil, fmt.Errorf("make EKS: %w", err)
	}
	s.Service = wire
	return s, nil
}

func (cfg *Config) complete() {
	if cfg.Background == nil {
		cfg.Background = func(work func(context.Context)) { work(context.Background()) }
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

// now is the time as records keep it.
func (s *Service) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Millisecond) }

// newID makes the ID of a cluster.
func (s *Service) newID() (string, error) {
	id, err := s.random()
	return strings.ToUpper(hex.EncodeToString(id)), err
}

// newUUID makes the ID of anything else, a random UUID (RFC 9562, section 5.4).
func (s *Service) newUUID() (string, error) {
	id, err := s.random()
	if err != nil {
		return "", err
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]), nil
}

func (s *Service) random() ([]byte, error) {
	id := make([]byte, 16)
	if _, err := io.ReadFull(s.cfg.Rand, id); err != nil {
		return nil, fmt.Errorf("make an ID: %w", err)
	}
	return id, nil
}
