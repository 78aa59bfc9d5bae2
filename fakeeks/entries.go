package fakeeks

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// entryCluster returns a cluster that has access entries, or EKS's refusal
// (https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3048).
func (s *Service) entryCluster(ctx context.Context, r directory.Reader, name string) (*Cluster, error) {
	cluster, err := s.findIn(r, scopeOf(awswire.CallFrom(ctx)), name)
	if err != nil {
		return nil, err
	}
	if !cluster.usesEntries() {
		return nil, invalidRequest("The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.")
	}
	return cluster, nil
}

// editEntries changes a cluster's access entries, and returns when the change is in force.
func (s *Service) editEntries(ctx context.Context, name string, edit func(tx *directory.Tx, c *Cluster) error) (*Cluster, error) {
	var changed *Cluster
	err := s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		cluster, err := s.entryCluster(ctx, tx, name)
		if err != nil {
			return err
		}
		if err := changeable(cluster); err != nil {
			return err
		}
		changed = cluster
		return edit(tx, cluster)
	})
	if err != nil {
		return nil, err
	}
	s.publish(context.WithoutCancel(ctx), changed)
	return changed, nil
}

// CreateAccessEntry lets a principal in that exists
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html).
func (s *Service) CreateAccessEntry(ctx context.Context, in *eks.CreateAccessEntryInput) (*eks.CreateAccessEntryOutput, error) {
	var entry *accessEntry
	cluster, err := s.editEntries(ctx, aws.ToString(in.ClusterName), func(tx *directory.Tx, c *Cluster) error {
		var err error
		entry, err = s.addEntry(tx, c, in, func(role, service string) error { return s.mayPass(ctx, role, service) })
		return err
	})
	if err != nil {
		return nil, err
	}
	return &eks.CreateAccessEntryOutput{AccessEntry: entry.describe(cluster)}, nil
}

// DescribeAccessEntry describes an access entry
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAccessEntry.html).
func (s *Service) DescribeAccessEntry(ctx context.Context, in *eks.DescribeAccessEntryInput) (*eks.DescribeAccessEntryOutput, error) {
	cluster, entry, err := s.readEntry(ctx, in.ClusterName, in.PrincipalArn)
	if err != nil {
		return nil, err
	}
	return &eks.DescribeAccessEntryOutput{AccessEntry: entry.describe(cluster)}, nil
}

func (s *Service) readEntry(ctx context.Context, clusterName, principalARN *string) (*Cluster, *accessEntry, error) {
	cluster, err := s.entryCluster(ctx, s.cfg.Directory, aws.ToString(clusterName))
	if err != nil {
		return nil, nil, err
	}
	entry, err := findEntry(s.cfg.Directory, cluster, aws.ToString(principalARN))
	return cluster, entry, err
}

// ListAccessEntries lists the principals that have entries, all or those with one access policy
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessEntries.html).
func (s *Service) ListAccessEntries(ctx context.Context, in *eks.ListAccessEntriesInput) (*eks.ListAccessEntriesOutput, error) {
	cluster, err := s.entryCluster(ctx, s.cfg.Directory, aws.ToString(in.ClusterName))
	if err != nil {
		return nil, err
	}
	var arns []string
	for item := range s.parts(cluster.scope(), entryKind, cluster.Name) {
		entry, err := decode[accessEntry](item)
		if err != nil {
			return nil, err
		}
		if in.AssociatedPolicyArn == nil || entry.association(*in.AssociatedPolicyArn) >= 0 {
			arns = append(arns, entry.PrincipalARN)
		}
	}
	arns, next, err := page(arns, itself, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &eks.ListAccessEntriesOutput{AccessEntries: arns, NextToken: next}, nil
}

// UpdateAccessEntry changes the name and the groups of a STANDARD entry; what the request leaves out stays
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAccessEntry.html).
func (s *Service) UpdateAccessEntry(ctx context.Context, in *eks.UpdateAccessEntryInput) (*eks.UpdateAccessEntryOutput, error) {
	var entry *accessEntry
	cluster, err := s.editEntries(ctx, aws.ToString(in.ClusterName), func(tx *directory.Tx, c *Cluster) error {
		var err error
		if entry, err = findEntry(tx, c, aws.ToString(in.PrincipalArn)); err != nil {
			return err
		}
		// What is wrong in itself comes before what the type forbids, as on EKS: the same issue as in checkUsername.
		if err := entry.update(in); err != nil {
			return err
		}
		if entry.Type != typeStandard {
			return notStandard()
		}
		entry.Modified = s.now()
		return saveEntry(tx, c, entry)
	})
	if err != nil {
		return nil, err
	}
	return &eks.UpdateAccessEntryOutput{AccessEntry: entry.describe(cluster)}, nil
}

func (e *accessEntry) update(in *eks.UpdateAccessEntryInput) error {
	if in.Username != nil {
		if err := checkUsername(*in.Username); err != nil {
			return err
		}
		e.Username = *in.Username
		if p, _ := parsePrincipal(e.PrincipalARN); e.Username == "" {
			e.Username = p.defaultUsername()
		}
	}
	if in.KubernetesGroups == nil {
		return nil
	}
	e.Groups = in.KubernetesGroups
	return checkGroups(e.Groups)
}

// notStandard refuses what only STANDARD entries can have (https://github.com/aws-controllers-k8s/community/issues/2144).
func notStandard() error {
	return invalidParameter(`This operation can only be performed on Access Entries with a type of "STANDARD".`)
}

// DeleteAccessEntry takes an entry away, with its access policies
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteAccessEntry.html).
func (s *Service) DeleteAccessEntry(ctx context.Context, in *eks.DeleteAccessEntryInput) (*eks.DeleteAccessEntryOutput, error) {
	_, err := s.editEntries(ctx, aws.ToString(in.ClusterName), func(tx *directory.Tx, c *Cluster) error {
		entry, err := findEntry(tx, c, aws.ToString(in.PrincipalArn))
		if err != nil {
			return err
		}
		directory.Delete(tx, c.scope().key(entryKind, part(c.Name, entry.PrincipalARN)))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &eks.DeleteAccessEntryOutput{}, nil
}

// association is the index of an associated policy, or -1.
func (e *accessEntry) association(policyARN string) int {
	return slices.IndexFunc(e.Policies, func(a association) bool { return a.Policy == policyARN })
}

// ListAccessPolicies lists the access policies
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessPolicies.html).
func (s *Service) ListAccessPolicies(ctx context.Context, in *eks.ListAccessPoliciesInput) (*eks.ListAccessPoliciesOutput, error) {
	name := func(p types.AccessPolicy) string { return *p.Name }
	policies, next, err := page(accessPolicies(callers.From(ctx).Partition), name, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &eks.ListAccessPoliciesOutput{AccessPolicies: policies, NextToken: next}, nil
}
