package emulator

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/fakeeks"
)

// work is what runs beside the answers of the services: it ends with the stack.
type work struct {
	ctx    context.Context
	cancel context.CancelFunc
	// mu lets nothing start once the end has begun.
	mu      sync.Mutex
	running sync.WaitGroup
}

func newWork() *work {
	w := &work{}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	return w
}

// start runs a task, but not while the stack stops: what it would have done is recorded, and the next start takes it up.
func (w *work) start(task func(context.Context)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ctx.Err() == nil {
		w.running.Go(func() { task(w.ctx) })
	}
}

func (w *work) stop(context.Context) error {
	w.mu.Lock()
	w.cancel()
	w.mu.Unlock()
	w.running.Wait()
	return nil
}

// startClusters starts all clusters: those that are configured, and those that were made through the API in earlier runs.
func (e *Environment) startClusters(ctx context.Context) error {
	e.onStop(e.planes.stop)
	e.onStop(e.background.stop)
	for _, cfg := range e.o.Config.Clusters {
		if err := e.configureCluster(ctx, cfg); err != nil {
			return fmt.Errorf("configure cluster %q: %w", cfg.Name, err)
		}
	}
	if err := e.eks.Resume(ctx); err != nil {
		return err
	}
	e.ready.Store(true)
	return nil
}

// configureCluster records a configured cluster unless EKS knows it from an earlier run: what people changed since stays.
func (e *Environment) configureCluster(ctx context.Context, cfg config.Cluster) error {
	known, err := e.eks.Get(cfg.Account, e.o.Config.Region, cfg.Name)
	if err != nil || known != nil {
		return err
	}
	partition := partitionOf(e.o.Config.Region)
	mode := types.AuthenticationMode(cfg.AuthenticationMode)
	if mode == "" {
		mode = types.AuthenticationModeConfigMap
	}
	account := e.account(cfg.Account)
	return e.eks.Add(ctx, &fakeeks.Cluster{
		Name: cfg.Name, Account: cfg.Account, Partition: partition, Region: e.o.Config.Region, Version: e.versionOf(cfg),
		RoleARN:    fmt.Sprintf("arn:%s:iam::%s:role/eks-cluster-role", partition, cfg.Account),
		CreatorARN: principalARN(account, cfg.Creator, partition), BootstrapCreator: true,
		Mode: mode, Loopback: cfg.Endpoint == config.EndpointLoopback,
	}, newEntries(cfg, account, partition)...)
}

// newEntries are the configured access entries of a new cluster.
func newEntries(cfg config.Cluster, account config.Account, partition string) []fakeeks.NewEntry {
	entries := make([]fakeeks.NewEntry, len(cfg.AccessEntries))
	for i, configured := range cfg.AccessEntries {
		entries[i].Entry = eks.CreateAccessEntryInput{
			PrincipalArn: aws.String(principalARN(account, configured.Principal, partition)), KubernetesGroups: configured.Groups,
		}
		if configured.Type != "" {
			entries[i].Entry.Type = aws.String(configured.Type)
		}
		if configured.Username != "" {
			entries[i].Entry.Username = aws.String(configured.Username)
		}
		for _, policy := range configured.Policies {
			scope := &types.AccessScope{Type: types.AccessScopeTypeCluster, Namespaces: policy.Namespaces}
			if len(policy.Namespaces) > 0 {
				scope.Type = types.AccessScopeTypeNamespace
			}
			arn := "arn:" + partition + ":eks::aws:cluster-access-policy/" + policy.Name
			entries[i].Policies = append(entries[i].Policies, types.AssociatedAccessPolicy{PolicyArn: aws.String(arn), AccessScope: scope})
		}
	}
	return entries
}

func (e *Environment) account(id string) config.Account {
	i := slices.IndexFunc(e.o.Config.Accounts, func(a config.Account) bool { return a.ID == id })
	return e.o.Config.Accounts[i] // the configuration was checked
}

// configured finds the configuration of a cluster; one that was made through the API has none.
func (e *Environment) configured(c *fakeeks.Cluster) *config.Cluster {
	i := slices.IndexFunc(e.o.Config.Clusters, func(cfg config.Cluster) bool {
		return cfg.Name == c.Name && cfg.Account == c.Account && e.o.Config.Region == c.Region
	})
	if i < 0 {
		return nil
	}
	return &e.o.Config.Clusters[i]
}

func (e *Environment) configuredAWSAuth(c *fakeeks.Cluster) *config.AWSAuth {
	if cfg := e.configured(c); cfg != nil {
		return cfg.AWSAuth
	}
	return nil
}

// folder is what the folders of a cluster are called: its name, which a person looks for, where that tells it from all
// others, and else also its region and account. No cluster's name has a dot.
func (e *Environment) folder(c *fakeeks.Cluster) string {
	if c.Region == e.o.Config.Region && c.Account == e.o.Config.Accounts[0].ID {
		return c.Name
	}
	return c.Name + "." + c.Region + "." + c.Account
}

// step tells of a step of the start; what clusters do later is not part of it.
func (e *Environment) step(text string) {
	if e.ready.Load() {
		e.o.Log.Info(text)
		return
	}
	e.o.Step(text)
}
