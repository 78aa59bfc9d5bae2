package faketrail

import (
	"context"
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
	// Directory knows the callers and keeps the events that change something.
	Directory *directory.Directory
	// Now is the clock; nil means time.Now. Rand gives the randomness of IDs; nil means crypto/rand.
	Now  func() time.Time
	Rand io.Reader
	// Log gets what no caller can be told; nil discards it.
	Log *slog.Logger
	// Observe is told of every call of CloudTrail itself after its answer; nil is fine.
	Observe func(*awswire.Call)
}

// Service is CloudTrail. Its operations are methods with the SDK's signatures.
type Service struct {
	*awswire.Service
	cfg    Config
	recent *ring
	// unkept are events that Keep has to store.
	unkept chan *Event
}

// maxUnkept is how many events wait to be stored; more are told of, but not kept.
const maxUnkept = 4096

// New makes the service.
func New(cfg Config) (*Service, error) {
	if cfg.Directory == nil {
		return nil, errors.New("make CloudTrail: Config.Directory is missing")
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
	s := &Service{cfg: cfg, recent: newRing(maxRecent), unkept: make(chan *Event, maxUnkept)}
	wire, err := awswire.New(awswire.Options{
		Service: "cloudtrail", Fake: s, Keys: callers.Keys(cfg.Directory), Now: cfg.Now, Rand: cfg.Rand, Log: cfg.Log,
		Authorize: callers.AtHome(s.authorize), Observe: callers.Note(cfg.Directory, cfg.Observe),
	})
	if err != nil {
		return nil, fmt.Errorf("make CloudTrail: %w", err)
	}
	s.Service = wire
	return s, nil
}

// authorize asks the caller's policies; LookupEvents knows no resource
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html).
func (s *Service) authorize(_ context.Context, call *awswire.Call) error {
	return s.cfg.Directory.Authorize(callers.Of(call), directory.Access{
		Action: "cloudtrail:" + call.Operation, Resource: "*", Context: callers.Context(call),
	})
}

// newID makes an event's ID, a random UUID (RFC 9562, section 5.4).
func (s *Service) newID() (string, error) {
	var id [16]byte
	if _, err := io.ReadFull(s.cfg.Rand, id[:]); err != nil {
		return "", fmt.Errorf("make an event's ID: %w", err)
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]), nil
}
