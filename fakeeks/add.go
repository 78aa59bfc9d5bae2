package fakeeks

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// NewEntry is an access entry that a new cluster has from the beginning, with its access policies, of which PolicyArn and
// AccessScope count.
type NewEntry struct {
	Entry    eks.CreateAccessEntryInput
	Policies []types.AssociatedAccessPolicy
}

// Add records a new cluster, whose control plane then has to be started. It completes the record with all that EKS itself
// decides, and in a mode with access entries it makes the creator's. The errors are those of the operations.
func (s *Service) Add(ctx context.Context, cluster *Cluster, entries ...NewEntry) error {
	id, err := s.newID()
	if err != nil {
		return err
	}
	cluster.ID, cluster.Created, cluster.Status = id, s.now(), types.ClusterStatusCreating
	cluster.complete()
	return s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		if directory.Get(tx, cluster.scope().key(clusterKind, cluster.Name)) != nil {
			return &types.ResourceInUseException{
				Message: aws.String("Cluster already exists with name: " + cluster.Name), ClusterName: aws.String(cluster.Name),
			}
		}
		if cluster.usesEntries() && cluster.BootstrapCreator {
			if err := s.addCreatorEntry(tx, cluster); err != nil {
				return err
			}
		}
		for _, entry := range entries {
			if err := s.addNewEntry(tx, cluster, entry); err != nil {
				return err
			}
		}
		if err := save(tx, scope{}, indexKind, cluster.ARN(), clusterPlace{cluster.Account, cluster.Region, cluster.Name}); err != nil {
			return err
		}
		return save(tx, cluster.scope(), clusterKind, cluster.Name, cluster)
	})
}

func (s *Service) addNewEntry(tx *directory.Tx, cluster *Cluster, wanted NewEntry) error {
	entry, err := s.addEntry(tx, cluster, &wanted.Entry, func(string, string) error { return nil })
	if err != nil {
		return err
	}
	for _, p := range wanted.Policies {
		if _, err := s.associate(cluster, entry, aws.ToString(p.PolicyArn), p.AccessScope); err != nil {
			return err
		}
	}
	return saveEntry(tx, cluster, entry)
}

func (c *Cluster) complete() {
	if c.Network == nil {
		c.Network = defaultNetwork()
	}
	if c.KubernetesNetwork == nil {
		c.KubernetesNetwork = defaultKubernetesNetwork()
	}
	if c.Logging == nil {
		c.Logging = logSetup(nil)
	}
	if c.UpgradePolicy == "" {
		c.UpgradePolicy = types.SupportTypeExtended
	}
}
