package events

import (
	"context"
	"iter"
	"sync"
	"time"
	"unsafe"
)

// What is kept by default: some minutes of a busy test suite.
const (
	defaultSize  = 2048
	defaultBytes = 2 << 20
)

// eventBytes is what an event takes beside its texts.
const eventBytes = int(unsafe.Sizeof(Event{}))

// Config is what a recorder needs.
type Config struct {
	// Size is how many events are kept, 0 takes 2048; Bytes how much memory they may take, 0 takes 2 MiB. The oldest go first.
	Size, Bytes int
	// Now dates events that have no time; nil takes time.Now.
	Now func() time.Time
}

// Recorder keeps the last events. It is safe for concurrent use.
type Recorder struct {
	now func() time.Time

	// mu guards what follows.
	mu sync.Mutex
	// ring has the events from first to last; it grows up to size.
	ring        []kept
	size        int
	first, last uint64
	// bytes is how much the events take, of maxBytes.
	bytes, maxBytes int
	joiner          joiner
	// followers is how many wait for more; changed is closed when there is more.
	followers int
	changed   chan struct{}
}

// kept is an event with the memory that it takes.
type kept struct {
	Event
	bytes int
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
	return &Recorder{now: c.Now, size: c.Size, maxBytes: c.Bytes, first: 1, joiner: newJoiner(), changed: make(chan struct{})}
}

// Record keeps an event, in place of the oldest if there are too many. Sequence, Attempt and Explanation are set here.
func (r *Recorder) Record(e Event) {
	if e.Time.IsZero() {
		e.Time = r.now()
	}
	e.clean()
	bytes := eventBytes + e.detach()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	e.Sequence, e.Explanation = r.last, e.explains()
	if a := r.joiner.attempt(&e); a != nil {
		e.Attempt, e.Explanation = a.number, e.Explanation || a.explanation
	}
	r.keep(kept{e, bytes})
	if r.followers > 0 {
		close(r.changed)
		r.changed = make(chan struct{})
	}
}

// keep puts the event into the ring and drops as many of the oldest as it takes.
func (r *Recorder) keep(e kept) {
	for r.first < r.last && (r.bytes+e.bytes > r.maxBytes || r.last-r.first >= uint64(r.size)) {
		oldest := r.at(r.first)
		r.bytes -= oldest.bytes
		*oldest = kept{}
		r.first++
	}
	r.bytes += e.bytes
	if len(r.ring) < r.size {
		r.ring = append(r.ring, e)
		return
	}
	*r.at(r.last) = e
}

// at is the place of an event in the ring.
func (r *Recorder) at(sequence uint64) *kept { return &r.ring[(sequence-1)%uint64(r.size)] }

// Last is the sequence number of the newest event; 0 if there is none.
func (r *Recorder) Last() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// Since returns the events after a sequence number that are still kept, the oldest first. 0 returns all.
func (r *Recorder) Since(sequence uint64) []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.since(sequence)
}

func (r *Recorder) since(sequence uint64) []Event {
	events := []Event{}
	for i := max(sequence+1, r.first); i <= r.last; i++ {
		events = append(events, r.at(i).Event)
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
