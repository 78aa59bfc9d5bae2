package fault

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// rule is what a kind needs and what it takes besides.
type rule struct{ needs, takes []string }

// scope narrows requests, and ends ends a fault of requests.
var (
	scope = []string{"operation", "region", "caller"}
	ends  = []string{"for", "count"}
)

// effects are the rules of faults of any service's requests.
var effects = map[string]rule{
	throttle: {takes: slices.Concat([]string{"rate", "burst", "probability"}, scope, ends)},
	failure:  {takes: slices.Concat([]string{"status", "probability"}, scope, ends)},
	latency:  {needs: []string{"delay"}, takes: slices.Concat([]string{"probability"}, scope, ends)},
	reset:    {takes: slices.Concat([]string{"probability"}, scope, ends)},
}

var kinds = map[string]rule{
	RegionDisabled:      {needs: []string{"region"}, takes: slices.Concat([]string{"caller"}, ends)},
	Skew:                {needs: []string{"by"}, takes: []string{"for"}},
	SessionExpiry:       {needs: []string{"after"}, takes: ends},
	TokenExpiry:         {needs: []string{"after"}, takes: []string{"for"}},
	WebhookStopped:      {takes: []string{"cluster", "for"}},
	WebhookCertificate:  {takes: []string{"cluster", "for"}},
	AuthenticatorKilled: {takes: []string{"cluster", "for"}},
}

// Bounds of what a fault may say. A longer delay would meet the gateway's own time limit.
const (
	maxDelay = time.Minute
	maxSkew  = 365 * 24 * time.Hour
)

// Check says what is wrong with a fault in a stack with these services.
func (f Fault) Check(services []string) error {
	r, known := f.rule(services)
	if !known {
		return fmt.Errorf("there is no fault %q: faults of requests are SERVICE-EFFECT with the services %s and the effects %s; others are %s",
			f.Kind, strings.Join(services, ", "), listed(effects), listed(kinds))
	}
	given := f.given()
	var problems []error
	for _, name := range r.needs {
		if !slices.Contains(given, name) {
			problems = append(problems, fmt.Errorf("fault %s: %s is missing", f.Kind, name))
		}
	}
	for _, name := range given {
		if !slices.Contains(r.needs, name) && !slices.Contains(r.takes, name) {
			problems = append(problems, fmt.Errorf("fault %s does not take %s: it takes %s", f.Kind, name, strings.Join(append(r.needs, r.takes...), ", ")))
		}
	}
	return errors.Join(append(problems, f.checkValues())...)
}

func (f Fault) rule(services []string) (rule, bool) {
	if r, ok := kinds[f.Kind]; ok {
		return r, true
	}
	service, effect := f.request()
	r, ok := effects[effect]
	return r, ok && slices.Contains(services, service)
}

// request takes the kind apart into service and effect; both are empty for a fault that is not of requests.
func (f Fault) request() (service, effect string) {
	if f.Kind == RegionDisabled {
		return "sts", RegionDisabled
	}
	i := strings.LastIndexByte(f.Kind, '-')
	if i < 0 || effects[f.Kind[i+1:]].takes == nil {
		return "", ""
	}
	return f.Kind[:i], f.Kind[i+1:]
}

// given are the names of the members that say something.
func (f Fault) given() []string {
	var names []string
	for _, member := range []struct {
		name  string
		given bool
	}{
		{"cluster", f.Cluster != ""}, {"operation", f.Operation != ""}, {"region", f.Region != ""}, {"caller", f.Caller != ""},
		{"rate", f.Rate != 0}, {"burst", f.Burst != 0}, {"status", f.Status != 0}, {"delay", f.Delay != 0}, {"by", f.By != 0},
		{"after", f.After != 0}, {"probability", f.Probability != 0}, {"for", f.For != 0}, {"count", f.Count != 0},
	} {
		if member.given {
			names = append(names, member.name)
		}
	}
	return names
}

func (f Fault) checkValues() error {
	var problems []error
	refuse := func(wrong bool, format string, values ...any) {
		if wrong {
			problems = append(problems, fmt.Errorf("fault "+f.Kind+": "+format, values...))
		}
	}
	refuse(f.Burst != 0 && f.Rate == 0, "burst without rate: say how many requests a second pass")
	refuse(f.Rate < 0, "rate %v is negative", f.Rate)
	refuse(f.Burst < 0, "burst %d is negative", f.Burst)
	refuse(f.Status != 0 && f.Status != http.StatusInternalServerError && f.Status != http.StatusServiceUnavailable,
		"status %d is none of the two that AWS documents for failures, 500 and 503", f.Status)
	refuse(f.Delay < 0 || f.Delay > Duration(maxDelay), "delay %s is not up to %s", f.Delay, Duration(maxDelay))
	refuse(f.By < -Duration(maxSkew) || f.By > Duration(maxSkew), "by %s is more than a year", f.By)
	refuse(f.After != 0 && f.After < Duration(time.Second), "after %s is less than a second", f.After)
	refuse(f.Probability < 0 || f.Probability > 1, "probability %v is not from 0 to 1", f.Probability)
	refuse(f.For < 0, "for %s is negative", f.For)
	refuse(f.Count < 0, "count %d is negative", f.Count)
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
	refuse(f.Kind == RegionDisabled && f.Region == "us-east-1", "STS cannot be deactivated in us-east-1")
	return errors.Join(problems...)
}

func listed(rules map[string]rule) string {
	var names []string
	for name := range rules {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
