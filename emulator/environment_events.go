package emulator

import (
	"context"
	"sync"

	"github.com/eksauth/eksauth/explain/recording"
	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/events"
	"github.com/eksauth/eksauth/internal/gateway"
)

// recordCall gives a call to the flight recorder.
func (e *Environment) recordCall(call *awswire.Call) {
	event := recording.Call(call)
	if event.Token != "" && event.Outcome == events.Refused {
		event.MadeFor = recording.MadeFor(call, e.clusterNames(), callers.Keys(e.directory), e.o.Now)
	}
	e.recorder.Record(event)
}

// recordRefusal gives a request that no service answers to the flight recorder.
func (e *Environment) recordRefusal(no gateway.Refusal) {
	e.recorder.Record(events.Event{
		Source: events.Gateway, Outcome: events.Refused, Resource: no.Asked, Status: no.Status, Code: no.Code, Text: no.Reason,
		RequestID: no.RequestID, SourceIP: no.SourceIP, UserAgent: no.UserAgent,
	})
}

// clusterNames are the names of all clusters, some of which may be the same.
func (e *Environment) clusterNames() []string {
	clusters, err := e.eks.Clusters()
	if err != nil {
		e.o.Log.Error("the clusters cannot be listed", "error", err)
		return nil
	}
	names := make([]string, len(clusters))
	for i, cluster := range clusters {
		names[i] = cluster.Name
	}
	return names
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
