package fakeeks

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
)

// DeleteCluster ends a cluster for good. It answers while that is done; then the cluster is not found. The sentences are
// EKS's (https://github.com/aws/aws-cdk/issues/18683, https://github.com/eksctl-io/eksctl/issues/1069).
func (s *Service) DeleteCluster(ctx context.Context, in *eks.DeleteClusterInput) (*eks.DeleteClusterOutput, error) {
	sc := scopeOf(awswire.CallFrom(ctx))
	cluster, err := s.change(ctx, sc, aws.ToString(in.Name), func(_ *directory.Tx, c *Cluster) error {
		if err := s.undeletable(c); err != nil {
			return err
		}
		c.Status = types.ClusterStatusDeleting
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := cluster.describe()
	s.cfg.Background(func(ctx context.Context) {
		if err := s.remove(ctx, cluster); err != nil {
			s.cfg.Log.Error("a cluster is still being deleted; the next start of the stack goes on", "cluster", cluster.Name, "error", err)
		}
	})
	return &eks.DeleteClusterOutput{Cluster: out}, nil
}

// undeletable says what stands against the end of a cluster.
func (s *Service) undeletable(c *Cluster) error {
	sc := c.scope()
	switch {
	case c.Status == types.ClusterStatusCreating:
		return inUse(c.Name, "Cannot delete because cluster %s currently has creation in progress", c.Name)
	case c.Status == types.ClusterStatusDeleting:
		return inUse(c.Name, "Cannot delete because cluster %s currently has deletion in progress", c.Name)
	case c.DeletionProtection:
		return invalidRequest("Cannot delete cluster %s because deletion protection is enabled", c.Name)
	case s.hasParts(sc, nodegroupKind, c.Name):
		return inUse(c.Name, "Cluster has nodegroups attached")
	}
	for item := range s.parts(sc, fargateKind, c.Name) {
		return inUse(c.Name, "Cannot delete because cluster %s currently has Fargate profile %s in status ACTIVE", c.Name, partName(item))
	}
	if under, err := s.updateInProgress(c); err != nil || under != "" {
		return cmp.Or(err, inUse(c.Name, "Cannot delete because cluster %s currently has update %s in progress", c.Name, under))
	}
	return nil
}
