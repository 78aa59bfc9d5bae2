package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/store"
)

// mirror is a follower that holds what it was told.
type mirror struct {
	mu       sync.Mutex
	state    map[string]string
	revision int64
	resets   int
	order    []int64
}

func (m *mirror) Reset(state []store.Record, revision int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = map[string]string{}
	for _, r := range state {
		m.state[r.Key] = string(r.Value)
	}
	m.revision = revision
	m.resets++
}

func (m *mirror) Apply(changes []store.Change, revision int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range changes {
		m.order = append(m.order, c.Revision)
		if c.Deleted {
			delete(m.state, c.Key)
			continue
		}
		m.state[c.Key] = string(c.Value)
	}
	m.revision = revision
}

func (m *mirror) read() map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]string{}
	for k, v := range m.state {
		out[k] = v
	}
	return out
}

// awaits returns when the mirror knows the revision.
func (m *mirror) awaits(t *testing.T, revision int64) {
	t.Helper()
	eventually(t, fmt.Sprintf("the follower learns revision %d", revision), func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.revision >= revision
	})
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

func put(key, value string, revision int64) store.Op {
	return store.Op{Action: store.Put, Key: key, Value: []byte(value), Revision: revision}
}

func commit(t *testing.T, s store.Store, ops ...store.Op) int64 {
	t.Helper()
	revision, err := s.Commit(t.Context(), ops...)
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
	return revision
}

// eachStore runs a test on every kind of store.
func eachStore(t *testing.T, test func(t *testing.T, open func() store.Store)) {
	t.Run("memory", func(t *testing.T) {
		one := store.NewMemory()
		t.Cleanup(func() { _ = one.Close() })
		test(t, func() store.Store { return one })
	})
	t.Run("etcd", func(t *testing.T) {
		server := startEtcd(t)
		test(t, func() store.Store { return server.open(t, "/test/") })
	})
}

func TestCommitIsAllOrNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() store.Store) {
		s, m := open(), &mirror{}
		if err := s.Follow(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		first := commit(t, s, put("a", "1", 0), put("b", "1", 0))
		refused := map[string][]store.Op{
			"a key that exists is not new":     {put("c", "1", 0), put("a", "2", 0)},
			"a stale revision":                 {put("c", "1", 0), put("a", "2", first-1)},
			"a key that is not there":          {put("c", "1", 0), put("d", "2", first)},
			"a check that fails":               {put("c", "1", 0), {Action: store.Check, Key: "b", Revision: 0}},
			"a check of an absent key":         {put("c", "1", 0), {Action: store.Check, Key: "d", Revision: first}},
			"a delete of a stale revision":     {put("c", "1", 0), {Action: store.Delete, Key: "b", Revision: first + 7}},
			"a delete of a key that is absent": {put("c", "1", 0), {Action: store.Delete, Key: "d", Revision: first}},
		}
		for name, ops := range refused {
			if _, err := s.Commit(t.Context(), ops...); !errors.Is(err, store.ErrConflict) {
				t.Errorf("%s: got %v, want a conflict", name, err)
			}
		}
		last := commit(t, s, put("a", "2", first), store.Op{Action: store.Delete, Key: "b", Revision: first},
			store.Op{Action: store.Check, Key: "d"})
		m.awaits(t, last)
		if diff := cmp.Diff(map[string]string{"a": "2"}, m.read()); diff != "" {
			t.Errorf("state (-want +got):\n%s", diff)
		}
	})
}

func TestFollowHandsOverTheStateAndThenEveryChange(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() store.Store) {
		s, other := open(), open()
		old := commit(t, s, put("old", "1", 0))
		m := &mirror{}
		if err := other.Follow(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]string{"old": "1"}, m.read()); diff != "" {
			t.Errorf("state at once (-want +got):\n%s", diff)
		}
		for i := range 20 {
			old = commit(t, s, put("old", fmt.Sprint(i), old))
		}
		m.awaits(t, old)
		if len(m.order) != 20 {
			t.Errorf("the follower saw %d changes, want 20", len(m.order))
		}
		for i := 1; i < len(m.order); i++ {
			if m.order[i] <= m.order[i-1] {
				t.Errorf("change %d has revision %d after %d", i, m.order[i], m.order[i-1])
			}
		}
	})
}

func TestOneOfManyWinsAKey(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() store.Store) {
		stores := []store.Store{open(), open()}
		var won, lost int
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				_, err := stores[i%2].Commit(context.Background(), put("name", fmt.Sprint(i), 0))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case errors.Is(err, store.ErrConflict):
					lost++
				default:
					t.Errorf("commit %d: %v", i, err)
				}
			})
		}
		all.Wait()
		if won != 1 || lost != 7 {
			t.Errorf("%d won and %d lost, want 1 and 7", won, lost)
		}
	})
}

func TestClosedStoreRefuses(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() store.Store) {
		s := open()
		if err := s.Healthy(); err != nil {
			t.Errorf("healthy: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Healthy(); !errors.Is(err, store.ErrClosed) {
			t.Errorf("healthy after close: %v", err)
		}
		if _, err := s.Commit(t.Context(), put("a", "1", 0)); !errors.Is(err, store.ErrClosed) {
			t.Errorf("commit after close: %v", err)
		}
		if err := s.Follow(t.Context(), &mirror{}); !errors.Is(err, store.ErrClosed) {
			t.Errorf("follow after close: %v", err)
		}
	})
}
