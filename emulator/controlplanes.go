package emulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/controlplane"
)

// controlPlanes runs the clusters of a stack as EKS wants them.
type controlPlanes struct {
	env     *Environment
	runtime clusterRuntime

	mu sync.Mutex
	// running has the clusters that serve, by ARN.
	running map[string]*controlPlane
}

// controlPlane is a running cluster with the names by which it is found.
type controlPlane struct {
	name, arn, endpointHost, address, region string
	events                                   *following
	// creator made the cluster, as an administrator within if bootstrap is set.
	creator   string
	bootstrap bool
	Cluster
}

// Stop ends the cluster and the reading of its logs.
func (c *controlPlane) Stop(ctx context.Context) error {
	defer c.events.end()
	return c.Cluster.Stop(ctx)
}

var _ fakeeks.ControlPlanes = (*controlPlanes)(nil)

func newControlPlanes(env *Environment) *controlPlanes {
	planes := &controlPlanes{env: env, runtime: localRuntime{env}, running: map[string]*controlPlane{}}
	if env.o.Config.Runtime == config.RuntimeKind {
		planes.runtime = newKindRuntime(env)
	}
	return planes
}

// Start starts a cluster; one that is configured gets its aws-auth if it has none.
func (p *controlPlanes) Start(ctx context.Context, record *fakeeks.Cluster, access fakeeks.Access) (fakeeks.Serving, error) {
	cluster, err := p.runtime.start(ctx, record, access)
	if err != nil {
		return fakeeks.Serving{}, err
	}
	err = createAWSAuth(ctx, cluster, p.env.configuredAWSAuth(record))
	var endpoint *url.URL
	if err == nil {
		endpoint, err = url.Parse(cluster.Endpoint())
	}
	var reading *following
	if err == nil {
		reading, err = p.env.follow(ctx, record.Name, cluster)
	}
	if err != nil {
		return fakeeks.Serving{}, errors.Join(err, cluster.Stop(context.WithoutCancel(ctx)))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[record.ARN()] = &controlPlane{
		name: record.Name, arn: record.ARN(), endpointHost: record.EndpointHost(), address: endpoint.Host,
		region: record.Region, creator: record.CreatorARN, bootstrap: record.BootstrapCreator, events: reading, Cluster: cluster,
	}
	return fakeeks.Serving{Address: endpoint.Host, CA: cluster.CAData()}, nil
}

// Restart ends a cluster and starts it with the version that its record has.
func (p *controlPlanes) Restart(ctx context.Context, record *fakeeks.Cluster, access fakeeks.Access) (fakeeks.Serving, error) {
	if err := p.end(ctx, record); err != nil {
		return fakeeks.Serving{}, err
	}
	return p.Start(ctx, record, access)
}

// end stops a cluster that runs.
func (p *controlPlanes) end(ctx context.Context, record *fakeeks.Cluster) error {
	running := p.find(record)
	if running == nil {
		return nil
	}
	if err := running.Stop(ctx); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, record.ARN())
	return nil
}

// SetAccess puts the entries in place before the mode that reads them.
func (p *controlPlanes) SetAccess(ctx context.Context, record *fakeeks.Cluster, access fakeeks.Access) error {
	running := p.find(record)
	if running == nil {
		return fmt.Errorf("cluster %q does not run", record.Name)
	}
	if err := running.SetEntries(ctx, mappings(access.Entries)); err != nil {
		return err
	}
	return running.SetMode(ctx, controlplane.Mode(access.Mode))
}

// EditRoles rewrites mapRoles of a cluster's aws-auth.
func (p *controlPlanes) EditRoles(ctx context.Context, record *fakeeks.Cluster, edit func(string) (string, error)) error {
	running := p.find(record)
	if running == nil {
		return fmt.Errorf("cluster %q does not run", record.Name)
	}
	return running.EditAWSAuth(ctx, func(data map[string]string) error {
		text, err := edit(data["mapRoles"])
		if err == nil && text != data["mapRoles"] {
			data["mapRoles"] = text
		}
		return err
	})
}

// Remove ends a cluster and forgets its keys, folder and logs.
func (p *controlPlanes) Remove(ctx context.Context, record *fakeeks.Cluster) error {
	if err := p.end(ctx, record); err != nil {
		return err
	}
	return p.runtime.remove(ctx, record)
}

// Problems reports the processes of a cluster that do not run though they should.
func (p *controlPlanes) Problems(record *fakeeks.Cluster) []fakeeks.Problem {
	running := p.find(record)
	if running == nil {
		return []fakeeks.Problem{{Code: types.ClusterIssueCodeClusterUnreachable, Message: "The control plane does not run."}}
	}
	var problems []fakeeks.Problem
	for _, component := range running.Components() {
		if component.State != controlplane.Exited {
			continue
		}
		code := types.ClusterIssueCodeInternalFailure
		if component.Name == controlplane.APIServerComponent {
			code = types.ClusterIssueCodeClusterUnreachable
		}
		problems = append(problems, fakeeks.Problem{
			Code: code, Message: fmt.Sprintf("%s has ended by itself: %s says why.", component.Name, component.LogFile),
		})
	}
	return problems
}

func (p *controlPlanes) find(record *fakeeks.Cluster) *controlPlane {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running[record.ARN()]
}

// list is what runs, in the order of ARNs.
func (p *controlPlanes) list() []*controlPlane {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []*controlPlane
	for _, running := range p.running {
		all = append(all, running)
	}
	slices.SortFunc(all, func(a, b *controlPlane) int { return cmp.Compare(a.arn, b.arn) })
	return all
}

// stop ends all clusters at once; their data stays.
func (p *controlPlanes) stop(ctx context.Context) error {
	all := p.list()
	errs := make([]error, len(all))
	var stopping sync.WaitGroup
	for i, running := range all {
		stopping.Go(func() { errs[i] = running.Stop(ctx) })
	}
	stopping.Wait()
	return errors.Join(errs...)
}

// address finds the kube-apiserver behind an AWS-shaped name, for the gateway.
func (p *controlPlanes) address(host string) (address string, ok bool) {
	for _, running := range p.list() {
		if strings.EqualFold(running.endpointHost, host) {
			return running.address, true
		}
	}
	return "", false
}
