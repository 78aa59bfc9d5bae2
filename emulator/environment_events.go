package emulator

import (
	"context"
	"sync"

	"github.com/eksauth/eksauth/explain/recording"
	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/events"
)

// recordCall gives a call to the flight recorder.
func (e *Environment) recordCall(call *awswire.Call) {
	e.recorder.Record(recording.Call(call))
}

// following is the reading of a cluster's logs.
type following struct {
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

// follow gives the flight recorder what a cluster logs from now on, until the reading is ended.
func (e *Environment) follow(ctx context.Context, name string, cluster Cluster) (*following, error) {
	follower, err := e.recorder.NewFollower(name, events.Logs{
		Authenticator: func() string { return cluster.Files().Log }, Audit: cluster.AuditLog,
	})
	if err != nil {
		return nil, err
	}
	f := &following{}
	ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
	f.ended.Go(func() {
		if err := follower.Run(ctx); err != nil {
			e.o.Log.Error("the flight recorder has no more of a cluster", "error", err)
		}
	})
	return f, nil
}

// end ends the reading, and returns when nothing more is recorded.
func (f *following) end() {
	f.cancel()
	f.ended.Wait()
}
