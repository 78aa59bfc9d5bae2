package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/eksauth/eksauth/internal/store"
)

const (
	// attempts bounds how often a transaction is tried again because somebody else was quicker.
	attempts = 100
	// pauseStep is how much longer each pause between attempts may be than the last one.
	pauseStep = time.Millisecond
	// catchUp bounds how long a finished transaction waits until it is readable. A watch of etcd delivers within
	// milliseconds; while it is broken the change is kept all the same.
	catchUp = 5 * time.Second
)

// Tx reads and changes entities. What it has read is what it is committed against.
type Tx struct {
	dir   *Directory
	reads map[string]int64  // revisions by record key
	state map[string]entity // as this transaction sees it: copies, nil if absent
	dirty map[string]bool
	err   error
}

// Update runs change and commits what it put and deleted, all together or not at all. If somebody else changed an entity
// that change read, change runs again, on the new state; so it must not have effects but on tx. An error of change aborts
// the transaction and is returned as it is. The others wrap store.ErrConflict or store.ErrUnavailable. When Update
// returns nil, the change is kept and readable.
func (d *Directory) Update(ctx context.Context, change func(tx *Tx) error) error {
	for i := range attempts {
		err := d.try(ctx, change)
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		if err := pause(ctx, i); err != nil {
			return err
		}
	}
	return fmt.Errorf("update the directory: gave up after %d attempts: %w", attempts, store.ErrConflict)
}

func (d *Directory) try(ctx context.Context, change func(tx *Tx) error) error {
	tx := &Tx{dir: d, reads: map[string]int64{}, state: map[string]entity{}, dirty: map[string]bool{}}
	if err := change(tx); err != nil {
		return err
	}
	ops, err := tx.ops()
	if err != nil || len(tx.dirty) == 0 {
		return err
	}
	revision, err := d.cfg.Store.Commit(ctx, ops...)
	if err != nil {
		return fmt.Errorf("update the directory: %w", err)
	}
	waiting, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	if err := d.view.await(waiting, revision); err != nil {
		d.cfg.Log.Warn("a change is kept but not readable yet", "revision", revision, "err", err)
	}
	return nil
}

// pause waits a moment that grows with the number of attempts and differs between those who compete.
func pause(ctx context.Context, attempt int) error {
	timer := time.NewTimer(rand.N(pauseStep * time.Duration(min(attempt, 20)+1)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("update the directory: %w", ctx.Err())
	}
}

// Put writes an entity. It replaces one with the same key.
func Put[T any, E interface {
	*T
	entity
}](tx *Tx, e E) {
	tx.set(e.recordKey(), e)
}

// Delete removes the entity at a key.
func Delete[T any](tx *Tx, key Key[T]) { tx.set(string(key), nil) }

func (tx *Tx) set(key string, e entity) {
	tx.read(key)
	tx.state[key] = e
	tx.dirty[key] = true
}

func (tx *Tx) read(key string) entity {
	if e, ok := tx.state[key]; ok {
		return e
	}
	found := tx.dir.view.get(key)
	tx.reads[key] = found.revision
	tx.state[key] = nil
	if found.entity == nil {
		return nil
	}
	copied, err := clone(found.entity)
	if err != nil {
		tx.err = err
		return nil
	}
	tx.state[key] = copied
	return copied
}

func (tx *Tx) ops() ([]store.Op, error) {
	if tx.err != nil {
		return nil, tx.err
	}
	ops := make([]store.Op, 0, len(tx.reads))
	for key, revision := range tx.reads {
		op, err := tx.op(key, revision)
		if err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	return ops, nil
}

func (tx *Tx) op(key string, revision int64) (store.Op, error) {
	e := tx.state[key]
	if !tx.dirty[key] || e == nil && revision == 0 {
		return store.Op{Action: store.Check, Key: key, Revision: revision}, nil
	}
	if e == nil {
		return store.Op{Action: store.Delete, Key: key, Revision: revision}, nil
	}
	value, err := json.Marshal(e)
	if err != nil {
		return store.Op{}, fmt.Errorf("encode record %q: %w", key, err)
	}
	return store.Op{Action: store.Put, Key: key, Value: value, Revision: revision}, nil
}
