package hop

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Version is that of the JSON form.
const Version = 1

// Status says how a hop went.
type Status string

const (
	// OK is a hop that let the attempt through.
	OK Status = "ok"
	// Refused is a hop that refused the attempt, or would.
	Refused Status = "refused"
	// Unknown is a hop of which nothing can be said from here; Step.Seen says why.
	Unknown Status = "unknown"
)

// The hops, in the order in which an attempt passes them.
const (
	Credentials   = "H1"
	Client        = "H2"
	AssumeRole    = "H3"
	Webhook       = "H4"
	TokenFormat   = "H5"
	STS           = "H6"
	Mapping       = "H7"
	Username      = "H8"
	Authorization = "H9"
	// API is not on the way: the EKS API refuses what was to let somebody in.
	API = "HC"
)

// titles are the names of the hops for people.
var titles = map[string]string{
	Credentials: "credentials", Client: "client", AssumeRole: "assume role", Webhook: "webhook", TokenFormat: "token",
	STS: "STS", Mapping: "mapping", Username: "username", Authorization: "authorization",
	API: "EKS API",
}

// Step is what is known of one hop.
type Step struct {
	Hop    string `json:"hop"`
	Status Status `json:"status"`
	// Seen is what the hop saw, or why nothing is known.
	Seen string `json:"seen"`
	// Reasons are those for which it refused; the first is the one that the user meets.
	Reasons []Reason `json:"reasons,omitempty"`
}

// Reason is one reason for a refusal.
type Reason struct {
	// Cause is the number in the catalogue of causes (docs/CAUSES.md); 0 if it has none.
	Cause int    `json:"cause,omitempty"`
	Text  string `json:"text"`
	// Evidence is what shows it, line by line: a place in a file, an ARN beside another, a line of a log.
	Evidence []string `json:"evidence,omitempty"`
	// Fix says what to change, as something to paste if possible; it may have several lines.
	Fix string `json:"fix,omitempty"`
}

// User is who somebody is in Kubernetes.
type User struct {
	Username string   `json:"username"`
	Groups   []string `json:"groups"`
}

// Answer is an explanation.
type Answer struct {
	Version int `json:"version"`
	// Attempt is the number of the recorded attempt that is explained; 0 for one that was made to explain it.
	Attempt uint64 `json:"attempt,omitempty"`
	Steps   []Step `json:"steps"`
	// User is whom the cluster takes the caller for; nil if it takes them for nobody or that is not known.
	User *User `json:"user,omitempty"`
}

// New is an answer without steps.
func New() *Answer { return &Answer{Version: Version, Steps: []Step{}} }

// Add appends a step.
func (a *Answer) Add(hop string, status Status, seen string, reasons ...Reason) {
	a.Steps = append(a.Steps, Step{hop, status, seen, reasons})
}

// Merge takes in the steps of another answer, which was found before, and brings all into the order of the way.
func (a *Answer) Merge(before *Answer) {
	a.Steps = append(slices.Clone(before.Steps), a.Steps...)
	slices.SortStableFunc(a.Steps, func(a, b Step) int { return strings.Compare(a.Hop, b.Hop) })
}

// Refusal is the first hop that refuses, or nil.
func (a *Answer) Refusal() *Step {
	if i := slices.IndexFunc(a.Steps, func(s Step) bool { return s.Status == Refused }); i >= 0 {
		return &a.Steps[i]
	}
	return nil
}

var marks = map[Status]string{OK: "✓", Refused: "✗", Unknown: "?"}

// Write writes the answer for people: a line for each hop, the reasons of a refusal below it.
func (a *Answer) Write(w io.Writer) error {
	var b strings.Builder
	if a.Attempt != 0 {
		fmt.Fprintf(&b, "Attempt %d\n\n", a.Attempt)
	}
	for _, step := range a.Steps {
		fmt.Fprintf(&b, "%s %s %-13s %s\n", marks[step.Status], step.Hop, titles[step.Hop], step.Seen)
		for _, reason := range step.Reasons {
			reason.write(&b)
		}
	}
	if a.User != nil {
		fmt.Fprintf(&b, "\nIn Kubernetes: user %q, groups [%s]\n", a.User.Username, strings.Join(a.User.Groups, ", "))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

func (r Reason) write(b *strings.Builder) {
	const indent = "     "
	cause := ""
	if r.Cause > 0 {
		cause = fmt.Sprintf(" [cause %d]", r.Cause)
	}
	fmt.Fprintf(b, "%s%s%s\n", indent, r.Text, cause)
	for _, line := range r.Evidence {
		fmt.Fprintf(b, "%s  %s\n", indent, line)
	}
	if r.Fix != "" {
		fmt.Fprintf(b, "%sfix: %s\n", indent, strings.ReplaceAll(r.Fix, "\n", "\n"+indent+"     "))
	}
}
