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
	"time"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/sigv4"
)

// Config says what the service works with.
type Config struct {
	Directory *directory.Directory
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
}

// New makes the service.
func New(cfg Config) (*Service, error) {
	if cfg.Directory == nil {
		return nil, errors.New("make EKS: Config.Directory is missing")
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Service{cfg: cfg}
	wire, err := awswire.New(awswire.Options{
		Service:   "eks",
		Fake:      s,
		Keys:      s.key,
		Now:       cfg.Now,
		Rand:      cfg.Rand,
		Log:       cfg.Log,
		Authorize: s.authorize,
		Observe:   cfg.Observe,
	})
	if err != nil {
		return nil, fmt.Errorf("make EKS: %w", err)
	}
	s.Service = wire
	return s, nil
}

func (s *Service) key(ctx context.Context, accessKeyID, sessionToken string) (sigv4.Key, error) {
	secret, caller, err := s.cfg.Directory.Authenticate(ctx, accessKeyID, sessionToken)
	return sigv4.Key{Secret: secret, Identity: caller}, err
}

// NewID makes the ID of a cluster.
func (s *Service) NewID() (string, error) {
	var id [16]byte
	if _, err := io.ReadFull(s.cfg.Rand, id[:]); err != nil {
		return "", fmt.Errorf("make the ID of a cluster: %w", err)
	}
	return strings.ToUpper(hex.EncodeToString(id[:])), nil
}

// Put records a cluster: a new one, or what has changed of one.
func (s *Service) Put(ctx context.Context, cluster *Cluster) error {
	item, err := cluster.item()
	if err != nil {
		return err
	}
	err = s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		directory.Put(tx, item)
		return nil
	})
	if err != nil {
		return fmt.Errorf("record cluster %q: %w", cluster.Name, err)
	}
	return nil
}

// Get returns the cluster called name, or nil if there is none.
func (s *Service) Get(account, region, name string) (*Cluster, error) {
	item := directory.Get(s.cfg.Directory, directory.ItemKey(clusterKind, account, region, name))
	if item == nil {
		return nil, nil
	}
	return clusterOf(item)
}
