package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/localcluster"
)

// kubernetesVersion is the minor version of the control planes that this program runs.
const kubernetesVersion = "1.36"

// member is one cluster of the stack with what EKS says of it.
type member struct {
	config config.Cluster
	record *fakeeks.Cluster
	// running is nil until the control plane serves.
	running Cluster
}

// startClusters starts all configured clusters at once.
func (e *Environment) startClusters(ctx context.Context) error {
	errs := make([]error, len(e.o.Config.Clusters))
	var starting sync.WaitGroup
	e.clusters = make([]*member, len(e.o.Config.Clusters))
	for i, cfg := range e.o.Config.Clusters {
		record, err := e.clusterRecord(cfg)
		if err != nil {
			return err
		}
		e.clusters[i] = &member{config: cfg, record: record}
	}
	for i, m := range e.clusters {
		starting.Go(func() { errs[i] = e.startCluster(ctx, m) })
	}
	starting.Wait()
	return errors.Join(errs...)
}

// clusterRecord returns what EKS knows of a cluster from an earlier run, or what it is to know.
func (e *Environment) clusterRecord(cfg config.Cluster) (*fakeeks.Cluster, error) {
	record, err := e.eks.Get(cfg.Account, e.o.Config.Region, cfg.Name)
	if err != nil || record != nil {
		return record, err
	}
	id, err := e.eks.NewID()
	if err != nil {
		return nil, err
	}
	partition := partitionOf(e.o.Config.Region)
	return &fakeeks.Cluster{
		Name: cfg.Name, Account: cfg.Account, Partition: partition, Region: e.o.Config.Region, ID: id,
		Created: e.o.Now(), Status: types.ClusterStatusCreating, Version: kubernetesVersion, Mode: types.AuthenticationModeConfigMap,
		CreatorARN: principalARN(e.account(cfg.Account), cfg.Creator, partition),
	}, nil
}

func (e *Environment) account(id string) config.Account {
	i := slices.IndexFunc(e.o.Config.Accounts, func(a config.Account) bool { return a.ID == id })
	return e.o.Config.Accounts[i] // the configuration was checked
}

func (e *Environment) startCluster(ctx context.Context, m *member) error {
	cluster, err := localcluster.Start(ctx, e.localConfig(m))
	if err != nil {
		return err
	}
	e.mu.Lock()
	m.running = cluster
	e.onStop(cluster.Stop)
	e.mu.Unlock()
	if err := createAWSAuth(ctx, cluster, m.config.AWSAuth); err != nil {
		return fmt.Errorf("cluster %q: %w", m.config.Name, err)
	}
	return e.activate(ctx, m)
}

func (e *Environment) localConfig(m *member) localcluster.Config {
	name := m.config.Name
	return localcluster.Config{
		Name: name, Region: m.record.Region, Partition: m.record.Partition, AccountID: m.record.Account,
		Dir: e.o.Home.ClusterDir(name), LogDir: e.o.Home.ClusterLogDir(name),
		Binaries: e.binaries, Etcd: e.etcd,
		Gateway: e.Gateway(), GatewayCA: e.o.Home.CACert(),
		Issuer: m.record.Issuer(), ExtraSANs: []string{m.record.EndpointHost()},
		Creator:  &localcluster.Mapping{ARN: m.record.CreatorARN, Username: "kubernetes-admin", Groups: []string{"system:masters"}},
		Now:      e.o.Now,
		Progress: func(step string) { e.o.Step(name + ": " + step) },
		Exited: func(component string, err error) {
			e.fail(fmt.Errorf("%s of cluster %q has ended: %w", component, name, err))
		},
		Log: e.o.Log,
	}
}

// activate tells EKS where the cluster is reached.
func (e *Environment) activate(ctx context.Context, m *member) error {
	endpoint, err := url.Parse(m.running.Endpoint())
	if err != nil {
		return fmt.Errorf("read the endpoint of cluster %q: %w", m.config.Name, err)
	}
	m.record.Address = endpoint.Host
	m.record.CA = m.running.CAData()
	m.record.Status = types.ClusterStatusActive
	m.record.Endpoint = m.running.Endpoint()
	if m.config.Endpoint != config.EndpointLoopback {
		m.record.Endpoint = "https://" + m.record.EndpointHost()
	}
	return e.eks.Put(ctx, m.record)
}

// clusterAddress finds the kube-apiserver behind an AWS-shaped name, for the gateway.
func (e *Environment) clusterAddress(host string) (address string, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, m := range e.clusters {
		if m.running != nil && m.record.EndpointHost() == host {
			return m.record.Address, true
		}
	}
	return "", false
}
