package logs

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// Group is a log group.
type Group struct {
	// Account and Region are whose it is.
	Account, Region string
	Name            string
	Created         time.Time
	Streams         []Stream
}

// Stream is a log stream: one process's log.
type Stream struct {
	Name string
	// Files are the paths of the log, older parts first. Those that do not exist count as empty.
	Files []string
}

// Config says what the service works with.
type Config struct {
	Directory *directory.Directory
	// Groups gives all log groups as they are now.
	Groups func() []Group
	// Zone is that of the times in the logs that say none; nil means time.Local.
	Zone *time.Location
	// Now is the clock; nil means time.Now. Rand gives the randomness of request IDs; nil means crypto/rand.
	Now  func() time.Time
	Rand io.Reader
	// Log gets what no caller can be told; nil discards it.
	Log *slog.Logger
	// Observe is told of every call after its answer; nil is fine.
	Observe func(*awswire.Call)
}

// Service is CloudWatch Logs. Its operations are methods with the SDK's signatures.
type Service struct {
	*awswire.Service
	cfg Config
}

// New makes the service.
func New(cfg Config) (*Service, error) {
	if cfg.Directory == nil || cfg.Groups == nil {
		return nil, errors.New("make CloudWatch Logs: Config.Directory and Config.Groups must be set")
	}
	if cfg.Zone == nil {
		cfg.Zone = time.Local //nolint:gosmopolitan // processes of this machine write their logs in its zone
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{cfg: cfg}
	wire, err := awswire.New(awswire.Options{
		Service: "logs", Fake: s, Keys: callers.Keys(cfg.Directory), Now: cfg.Now, Rand: cfg.Rand, Log: cfg.Log,
		Authorize: callers.AtHome(s.authorize), Observe: callers.Note(cfg.Directory, cfg.Observe),
	})
	if err != nil {
		return nil, fmt.Errorf("make CloudWatch Logs: %w", err)
	}
	s.Service = wire
	return s, nil
}
