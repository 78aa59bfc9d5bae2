package fault

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Kinds of faults that are not of one service's requests; those are named SERVICE-EFFECT, such as sts-throttle.
const (
	// RegionDisabled is STS not activated in a region, for the operations that give out credentials.
	RegionDisabled = "sts-region-disabled"
	// Skew puts STS's clock off.
	Skew = "sts-skew"
	// SessionExpiry ends sessions early that are given out from now on, TokenExpiry EKS tokens whenever they were made.
	SessionExpiry = "session-expiry"
	TokenExpiry   = "token-expiry"
	// WebhookStopped stops a cluster's authenticator, AuthenticatorKilled kills it as a crash would, and WebhookCertificate
	// gives it a certificate that the kube-apiserver does not trust.
	WebhookStopped      = "webhook-stopped"
	AuthenticatorKilled = "authenticator-killed"
	WebhookCertificate  = "webhook-certificate"
)

// Effects of faults on a service's requests.
const (
	throttle = "throttle"
	failure  = "error"
	latency  = "latency"
	reset    = "reset"
)

// Fault is one thing that goes wrong. Which members a kind needs and takes, Check says; zero is not given.
type Fault struct {
	// ID names the fault in its stack; the set gives it.
	ID   string `json:"id,omitempty"`
	Kind string `json:"kind"`
	// Cluster is the name of the cluster whose webhook it is.
	Cluster string `json:"cluster,omitempty"`
	// Operation, Region and Caller narrow the requests: a caller is an access key ID, or the ARN of a user or role.
	Operation string `json:"operation,omitempty"`
	Region    string `json:"region,omitempty"`
	Caller    string `json:"caller,omitempty"`
	// Rate is how many requests a second a throttle lets pass, by default none, and Burst how many at once, by default those
	// of a second.
	Rate  float64 `json:"rate,omitempty"`
	Burst int     `json:"burst,omitempty"`
	// Status is the HTTP status of an error: 500, or 503, the default.
	Status int `json:"status,omitempty"`
	// Delay is how much later a request is answered.
	Delay Duration `json:"delay,omitempty"`
	// By is how far STS's clock is ahead, or behind if negative.
	By Duration `json:"by,omitempty"`
	// After is how long a session or token lasts.
	After Duration `json:"after,omitempty"`
	// Probability is the share of the requests that meet the fault, by default all; Seed chooses which, by default 1. The
	// same requests in the same order meet the same faults.
	Probability float64 `json:"probability,omitempty"`
	Seed        uint64  `json:"seed,omitempty"`
	// For is how long the fault lasts, and Count how many requests meet it; by default it lasts until it is cleared.
	For   Duration `json:"for,omitempty"`
	Count int      `json:"count,omitempty"`

	// Since is when it was set, and Met how many requests have met it; the set knows.
	Since time.Time `json:"since,omitzero"`
	Met   int       `json:"met"`
}

// OfCluster tells whether the fault is one of a cluster's webhook.
func (f Fault) OfCluster() bool {
	return f.Kind == WebhookStopped || f.Kind == WebhookCertificate || f.Kind == AuthenticatorKilled
}

// Counts tells whether requests meet the fault one by one; the others change a clock or a cluster.
func (f Fault) Counts() bool {
	service, _ := f.request()
	return service != "" || f.Kind == SessionExpiry
}

// Details says what the fault does beyond its kind, for people.
func (f Fault) Details() string {
	var parts []string
	add := func(given bool, format string, values ...any) {
		if given {
			parts = append(parts, fmt.Sprintf(format, values...))
		}
	}
	add(f.Cluster != "", "cluster %s", f.Cluster)
	add(f.Rate != 0, "%s requests/s, burst %d", number(f.Rate), f.Burst)
	add(f.Status != 0, "status %d", f.Status)
	add(f.Delay != 0, "delay %s", f.Delay)
	add(f.By != 0, "by %s", f.By)
	add(f.After != 0, "after %s", f.After)
	add(f.Operation != "", "operation %s", f.Operation)
	add(f.Region != "", "region %s", f.Region)
	add(f.Caller != "", "caller %s", f.Caller)
	add(f.Probability != 0, "probability %s, seed %d", number(f.Probability), f.Seed)
	add(f.For != 0, "for %s", f.For)
	add(f.Count != 0, "for %d requests", f.Count)
	return strings.Join(parts, ", ")
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// Duration is a length of time that JSON has as in Go, such as "1m30s".
type Duration time.Duration

// String is the duration without parts that are zero: 20m, not 20m0s.
func (d Duration) String() string {
	text := time.Duration(d).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// MarshalText and UnmarshalText are the form in JSON.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what time.ParseDuration does.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}
