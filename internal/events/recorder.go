package events

import (
	"context"
	"iter"
	"sync"
	"time"
)

// defaultSize is how many events are kept: some minutes of a busy test suite, in about three megabytes.
const defaultSize = 4096

// Config is what a recorder needs.
type Config struct {
	// Size is how many events are kept; 0 takes 4096.
	Size int
	// Now dates events that have no time; nil takes time.Now.
	Now func() time.Time
}

// Recorder keeps the last events. It is safe for concurrent use.
type Recorder struct {
	now func() time.Time

	// mu guards what follows.
	mu     sync.Mutex
	ring   []Event
	last   uint64
	joiner joiner
	// followers is how many wait for more; changed is closed when there is more.
	followers int
	changed   chan struct{}
}

// New makes a recorder.
func New(c Config) *Recorder {
	if c.Size <= 0 {
		c.Size = defaultSize
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Recorder{now: c.Now, ring: make([]Event, c.Size), joiner: newJoiner(), changed: make(chan struct{})}
}

// Record keeps an event, in place of the oldest if there are too many. Sequence and Attempt are set here.
func (r *Recorder) Record(e Event) {
	if e.Time.IsZero() {
		e.Time = r.now()
	}
	e.clean()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	e.Sequence, e.Attempt = r.last, r.joiner.attempt(&e)
	r.ring[r.last%uint64(len(r.ring))] = e
	if r.followers > 0 {
		close(r.changed)
		r.changed = make(chan struct{})
	}
}

// Since returns the events after a sequence number that are still kept, the oldest first. 0 returns all.
func (r *Recorder) Since(sequence uint64) []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.since(sequence)
}

func (r *Recorder) since(sequence uint64) []Event {
	first := sequence + 1
	if size := uint64(len(r.ring)); r.last > size {
		first = max(first, r.last-size+1)
	}
	events := []Event{}
	for i := first; i <= r.last; i++ {
		events = append(events, r.ring[i%uint64(len(r.ring))])
	}
	return events
}

// Attempt returns the events of one attempt that are still kept, the oldest first.
func (r *Recorder) Attempt(attempt uint64) []Event {
	events := []Event{}
	for _, e := range r.Since(0) {
		if e.Attempt == attempt && attempt != 0 {
			events = append(events, e)
		}
	}
	return events
}

// LastAttempt is the number of the attempt that began last; 0 if there was none.
func (r *Recorder) LastAttempt() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.joiner.last
}

// Follow yields the events after a sequence number and goes on with new ones until ctx ends. A reader that is slower than
// the recorder forgets misses events, which shows by a gap in Sequence.
func (r *Recorder) Follow(ctx context.Context, sequence uint64) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		r.mu.Lock()
		r.followers++
		r.mu.Unlock()
		defer func() {
			r.mu.Lock()
			r.followers--
			r.mu.Unlock()
		}()
		for {
			r.mu.Lock()
			events, changed := r.since(sequence), r.changed
			r.mu.Unlock()
			for _, e := range events {
				if ctx.Err() != nil || !yield(e) {
					return
				}
				sequence = e.Sequence
			}
			select {
			case <-ctx.Done():
				return
			case <-changed:
			}
		}
	}
}
