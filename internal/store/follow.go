package store

import (
	"context"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	// pageSize is how many records are read at once: answers stay far below gRPC's limits.
	pageSize = 1000
	// retryPause is how long following waits before it turns to etcd again.
	retryPause = 200 * time.Millisecond
)

// Follow implements Store.
func (e *Etcd) Follow(ctx context.Context, f Follower) error {
	if e.ctx.Err() != nil {
		return ErrClosed
	}
	revision, err := e.load(ctx, f)
	if err != nil {
		return e.failure(ctx, "read from etcd", err)
	}
	watching, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(e.ctx, cancel) //nolint:contextcheck // following also ends when the store is closed
	e.following.Go(func() {
		defer stop()
		defer cancel()
		e.follow(watching, f, revision)
	})
	return nil
}

// follow tells f of changes after revision. Where it missed some, because etcd has compacted them, it starts anew.
func (e *Etcd) follow(ctx context.Context, f Follower, revision int64) {
	compacted := false
	for ctx.Err() == nil {
		if compacted {
			fresh, err := e.load(ctx, f)
			if err != nil {
				e.cfg.Log.Warn("cannot read the state again", "err", err)
				rest(ctx)
				continue
			}
			revision = fresh
		}
		revision, compacted = e.watch(ctx, f, revision)
		if ctx.Err() == nil && !compacted {
			rest(ctx)
		}
	}
}

func rest(ctx context.Context) {
	timer := time.NewTimer(retryPause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// watch returns the last revision that f knows when watching broke, and whether changes after it were compacted.
func (e *Etcd) watch(ctx context.Context, f Follower, revision int64) (last int64, compacted bool) {
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(ctx))
	defer cancel()
	for answer := range e.client.Watch(ctx, e.cfg.Prefix, clientv3.WithPrefix(), clientv3.WithRev(revision+1)) {
		if err := answer.Err(); err != nil {
			e.cfg.Log.Warn("watching etcd broke", "err", err)
			return revision, answer.CompactRevision != 0
		}
		if len(answer.Events) == 0 {
			continue
		}
		changes := e.changes(answer.Events)
		revision = changes[len(changes)-1].Revision
		f.Apply(changes, revision)
	}
	return revision, false
}

func (e *Etcd) changes(events []*clientv3.Event) []Change {
	changes := make([]Change, len(events))
	for i, event := range events {
		changes[i] = Change{
			Record: Record{
				Key:      strings.TrimPrefix(string(event.Kv.Key), e.cfg.Prefix),
				Value:    event.Kv.Value,
				Revision: event.Kv.ModRevision,
			},
			Deleted: event.Type == clientv3.EventTypeDelete,
		}
	}
	return changes
}

// load resets f to the state at one revision, which it returns.
func (e *Etcd) load(ctx context.Context, f Follower) (int64, error) {
	var state []Record
	var revision int64
	from, end := e.cfg.Prefix, clientv3.GetPrefixRangeEnd(e.cfg.Prefix)
	for more := true; more; {
		page, err := e.page(ctx, from, end, revision)
		if err != nil {
			return 0, err
		}
		if revision == 0 {
			revision = page.Header.Revision
		}
		for _, kv := range page.Kvs {
			key := strings.TrimPrefix(string(kv.Key), e.cfg.Prefix)
			state = append(state, Record{Key: key, Value: kv.Value, Revision: kv.ModRevision})
			from = string(kv.Key) + "\x00"
		}
		more = page.More
	}
	f.Reset(state, revision)
	return revision, nil
}

// page reads from one key on, at a revision or, if that is 0, the newest.
func (e *Etcd) page(ctx context.Context, from, end string, revision int64) (*clientv3.GetResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	return e.client.Get(ctx, from, clientv3.WithRange(end), clientv3.WithLimit(pageSize), clientv3.WithRev(revision))
}
