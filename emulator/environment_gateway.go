package emulator

import (
	"context"
	"fmt"
	"net/http"

	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/fakeiam"
	"github.com/eksauth/eksauth/fakests"
	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/gateway"
)

// serveGateway starts to answer at the address that listen has taken.
func (e *Environment) serveGateway(ctx context.Context) error {
	services, err := e.services(ctx)
	if err != nil {
		return err
	}
	e.gateway, err = gateway.New(gateway.Config{
		Services: services, CA: e.ca, Cluster: e.planes.address, Control: e.control(), Metadata: e.metadata, Refused: e.recordRefusal, Log: e.o.Log,
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	served := make(chan error, 1)
	go func() {
		err := e.gateway.Serve(ctx, e.listener)
		if err != nil {
			e.fail(fmt.Errorf("the gateway has ended: %w", err))
		}
		served <- err
	}()
	e.onStop(func(context.Context) error {
		cancel()
		return <-served
	})
	e.onStop(e.faults.stop)
	e.o.Step("gateway answers at " + e.Gateway())
	return nil
}

// newEKS makes EKS, with control planes unless the stack has none.
func (e *Environment) newEKS() (*fakeeks.Service, error) {
	e.planes, e.background = newControlPlanes(e), newWork()
	cfg := fakeeks.Config{Directory: e.directory, Background: e.background.start, Versions: e.versions(), Now: e.o.Now, Log: e.o.Log, Observe: e.observe}
	if !e.o.FakesOnly {
		cfg.ControlPlanes = e.planes
	}
	return fakeeks.New(cfg)
}

// services are the emulated AWS services by signing name.
func (e *Environment) services(ctx context.Context) (map[string]http.Handler, error) {
	var err error
	if e.trail, err = e.newTrail(ctx); err != nil {
		return nil, err
	}
	if e.eks, err = e.newEKS(); err != nil {
		return nil, err
	}
	sts, err := fakests.New(fakests.Config{
		Directory: e.directory, Now: e.o.Now, Skew: e.faults.set.Skew, TokenLifetime: e.faults.set.TokenLifetime, Log: e.o.Log, Observe: e.observe,
	})
	if err != nil {
		return nil, err
	}
	iam, err := fakeiam.New(fakeiam.Config{Directory: e.directory, Now: e.o.Now, Log: e.o.Log, Observe: e.observe})
	if err != nil {
		return nil, err
	}
	if e.ec2, err = e.newEC2(ctx); err != nil {
		return nil, err
	}
	logs, err := e.newLogs()
	if err != nil {
		return nil, err
	}
	services := map[string]http.Handler{"sts": sts, "iam": iam, "eks": e.eks, "ec2": e.ec2, "cloudtrail": e.trail, "logs": logs}
	e.faults.disturb(services)
	return services, nil
}

func (e *Environment) status() Status {
	status := Status{
		Name: e.o.Home.Name, Version: Version(), Gateway: e.Gateway(), Home: e.o.Home.Dir, Region: e.o.Config.Region, Started: e.started,
		State: "etcd", Healthy: e.directory.Healthy() == nil, Accounts: []string{}, Components: []Component{}, Clusters: []ClusterStatus{}, Faults: e.faults.set.List(),
	}
	for account := range directory.List(e.directory, directory.AllAccounts(), "") {
		status.Accounts = append(status.Accounts, account.ID)
	}
	if e.etcdConfig == nil {
		status.State = "memory"
	}
	if e.etcd != nil {
		status.Components = components(e.etcd.Components())
	}
	for _, running := range e.planes.list() {
		status.Clusters = append(status.Clusters, ClusterStatus{
			Name: running.name, Region: running.region, Endpoint: running.Endpoint(), CA: running.CAData(), Components: components(running.Components()), Files: running.Files(),
			Creator: running.creator, CreatorIsAdministrator: running.bootstrap,
		})
	}
	return status
}

func components(list []controlplane.Component) []Component {
	out := make([]Component, len(list))
	for i, c := range list {
		out[i] = Component{Name: c.Name, PID: c.PID, State: string(c.State), Log: c.LogFile}
	}
	return out
}
