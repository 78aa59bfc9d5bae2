package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// progress is told what a starting stack does.
type progress interface {
	// step says what has just been reached.
	step(text string)
	// ready says that the stack runs.
	ready(Summary) error
}

// Summary is what a started stack says of itself.
type Summary struct {
	// Name is the stack, Gateway the URL of its gateway, Home its folder.
	Name    string `json:"name"`
	Gateway string `json:"gateway"`
	Home    string `json:"home"`
	// Clusters are the names of the clusters that run.
	Clusters []string `json:"clusters"`
	// Proof is the authenticated call with which the stack has shown that it works.
	Proof *Proof `json:"proof,omitempty"`
	// Seconds is the time from the start to that call.
	Seconds float64 `json:"seconds"`
	// Next are the lines to type next.
	Next []string `json:"next"`
}

// Proof is one call through the whole chain, from a profile to a Kubernetes user.
type Proof struct {
	Profile  string   `json:"profile"`
	ARN      string   `json:"arn"`
	Username string   `json:"username"`
	Groups   []string `json:"groups"`
}

// textProgress writes for people.
type textProgress struct {
	out   io.Writer
	start time.Time
	now   func() time.Time
}

func (t textProgress) step(text string) {
	fmt.Fprintf(t.out, "  %5.1fs  %s\n", t.now().Sub(t.start).Seconds(), text)
}

func (t textProgress) ready(s Summary) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\nThe stack %q runs: gateway %s\n", s.Name, s.Gateway)
	if s.Proof != nil {
		fmt.Fprintf(&b, "\n  profile     %s\n  ARN         %s\n  Kubernetes  %s, groups %s\n", s.Proof.Profile, s.Proof.ARN, s.Proof.Username, strings.Join(s.Proof.Groups, ", "))
	}
	fmt.Fprintf(&b, "\nNext:\n")
	for _, line := range s.Next {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	_, err := io.WriteString(t.out, b.String())
	return err
}

// jsonProgress keeps quiet until the stack runs.
type jsonProgress struct{ out io.Writer }

func (jsonProgress) step(string) {}

func (j jsonProgress) ready(s Summary) error { return printJSON(j.out, s) }

// report is one message of a stack in the background to the process that starts it.
type report struct {
	Step  string   `json:"step,omitempty"`
	Ready *Summary `json:"ready,omitempty"`
	Error string   `json:"error,omitempty"`
	// Running says that the error is home.ErrRunning, for the exit code.
	Running bool `json:"running,omitempty"`
}

// pipeProgress sends reports to the process that starts the stack in the background.
type pipeProgress struct{ pipe io.WriteCloser }

func (p pipeProgress) step(text string) { p.send(report{Step: text}) }

func (p pipeProgress) ready(s Summary) error {
	p.send(report{Ready: &s})
	return p.pipe.Close()
}

// send ignores a parent that has gone: the stack starts all the same.
func (p pipeProgress) send(r report) { _ = json.NewEncoder(p.pipe).Encode(r) }
