package directory

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"time"

	"github.com/eksauth/eksauth/internal/store"
)

// Config says what a directory works with.
type Config struct {
	// Store keeps the records. The caller closes it after the directory.
	Store store.Store
	// SealingKey is 32 secret bytes. Directories that share it accept each other's sessions.
	SealingKey []byte
	// Partition is that of accounts that do not say theirs: aws (the default), aws-cn or aws-us-gov.
	Partition string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// SessionLifetime is how long a session lasts that is issued, given how long it was to last; nil leaves it.
	SessionLifetime func(asked time.Duration) time.Duration
	// Rand gives the randomness of IDs, secrets and tokens; nil means crypto/rand.
	Rand io.Reader
	// Log gets what no caller can be told; nil discards it.
	Log *slog.Logger
}

// Directory answers who exists and who may do what. It is safe for concurrent use.
type Directory struct {
	cfg   Config
	view  *view
	seal  *sealer
	usage *usage
	docs  documents
	aws   catalogues
	stop  context.CancelFunc
}

// Open follows the store and returns when the directory has its state.
func Open(ctx context.Context, cfg Config) (*Directory, error) {
	if cfg.Store == nil {
		return nil, errors.New("open the directory: Config.Store is missing")
	}
	cfg.Partition = orElse(cfg.Partition, "aws")
	if !partitions[cfg.Partition] {
		return nil, fmt.Errorf("open the directory: partition %q: want aws, aws-cn or aws-us-gov", cfg.Partition)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.SessionLifetime == nil {
		cfg.SessionLifetime = func(asked time.Duration) time.Duration { return asked }
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	seal, err := newSealer(cfg.SealingKey)
	if err != nil {
		return nil, fmt.Errorf("open the directory: %w", err)
	}
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	d := &Directory{cfg: cfg, view: newView(cfg.Log), seal: seal, usage: newUsage(), stop: stop}
	if err := cfg.Store.Follow(following, d.view); err != nil {
		stop()
		return nil, fmt.Errorf("open the directory: read the state: %w", err)
	}
	return d, nil
}

// Close stops following the store.
func (d *Directory) Close() { d.stop() }

// Healthy returns nil, or why changes fail at the moment; reads go on.
func (d *Directory) Healthy() error { return d.cfg.Store.Healthy() }

// Reader is a Directory, whose answers are shared and must not be changed, or a Tx, whose answers may be.
type Reader interface{ read(key string) entity }

func (d *Directory) read(key string) entity { return d.view.get(key).entity }

// Get returns the entity at a key, or nil.
func Get[T any](r Reader, key Key[T]) *T {
	found, _ := any(r.read(string(key))).(*T)
	return found
}

// List walks entities in the order of their keys, beginning after the key after, or with the first if that is empty.
// What it yields is shared and must not be changed. Changes during the walk may be seen or not.
func List[T any](d *Directory, all Range[T], after Key[T]) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for e := range d.view.list(string(all), string(after)) {
			if found, ok := any(e).(*T); ok && !yield(found) {
				return
			}
		}
	}
}

// ByID returns the *User, *Group, *Role, *Policy… or *Account that has a unique ID (such as AIDA… or an account
// number), an access key ID, or for managed policies, MFA devices and providers the ARN; nil if there is none.
func (d *Directory) ByID(id string) any {
	if e := d.view.byID(id); e != nil {
		return e
	}
	return nil
}

// Referring returns the *User, *Group and *Role entities to which a managed policy is attached (by its ARN), or the users
// that are in a group (by its ID).
func (d *Directory) Referring(ref string) []any { return anys(d.view.referring(ref)) }

// Bounded returns the *User and *Role entities that have a managed policy as their permissions boundary.
func (d *Directory) Bounded(policyARN string) []any {
	return anys(d.view.referring(boundaryReference + policyARN))
}

func anys(entities []entity) []any {
	out := make([]any, len(entities))
	for i, e := range entities {
		out[i] = e
	}
	return out
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
