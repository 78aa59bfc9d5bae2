package fakeeks

import (
	"context"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/fakeeks/accesspolicy"
	"github.com/eksauth/eksauth/internal/directory"
)

func accessPolicies(partition string) []types.AccessPolicy {
	var policies []types.AccessPolicy
	for _, p := range accesspolicy.All() {
		policies = append(policies, types.AccessPolicy{Name: aws.String(p.Name), Arn: aws.String(p.ARN(partition))})
	}
	return policies
}

// AssociateAccessPolicy gives an entry what a policy allows, or changes where it holds
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html). It is in force at once: the
// authorizer reads the record.
func (s *Service) AssociateAccessPolicy(ctx context.Context, in *eks.AssociateAccessPolicyInput) (*eks.AssociateAccessPolicyOutput, error) {
	var made association
	err := s.editPolicies(ctx, in.ClusterName, in.PrincipalArn, func(c *Cluster, e *accessEntry) error {
		var err error
		made, err = s.associate(c, e, aws.ToString(in.PolicyArn), in.AccessScope)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &eks.AssociateAccessPolicyOutput{ClusterName: in.ClusterName, PrincipalArn: in.PrincipalArn, AssociatedAccessPolicy: made.describe()}, nil
}

// associate adds a policy to an entry, or replaces its scope.
func (s *Service) associate(c *Cluster, e *accessEntry, policyARN string, in *types.AccessScope) (association, error) {
	if err := mayHave(c, e, policyARN); err != nil {
		return association{}, err
	}
	kind, namespaces, err := accessScope(in)
	if err != nil {
		return association{}, err
	}
	now := s.now()
	a := association{Policy: policyARN, Scope: kind, Namespaces: namespaces, Associated: now, Modified: now}
	if i := e.association(policyARN); i >= 0 {
		a.Associated = e.Policies[i].Associated
		e.Policies[i] = a
	} else {
		e.Policies = append(e.Policies, a)
	}
	return a, nil
}

// editPolicies changes the associations of one entry.
func (s *Service) editPolicies(ctx context.Context, clusterName, principalARN *string, edit func(*Cluster, *accessEntry) error) error {
	return s.cfg.Directory.Update(ctx, func(tx *directory.Tx) error {
		cluster, err := s.entryCluster(ctx, tx, aws.ToString(clusterName))
		if err != nil {
			return err
		}
		entry, err := findEntry(tx, cluster, aws.ToString(principalARN))
		if err != nil {
			return err
		}
		if err := edit(cluster, entry); err != nil {
			return err
		}
		return saveEntry(tx, cluster, entry)
	})
}

// mayHave tells whether an entry may be associated with a policy. Entries for nodes have what they need without one
// (https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html).
func mayHave(c *Cluster, e *accessEntry, policyARN string) error {
	policy := accesspolicy.Find(c.Partition, policyARN)
	switch {
	case policy == nil:
		return notFound("The specified policyArn could not be found. You can view the available access policies with 'list-access-policies'.")
	case policy.ServiceLinkedOnly:
		return invalidRequest("The access policy %s is designated for service-linked roles only.", policy.Name)
	case e.Type != typeStandard && !nodeTypes[e.Type].policies:
		return notStandard()
	}
	return nil
}

// namespaceForm is a namespace's name, in which * stands for any characters
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_AccessScope.html).
var namespaceForm = regexp.MustCompile(`^[a-z0-9*]([-a-z0-9*]{0,61}[a-z0-9*])?$`)

func accessScope(in *types.AccessScope) (types.AccessScopeType, []string, error) {
	if in == nil {
		return "", nil, invalidParameter("The accessScope is missing")
	}
	switch {
	case in.Type == types.AccessScopeTypeCluster && len(in.Namespaces) > 0:
		return "", nil, invalidParameter("The accessScope of type cluster cannot have namespaces")
	case in.Type == types.AccessScopeTypeCluster:
		return in.Type, nil, nil
	case len(in.Namespaces) == 0:
		return "", nil, invalidParameter("The accessScope of type namespace must have at least one namespace")
	}
	for _, name := range in.Namespaces {
		if !namespaceForm.MatchString(name) {
			return "", nil, invalidParameter("The namespace %s is invalid", name)
		}
	}
	return in.Type, in.Namespaces, nil
}

// DisassociateAccessPolicy takes a policy from an entry
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DisassociateAccessPolicy.html).
func (s *Service) DisassociateAccessPolicy(ctx context.Context, in *eks.DisassociateAccessPolicyInput) (*eks.DisassociateAccessPolicyOutput, error) {
	err := s.editPolicies(ctx, in.ClusterName, in.PrincipalArn, func(_ *Cluster, e *accessEntry) error {
		i := e.association(aws.ToString(in.PolicyArn))
		if i < 0 {
			return notFound("The specified policyArn is not associated with the access entry. You can view the associated access policies with 'list-associated-access-policies'.")
		}
		e.Policies = slices.Delete(e.Policies, i, i+1)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &eks.DisassociateAccessPolicyOutput{}, nil
}

// ListAssociatedAccessPolicies lists the policies of an entry
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAssociatedAccessPolicies.html).
func (s *Service) ListAssociatedAccessPolicies(
	ctx context.Context, in *eks.ListAssociatedAccessPoliciesInput,
) (*eks.ListAssociatedAccessPoliciesOutput, error) {
	_, entry, err := s.readEntry(ctx, in.ClusterName, in.PrincipalArn)
	if err != nil {
		return nil, err
	}
	var list []types.AssociatedAccessPolicy
	for _, a := range entry.Policies {
		list = append(list, *a.describe())
	}
	name := func(a types.AssociatedAccessPolicy) string { return *a.PolicyArn }
	slices.SortFunc(list, byName(name))
	list, next, err := page(list, name, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &eks.ListAssociatedAccessPoliciesOutput{
		ClusterName: in.ClusterName, PrincipalArn: in.PrincipalArn, AssociatedAccessPolicies: list, NextToken: next,
	}, nil
}
