package faketrail

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/eksauth/eksauth/internal/directory"
)

// maxRecent is how many events are remembered in memory, of all accounts together.
const maxRecent = 10_000

// ring has the latest events.
type ring struct {
	mu     sync.Mutex
	events []*Event
	next   int
}

func newRing(size int) *ring { return &ring{events: make([]*Event, 0, size)} }

func (r *ring) add(e *Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.events) < cap(r.events) {
		r.events = append(r.events, e)
		return
	}
	r.events[r.next] = e
	r.next = (r.next + 1) % len(r.events)
}

func (r *ring) of(account, region string) []*Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []*Event
	for _, e := range r.events {
		if e.Account == account && e.Region == region {
			found = append(found, e)
		}
	}
	return found
}

// itemKind is the kind of the directory's items that are events. Their names sort by time.
const itemKind = "trail-event"

// maxKept is how many events of an account in a region are kept; the oldest give way.
const maxKept = 1000

// dropBatch bounds how many give way in one transaction.
const dropBatch = 50

func itemName(e *Event) string { return fmt.Sprintf("%019d-%s", e.At.UnixNano(), e.ID) }

// Keep stores the events that change something, until ctx ends and then those that are left.
func (s *Service) Keep(ctx context.Context) {
	storing := context.WithoutCancel(ctx)
	for {
		select {
		case e := <-s.unkept:
			s.keepOrSay(storing, e)
		case <-ctx.Done():
			for len(s.unkept) > 0 {
				s.keepOrSay(storing, <-s.unkept)
			}
			return
		}
	}
}

func (s *Service) keepOrSay(ctx context.Context, e *Event) {
	if err := s.keep(ctx, e); err != nil {
		s.cfg.Log.Error("an event is not kept", "event", e.Name, "id", e.ID, "error", err)
	}
}

func (s *Service) keep(ctx context.Context, e *Event) error {
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", e.Name, err)
	}
	old := s.surplus(e.Account, e.Region)
	err = s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		for _, name := range old {
			directory.Delete(tx, directory.ItemKey(itemKind, e.Account, e.Region, name))
		}
		directory.Put(tx, &directory.Item{Kind: itemKind, Account: e.Account, Region: e.Region, Name: itemName(e), Data: data})
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep event %s: %w", e.Name, err)
	}
	return nil
}

// surplus names the oldest events that give way to a new one.
func (s *Service) surplus(account, region string) []string {
	var names []string
	for item := range directory.List(s.cfg.Directory, directory.AllItems(itemKind, account, region, ""), "") {
		names = append(names, item.Name)
	}
	return names[:min(max(0, len(names)+1-maxKept), dropBatch)]
}

// history returns an account's events in a region, the newest first.
func (s *Service) history(account, region string) ([]*Event, error) {
	events := s.recent.of(account, region)
	known := map[string]bool{}
	for _, e := range events {
		known[e.ID] = true
	}
	for item := range directory.List(s.cfg.Directory, directory.AllItems(itemKind, account, region, ""), "") {
		e := &Event{}
		if err := json.Unmarshal(item.Data, e); err != nil {
			return nil, fmt.Errorf("decode event %s: %w", item.Name, err)
		}
		if !known[e.ID] {
			events = append(events, e)
		}
	}
	slices.SortFunc(events, newestFirst)
	return events, nil
}

func newestFirst(a, b *Event) int {
	return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID))
}
