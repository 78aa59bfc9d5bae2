package directory

import (
	"context"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/eksauth/eksauth/internal/store"
)

// view is the whole state, typed and indexed. It follows the store. What it hands out is shared and never changes.
type view struct {
	log *slog.Logger

	mu       sync.RWMutex
	revision int64
	entries  map[string]entry
	lists    map[string]*keyList            // sorted record keys, by listOf
	ids      map[string]string              // record key by identifier
	refs     map[string]map[string]struct{} // record keys by what they refer to
	moved    chan struct{}                  // closed when revision moves
}

type entry struct {
	revision int64
	entity   entity
}

func newView(log *slog.Logger) *view {
	v := &view{log: log}
	v.clear()
	return v
}

func (v *view) clear() {
	v.entries = map[string]entry{}
	v.lists = map[string]*keyList{}
	v.ids = map[string]string{}
	v.refs = map[string]map[string]struct{}{}
	v.moved = make(chan struct{})
}

// Reset implements store.Follower.
func (v *view) Reset(state []store.Record, revision int64) {
	decoded := make([]entity, len(state))
	for i, r := range state {
		decoded[i] = v.decode(r)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	close(v.moved)
	v.clear()
	lists := map[string][]string{}
	for i, e := range decoded {
		if e == nil {
			continue
		}
		key := state[i].Key
		v.entries[key] = entry{state[i].Revision, e}
		lists[listOf(key)] = append(lists[listOf(key)], key)
		v.index(key, e)
	}
	for name, keys := range lists {
		slices.Sort(keys)
		v.lists[name] = newKeyList(keys)
	}
	v.revision = revision
}

// Apply implements store.Follower.
func (v *view) Apply(changes []store.Change, revision int64) {
	decoded := make([]entity, len(changes))
	for i, c := range changes {
		if !c.Deleted {
			decoded[i] = v.decode(c.Record)
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, c := range changes {
		v.remove(c.Key, decoded[i] != nil)
		if decoded[i] != nil {
			v.add(c.Key, entry{c.Revision, decoded[i]})
		}
	}
	v.revision = revision
	close(v.moved)
	v.moved = make(chan struct{})
}

// decode returns nil for a record that cannot be read, perhaps one of a newer version: it must not stop the others.
func (v *view) decode(r store.Record) entity {
	e, err := decode(r.Key, r.Value)
	if err != nil {
		v.log.Error("ignore a record", "key", r.Key, "err", err)
		return nil
	}
	return e
}

// remove takes a record out of the view; it stays in its list if a new version of it follows.
func (v *view) remove(key string, replaced bool) {
	old, ok := v.entries[key]
	if !ok {
		return
	}
	for _, id := range old.entity.identifiers() {
		if v.ids[id] == key {
			delete(v.ids, id)
		}
	}
	for _, ref := range old.entity.references() {
		delete(v.refs[ref], key)
		if len(v.refs[ref]) == 0 {
			delete(v.refs, ref)
		}
	}
	delete(v.entries, key)
	if !replaced {
		v.lists[listOf(key)].remove(key)
	}
}

func (v *view) add(key string, e entry) {
	v.entries[key] = e
	list := listOf(key)
	if v.lists[list] == nil {
		v.lists[list] = &keyList{}
	}
	v.lists[list].add(key)
	v.index(key, e.entity)
}

func (v *view) index(key string, e entity) {
	for _, id := range e.identifiers() {
		v.ids[id] = key
	}
	for _, ref := range e.references() {
		if v.refs[ref] == nil {
			v.refs[ref] = map[string]struct{}{}
		}
		v.refs[ref][key] = struct{}{}
	}
}

func (v *view) get(key string) entry {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.entries[key]
}

func (v *view) byID(id string) entity {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.entries[v.ids[id]].entity
}

// referring returns the entities that refer to ref, in the order of their keys.
func (v *view) referring(ref string) []entity {
	v.mu.RLock()
	defer v.mu.RUnlock()
	keys := make([]string, 0, len(v.refs[ref]))
	for key := range v.refs[ref] {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	out := make([]entity, len(keys))
	for i, key := range keys {
		out[i] = v.entries[key].entity
	}
	return out
}

// chunk is how many entities are read under one lock while a list is walked.
const chunk = 256

// list walks the entities whose keys begin with prefix and come after the key after.
func (v *view) list(prefix, after string) iter.Seq[entity] {
	return func(yield func(entity) bool) {
		for {
			part, last := v.part(prefix, after)
			for _, e := range part {
				if !yield(e) {
					return
				}
			}
			if len(part) < chunk {
				return
			}
			after = last
		}
	}
}

func (v *view) part(prefix, after string) (part []entity, last string) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	list := v.lists[listOf(prefix)]
	if list == nil {
		return nil, ""
	}
	for key := range list.from(max(prefix, after)) {
		if len(part) == chunk || !strings.HasPrefix(key, prefix) {
			break
		}
		if key == after {
			continue
		}
		part = append(part, v.entries[key].entity)
		last = key
	}
	return part, last
}

// await returns when the view has the revision, or with ctx's error.
func (v *view) await(ctx context.Context, revision int64) error {
	for {
		v.mu.RLock()
		reached, moved := v.revision >= revision, v.moved
		v.mu.RUnlock()
		if reached {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
