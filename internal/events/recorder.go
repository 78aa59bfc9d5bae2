package events

import (
	"context"
	"iter"
	"sync"
	"time"
)

// What is kept by default: some minutes of a busy test suite.
const (
	defaultSize  = 2048
	defaultBytes = 1 << 20
)

// Config is what a recorder needs.
type Config struct {
	// Size is how many events are kept, 0 takes 2048; Bytes how much memory they take at most, 0 takes 1 MiB, and less than the
	// longest event takes that. The oldest go first.
	Size, Bytes int
	// Now dates events that have no time; nil takes time.Now.
	Now func() time.Time
}

// Recorder keeps the last events. It is safe for concurrent use.
type Recorder struct {
	now func() time.Time

	// mu guards what follows.
	mu     sync.Mutex
	tape   tape
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
	if c.Bytes <= 0 {
		c.Bytes = defaultBytes
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Recorder{now: c.Now, tape: newTape(c.Size, c.Bytes), joiner: newJoiner(), changed: make(chan struct{})}
}

// Record keeps an event, in place of the oldest if there are too many. Sequence, Attempt and Explanation are set here.
func (r *Recorder) Record(e Event) {
	if e.Time.IsZero() {
		e.Time = r.now()
	}
	e.clean()
	r.mu.Lock()
	defer r.mu.Unlock()
	e.Explanation = e.explains()
	if a := r.joiner.attempt(&e); a != nil {
		e.Attempt, e.Explanation = a.number, e.Explanation || a.explanation
	}
	r.tape.put(&e)
	if r.followers > 0 {
		close(r.changed)
		r.changed = make(chan struct{})
	}
}

// Last is the sequence number of the newest event; 0 if there is none.
func (r *Recorder) Last() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tape.last
}

// Since returns the events after a sequence number that are still kept, the oldest first. 0 returns all.
func (r *Recorder) Since(sequence uint64) []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.since(sequence)
}

func (r *Recorder) since(sequence uint64) []Event {
	events := []Event{}
	for i := max(sequence+1, r.tape.first); i <= r.tape.last; i++ {
		events = append(events, r.tape.get(i))
	}
	return events
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
