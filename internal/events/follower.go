package events

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// poll is how often the logs are looked at.
const poll = 50 * time.Millisecond

// Logs finds the logs of a cluster, each of which may move.
type Logs struct {
	// Authenticator returns the path of the authenticator's log, and Audit that of the kube-apiserver's audit log; empty
	// is none for now.
	Authenticator, Audit func() string
}

// Follower records what a cluster logs.
type Follower struct {
	recorder             *Recorder
	cluster              string
	authenticator, audit followed
	// requests are those of the audit log that are read and not recorded yet.
	requests []Event
}

// NewFollower returns a follower of all that is logged from now on.
func (r *Recorder) NewFollower(cluster string, logs Logs) (*Follower, error) {
	f := &Follower{recorder: r, cluster: cluster}
	f.authenticator = followed{path: logs.Authenticator, emit: f.decision}
	f.audit = followed{path: logs.Audit, emit: f.request}
	if err := errors.Join(f.authenticator.skip(), f.audit.skip()); err != nil {
		f.close()
		return nil, fmt.Errorf("follow the logs of cluster %q: %w", cluster, err)
	}
	return f, nil
}

// Run records until ctx ends. It survives that a log is rotated or not there yet.
func (f *Follower) Run(ctx context.Context) error {
	defer f.close()
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		if err := f.read(); err != nil {
			return fmt.Errorf("follow the logs of cluster %q: %w", f.cluster, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// read records what was logged since. The authenticator writes its line before the kube-apiserver answers, so that whoever
// reads the audit log first has every decision behind a request when it comes to record that request.
func (f *Follower) read() error {
	if err := f.audit.read(); err != nil {
		return err
	}
	if err := f.authenticator.read(); err != nil {
		return err
	}
	for _, e := range f.requests {
		f.recorder.Record(e)
	}
	f.requests = f.requests[:0]
	return nil
}

func (f *Follower) decision(line []byte) {
	if e, ok := ParseAuthenticatorLine(string(line), f.cluster); ok {
		f.recorder.Record(e)
	}
}

func (f *Follower) request(line []byte) {
	if e, ok := ParseAuditLine(line, f.cluster); ok {
		f.requests = append(f.requests, e)
	}
}

func (f *Follower) close() {
	f.authenticator.close()
	f.audit.close()
}
