package emulator

import (
	"context"
	"path/filepath"

	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/localcluster"
)

// clusterRuntime runs control planes in one of several ways.
type clusterRuntime interface {
	// start starts the control plane of a cluster, a new one or one that was stopped.
	start(ctx context.Context, record *fakeeks.Cluster, access fakeeks.Access) (Cluster, error)
	// remove forgets a cluster that does not run: its data, folder and logs.
	remove(ctx context.Context, record *fakeeks.Cluster) error
	// logFiles are the logs of a program of a cluster, the oldest first; some may not exist.
	logFiles(record *fakeeks.Cluster, component string) []string
}

// localRuntime runs control planes as processes of this machine.
type localRuntime struct{ env *Environment }

func (r localRuntime) start(ctx context.Context, record *fakeeks.Cluster, access fakeeks.Access) (Cluster, error) {
	cfg := r.config(record, access)
	var err error
	if cfg.Credentials, err = r.env.authenticatorCredentials(ctx, record); err != nil {
		return nil, err
	}
	cluster, err := localcluster.Start(ctx, cfg)
	if err != nil {
		return nil, err // a nil *localcluster.Cluster would be no nil Cluster
	}
	return cluster, nil
}

func (r localRuntime) remove(ctx context.Context, record *fakeeks.Cluster) error {
	return localcluster.Delete(ctx, r.config(record, fakeeks.Access{}))
}

// logFiles has the log of the run before, which lies beside the present one.
func (r localRuntime) logFiles(record *fakeeks.Cluster, component string) []string {
	path := filepath.Join(r.env.o.Home.ClusterLogDir(r.env.folder(record)), component+".log")
	return []string{path + ".1", path}
}

func (r localRuntime) config(record *fakeeks.Cluster, access fakeeks.Access) localcluster.Config {
	env, folder := r.env, r.env.folder(record)
	return localcluster.Config{
		Name: record.Name, Region: record.Region, Partition: record.Partition, AccountID: record.Account,
		Dir: env.o.Home.ClusterDir(folder), LogDir: env.o.Home.ClusterLogDir(folder),
		Binaries: env.binariesOf(record.Version), Etcd: env.etcd, Port: env.apiServerPort(record),
		Gateway: env.Gateway(), GatewayCA: env.o.Home.CACert(),
		Issuer: record.Issuer(), ExtraSANs: []string{record.EndpointHost()},
		Mode: controlplane.Mode(access.Mode), Creator: creatorMapping(access), Entries: mappings(access.Entries),
		Authorizer: &controlplane.Authorizer{URL: env.authorizer + record.AuthorizerPath(), CAFile: env.o.Home.CACert()},
		Now:        env.o.Now,
		Progress:   env.clusterStep(record),
		Exited:     env.componentExited(record),
		Log:        env.o.Log,
	}
}

func (e *Environment) clusterStep(record *fakeeks.Cluster) func(string) {
	return func(step string) { e.step(record.Name + ": " + step) }
}

// componentExited only tells of it: a cluster that has lost a process is unhealthy, and the other clusters go on.
func (e *Environment) componentExited(record *fakeeks.Cluster) func(string, error) {
	return func(component string, err error) {
		e.o.Log.Error("a process of a cluster has ended by itself", "component", component, "cluster", record.Name, "error", err)
	}
}

func creatorMapping(access fakeeks.Access) *controlplane.Mapping {
	if access.Creator == nil {
		return nil
	}
	creator := controlplane.Mapping(*access.Creator)
	return &creator
}

func mappings(entries []fakeeks.Mapping) []controlplane.Mapping {
	list := make([]controlplane.Mapping, len(entries))
	for i, entry := range entries {
		list[i] = controlplane.Mapping(entry)
	}
	return list
}
