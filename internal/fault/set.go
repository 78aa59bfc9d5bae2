package fault

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Set is the faults of a stack. It is safe for concurrent use.
type Set struct {
	services []string
	now      func() time.Time

	// set is nil while there is none, so that a look costs one load. It is replaced, never changed.
	set atomic.Pointer[[]*armed]
	mu  sync.Mutex
	// last is the number of the newest fault.
	last int
}

// New makes a set without faults, for a stack with these services by signing name.
func New(services []string, now func() time.Time) *Set {
	return &Set{services: services, now: now}
}

// Add sets a fault and returns it with its ID and what it left to defaults. The error says what is wrong with it.
func (s *Set) Add(f Fault) (Fault, error) {
	if err := f.Check(s.services); err != nil {
		return Fault{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	f.ID, f.Since, f.Met = strconv.Itoa(s.last), s.now(), 0
	a := arm(f)
	s.publish(append(s.unended(), a))
	return a.Fault, nil
}

// Remove clears a fault, whose delays then end at once. It tells whether the fault was set.
func (s *Set) Remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.all()
	i := slices.IndexFunc(before, func(a *armed) bool { return a.ID == id })
	if i < 0 {
		return false
	}
	close(before[i].over)
	s.publish(slices.Delete(slices.Clone(before), i, i+1))
	return true
}

func (s *Set) publish(list []*armed) {
	if len(list) == 0 {
		s.set.Store(nil)
		return
	}
	s.set.Store(&list)
}

func (s *Set) all() []*armed {
	if list := s.set.Load(); list != nil {
		return *list
	}
	return nil
}

// List is the faults that are set, the oldest first.
func (s *Set) List() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publish(s.unended())
	list := []Fault{}
	for _, a := range s.all() {
		list = append(list, a.snapshot())
	}
	return list
}

// unended leaves out the faults that are over by themselves. Those of clusters stay until somebody has mended the cluster
// and removes them.
func (s *Set) unended() []*armed {
	now := s.now()
	return slices.DeleteFunc(slices.Clone(s.all()), func(a *armed) bool {
		f := a.snapshot()
		return !f.OfCluster() && f.ended(now)
	})
}

// Any tells whether a fault is set.
func (s *Set) Any() bool { return s.set.Load() != nil }

// Skew is how far STS's clock is off.
func (s *Set) Skew() time.Duration {
	var by Duration
	for _, a := range s.all() {
		if a.Kind == Skew && !a.ended(s.now()) {
			by += a.By
		}
	}
	return time.Duration(by)
}

// SessionLifetime is how long a session lasts that is given out now and was to last for asked.
func (s *Set) SessionLifetime(asked time.Duration) time.Duration {
	for _, a := range s.all() {
		if a.Kind == SessionExpiry && a.meet(s.now()) {
			asked = min(asked, time.Duration(a.After))
		}
	}
	return asked
}

// TokenLifetime is how old an EKS token may be that else may have the age usual.
func (s *Set) TokenLifetime(usual time.Duration) time.Duration {
	for _, a := range s.all() {
		if a.Kind == TokenExpiry && !a.ended(s.now()) {
			usual = min(usual, time.Duration(a.After))
		}
	}
	return usual
}

// ended tells whether a fault is over by itself.
func (f Fault) ended(now time.Time) bool {
	return f.For > 0 && !now.Before(f.Since.Add(time.Duration(f.For))) || f.Count > 0 && f.Met >= f.Count
}

// withDefaults fills in what a fault leaves open.
func (f Fault) withDefaults() Fault {
	service, effect := f.request()
	if f.Rate > 0 {
		f.Burst = cmp.Or(f.Burst, max(1, int(f.Rate)))
	}
	if effect == failure {
		f.Status = cmp.Or(f.Status, http.StatusServiceUnavailable)
	}
	f.Seed = cmp.Or(f.Seed, 1)
	if service == "" || f.Probability == 0 {
		f.Seed = 0
	}
	return f
}
