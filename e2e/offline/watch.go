package offline

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// interval is how often a Watch looks: often enough to see a listener, and little beside the programs that it watches.
const interval = 50 * time.Millisecond

// Watch samples sockets while specs run.
type Watch struct {
	mu      sync.Mutex
	family  *family // nil in a namespace, where every socket counts
	samples int
	seen    int
	outside map[string]bool
	err     error
	stop    context.CancelFunc
	done    chan struct{}
}

// Start begins to watch: all sockets if the program runs in the namespace of Rerun, else those of this process and of
// all that descend from it.
func Start() *Watch {
	ctx, cancel := context.WithCancel(context.Background())
	w := &Watch{outside: map[string]bool{}, stop: cancel, done: make(chan struct{})}
	if !Inside() {
		w.family = newFamily()
	}
	go w.run(ctx)
	return w
}

func (w *Watch) run(ctx context.Context) {
	defer close(w.done)
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		w.sample()
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (w *Watch) sample() {
	w.mu.Lock()
	defer w.mu.Unlock()
	current, err := w.current()
	if err != nil {
		w.err = err
		return
	}
	w.samples++
	w.seen = max(w.seen, len(current))
	for _, socket := range current {
		if !socket.Loopback() {
			w.outside[socket.String()] = true
		}
	}
}

func (w *Watch) current() ([]Socket, error) {
	all, err := sockets()
	if err != nil || w.family == nil {
		return all, err
	}
	if err := w.family.update(); err != nil {
		return nil, err
	}
	open := w.family.inodes()
	return slices.DeleteFunc(all, func(s Socket) bool { return !open[s.inode] }), nil
}

// Report is what a Watch has seen so far.
type Report struct {
	// Samples is how often it looked, and Sockets the most that it saw at once: proof that it looked at something.
	Samples, Sockets int
	// Outside are the sockets that were bound or connected outside loopback.
	Outside []string
}

// Report returns what the Watch has seen so far.
func (w *Watch) Report() (Report, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return Report{Samples: w.samples, Sockets: w.seen, Outside: slices.Sorted(maps.Keys(w.outside))}, w.err
}

// Listening returns the TCP sockets that wait for connections now.
func (w *Watch) Listening() ([]Socket, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	current, err := w.current()
	return slices.DeleteFunc(current, func(s Socket) bool { return !s.Listening }), err
}

// Stop ends the watch.
func (w *Watch) Stop() {
	w.stop()
	<-w.done
}
