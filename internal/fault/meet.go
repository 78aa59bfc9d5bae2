package fault

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Request is what faults look at of a request to a service.
type Request struct {
	// Service is the signing name.
	Service, Operation, Region string
	// AccessKeyID and ARN are who signed it: the key, and the user or role behind it.
	AccessKeyID, ARN string
}

// Answer is what becomes of a request.
type Answer int

// The answers.
const (
	// Usual is the service's own answer.
	Usual Answer = iota
	// Throttled, Failed and Disabled are errors: too many requests, a failure of the service, a region without STS.
	Throttled
	Failed
	Disabled
	// HungUp is no answer, but the end of the connection.
	HungUp
)

// Effect is what all faults together do to one request.
type Effect struct {
	// Delays are to be waited for first.
	Delays []Delay
	Answer Answer
	// Status is that of a failure.
	Status int
}

// Delay is some time to wait, or until the fault is cleared.
type Delay struct {
	Time time.Duration
	Over <-chan struct{}
}

// giving are the operations that give out credentials, which alone have the error RegionDisabledException. STS answers
// GetCallerIdentity in every region (https://github.com/aws/aws-sdk-go-v2/issues/2846).
var giving = []string{
	"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot", "GetDelegatedAccessToken", "GetFederationToken", "GetSessionToken",
}

// Meet decides what the faults do to a request. The first fault that answers does; those behind it do not see the request.
func (s *Set) Meet(r Request) Effect {
	var e Effect
	now := s.now()
	for _, a := range s.all() {
		if !a.concerns(r) || !a.meet(now) {
			continue
		}
		switch a.effect {
		case latency:
			e.Delays = append(e.Delays, Delay{time.Duration(a.Delay), a.over})
			continue
		case throttle:
			e.Answer = Throttled
		case failure:
			e.Answer, e.Status = Failed, a.Status
		case RegionDisabled:
			e.Answer = Disabled
		case reset:
			e.Answer = HungUp
		}
		return e
	}
	return e
}

// armed is a fault at work.
type armed struct {
	Fault
	service, effect string
	over            chan struct{}

	// mu guards the fault's count, chance and bucket.
	mu     sync.Mutex
	chance *rand.Rand
	bucket bucket
}

func arm(f Fault) *armed {
	f = f.withDefaults()
	a := &armed{Fault: f, over: make(chan struct{}), chance: rand.New(rand.NewPCG(f.Seed, 0)), bucket: bucket{rate: f.Rate, size: float64(f.Burst), level: float64(f.Burst), at: f.Since}}
	a.service, a.effect = f.request()
	return a
}

func (a *armed) concerns(r Request) bool {
	within := func(wanted, is string) bool { return wanted == "" || wanted == is }
	return a.service == r.Service && within(a.Operation, r.Operation) && within(a.Region, r.Region) &&
		(a.Caller == "" || a.Caller == r.AccessKeyID || a.Caller == r.ARN) &&
		(a.effect != RegionDisabled || slices.Contains(giving, r.Operation))
}

// meet decides whether a request that the fault concerns meets it, and counts it.
func (a *armed) meet(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended(now) || a.effect == throttle && a.bucket.take(now) || a.Probability > 0 && a.chance.Float64() >= a.Probability {
		return false
	}
	a.Met++
	return true
}

func (a *armed) snapshot() Fault {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.Fault
}

// bucket holds the requests that may pass at once; it fills at the rate, up to its size.
type bucket struct {
	rate, size, level float64
	at                time.Time
}

func (b *bucket) take(now time.Time) bool {
	b.level = min(b.size, b.level+now.Sub(b.at).Seconds()*b.rate)
	b.at = now
	if b.level < 1 {
		return false
	}
	b.level--
	return true
}
