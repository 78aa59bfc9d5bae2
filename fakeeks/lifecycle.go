package fakeeks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// Get returns the cluster called name, or nil if there is none.
func (s *Service) Get(account, region, name string) (*Cluster, error) {
	return load[Cluster](s.cfg.Directory, scope{account, region}, clusterKind, name)
}

// clusterPlace is an entry of the list of all clusters, whose name is the cluster's ARN.
type clusterPlace struct {
	Account string `json:"account"`
	Region  string `json:"region"`
	Name    string `json:"name"`
}

// Clusters lists all clusters of all accounts, in the order of their ARNs.
func (s *Service) Clusters() ([]*Cluster, error) {
	var clusters []*Cluster
	for item := range directory.List(s.cfg.Directory, scope{}.all(indexKind, ""), "") {
		place, err := decode[clusterPlace](item)
		if err != nil {
			return nil, err
		}
		cluster, err := s.Get(place.Account, place.Region, place.Name)
		if err != nil {
			return nil, err
		}
		if cluster != nil { // an account may have gone with all that it had
			clusters = append(clusters, cluster)
		}
	}
	return clusters, nil
}

// change rewrites a cluster's record. It returns the new record, or EKS's refusal if the cluster is gone.
func (s *Service) change(ctx context.Context, sc scope, name string, edit func(tx *directory.Tx, c *Cluster) error) (*Cluster, error) {
	var changed *Cluster
	err := s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		cluster, err := s.findIn(tx, sc, name)
		if err != nil {
			return err
		}
		if err := edit(tx, cluster); err != nil {
			return err
		}
		changed = cluster
		return save(tx, sc, clusterKind, name, cluster)
	})
	return changed, err
}

// Resume takes up again all clusters that an earlier run has left: it starts those that should run and removes those
// that were being deleted. It returns when all are done, with every failure.
func (s *Service) Resume(ctx context.Context) error {
	clusters, err := s.Clusters()
	if err != nil {
		return fmt.Errorf("resume clusters: %w", err)
	}
	errs := make([]error, len(clusters))
	var working sync.WaitGroup
	for i, cluster := range clusters {
		switch cluster.Status {
		case types.ClusterStatusFailed:
		case types.ClusterStatusDeleting:
			working.Go(func() { errs[i] = s.remove(ctx, cluster) })
		default:
			working.Go(func() { errs[i] = s.start(ctx, cluster) })
		}
	}
	working.Wait()
	return errors.Join(errs...)
}

// start starts a cluster's control plane and makes the cluster ACTIVE.
func (s *Service) start(ctx context.Context, cluster *Cluster) error {
	lock := s.lock(cluster)
	lock.Lock()
	defer lock.Unlock()
	if err := s.provide(cluster); err != nil {
		return err
	}
	access, err := s.Access(cluster)
	if err != nil {
		return err
	}
	serving, err := s.cfg.ControlPlanes.Start(ctx, cluster, access)
	if err != nil {
		return fmt.Errorf("cluster %q: %w", cluster.Name, err)
	}
	_, err = s.change(ctx, cluster.scope(), cluster.Name, func(tx *directory.Tx, c *Cluster) error {
		c.Status, c.Version = types.ClusterStatusActive, cluster.Version
		c.serve(serving)
		return s.abandonUpdates(tx, c)
	})
	if err != nil {
		return fmt.Errorf("record that cluster %q serves: %w", cluster.Name, err)
	}
	return nil
}

// create is the slow part of CreateCluster. A cluster whose making was cut short by the end of the program stays
// CREATING, and Resume makes it.
func (s *Service) create(ctx context.Context, cluster *Cluster) {
	failure := s.start(ctx, cluster)
	if failure == nil || ctx.Err() != nil {
		return
	}
	s.cfg.Log.Error("a cluster could not be created", "cluster", cluster.Name, "error", failure)
	_, err := s.change(ctx, cluster.scope(), cluster.Name, func(_ *directory.Tx, c *Cluster) error {
		c.Status, c.Failure = types.ClusterStatusFailed, failure.Error()
		return nil
	})
	if err != nil {
		s.cfg.Log.Error("a cluster's failure could not be recorded", "cluster", cluster.Name, "error", err)
	}
}

// remove ends a cluster for good: first what runs, then the record, so that a removal that was cut short is taken up again.
func (s *Service) remove(ctx context.Context, cluster *Cluster) error {
	lock := s.lock(cluster)
	lock.Lock()
	defer lock.Unlock()
	if s.cfg.ControlPlanes != nil {
		if err := s.cfg.ControlPlanes.Remove(ctx, cluster); err != nil {
			return fmt.Errorf("remove cluster %q: %w", cluster.Name, err)
		}
	}
	for _, kind := range partKinds {
		var names []string
		for item := range s.parts(cluster.scope(), kind, cluster.Name) {
			names = append(names, item.Name)
		}
		if err := s.deleteParts(ctx, cluster, kind, names); err != nil {
			return fmt.Errorf("forget cluster %q: %w", cluster.Name, err)
		}
	}
	err := s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		directory.Delete(tx, cluster.scope().key(clusterKind, cluster.Name))
		directory.Delete(tx, scope{}.key(indexKind, cluster.ARN()))
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget cluster %q: %w", cluster.Name, err)
	}
	return nil
}

// partsAtOnce is how many parts of a cluster one transaction writes: it stays below the store's limit.
const partsAtOnce = 100

// deleteParts forgets parts of a cluster, by the names of their items.
func (s *Service) deleteParts(ctx context.Context, cluster *Cluster, kind string, names []string) error {
	for some := range slices.Chunk(names, partsAtOnce) {
		err := s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
			for _, name := range some {
				directory.Delete(tx, cluster.scope().key(kind, name))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
