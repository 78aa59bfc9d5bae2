package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Memory is a store that forgets everything when the process ends.
type Memory struct {
	mu        sync.Mutex
	records   map[string]Record
	revision  int64
	followers map[Follower]struct{}
	closed    bool
}

// NewMemory returns an empty store in memory.
func NewMemory() *Memory {
	return &Memory{records: map[string]Record{}, followers: map[Follower]struct{}{}}
}

// Commit implements Store. Followers know of the transaction when it returns.
func (m *Memory) Commit(ctx context.Context, ops ...Op) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return 0, ErrClosed
	}
	for _, op := range ops {
		if m.records[op.Key].Revision != op.Revision {
			return 0, ErrConflict
		}
	}
	changes := changesOf(ops, m.revision+1)
	if len(changes) == 0 {
		return 0, nil
	}
	m.revision++
	m.keep(changes)
	for f := range m.followers {
		f.Apply(changes, m.revision)
	}
	return m.revision, nil
}

// changesOf returns what the operations change when they are performed at revision.
func changesOf(ops []Op, revision int64) []Change {
	changes := make([]Change, 0, len(ops))
	for _, op := range ops {
		if op.Action == Check {
			continue
		}
		changes = append(changes, Change{
			Record:  Record{Key: op.Key, Value: op.Value, Revision: revision},
			Deleted: op.Action == Delete,
		})
	}
	return changes
}

func (m *Memory) keep(changes []Change) {
	for _, c := range changes {
		if c.Deleted {
			delete(m.records, c.Key)
			continue
		}
		m.records[c.Key] = c.Record
	}
}

// Follow implements Store.
func (m *Memory) Follow(ctx context.Context, f Follower) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	state := slices.SortedFunc(maps.Values(m.records), func(a, b Record) int { return strings.Compare(a.Key, b.Key) })
	f.Reset(state, m.revision)
	m.followers[f] = struct{}{}
	context.AfterFunc(ctx, func() { m.forget(f) })
	return nil
}

func (m *Memory) forget(f Follower) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.followers, f)
}

// Healthy implements Store.
func (m *Memory) Healthy() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	return nil
}

// Close implements Store.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	clear(m.followers)
	return nil
}
