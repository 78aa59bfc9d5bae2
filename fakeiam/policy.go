package fakeiam

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
	"github.com/eksauth/eksauth/internal/policy/managed"
)

// CreatePolicy makes a customer managed policy with its first version.
func (s *Service) CreatePolicy(ctx context.Context, in *iam.CreatePolicyInput) (*iam.CreatePolicyOutput, error) {
	doc, err := parse(policy.Managed, in.PolicyDocument)
	if err != nil {
		return nil, err
	}
	tags, err := newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	created := &directory.Policy{}
	err = s.update(ctx, func(tx *directory.Tx) error {
		account, name := accountOf(ctx), aws.ToString(in.PolicyName)
		if directory.Get(tx, directory.PolicyKey(account, name)) != nil {
			return alreadyExists("A policy called %s already exists. Duplicate names are not allowed.", name)
		}
		resource, err := s.dir.NewResource(tx, directory.PolicyID, account, name, aws.ToString(in.Path), tags)
		created = &directory.Policy{
			Resource: resource, Description: aws.ToString(in.Description), Updated: resource.Created, Default: "v1", Next: 2,
			Versions: []directory.PolicyVersion{{ID: "v1", Document: doc.Text(), Created: resource.Created}},
		}
		directory.Put(tx, created)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := policyListed(created)
	out.Tags = tagList(created.Tags)
	return &iam.CreatePolicyOutput{Policy: &out}, nil
}

// GetPolicy shows a managed policy, AWS's or the account's own.
func (s *Service) GetPolicy(ctx context.Context, in *iam.GetPolicyInput) (*iam.GetPolicyOutput, error) {
	arn := aws.ToString(in.PolicyArn)
	if found := s.dir.AWSPolicy(arn); found != nil {
		out := s.awsPolicyListed(accountOf(ctx), found)
		return &iam.GetPolicyOutput{Policy: &out}, nil
	}
	found, err := ownPolicy(ctx, s.dir, arn)
	if err != nil {
		return nil, err
	}
	out := policyListed(found)
	out.Tags = tagList(found.Tags)
	if found.Description != "" {
		out.Description = aws.String(found.Description)
	}
	return &iam.GetPolicyOutput{Policy: &out}, nil
}

// ListPolicies lists AWS's managed policies and the account's own, by name within each.
func (s *Service) ListPolicies(ctx context.Context, in *iam.ListPoliciesInput) (*iam.ListPoliciesOutput, error) {
	after, err := marker(in.Marker)
	if err != nil {
		return nil, err
	}
	all, err := s.policies(ctx, in.Scope, after)
	if err != nil {
		return nil, err
	}
	wanted := where(all, func(p types.Policy) bool {
		attached, bounding := aws.ToInt32(p.AttachmentCount), aws.ToInt32(p.PermissionsBoundaryUsageCount)
		return strings.HasPrefix(*p.Path, aws.ToString(in.PathPrefix)) && (!in.OnlyAttached || attached+bounding > 0) &&
			(in.PolicyUsageFilter != types.PolicyUsageTypePermissionsPolicy || attached > 0) &&
			(in.PolicyUsageFilter != types.PolicyUsageTypePermissionsBoundary || bounding > 0)
	})
	found, next := page(wanted, in.MaxItems, func(p types.Policy) string { return *p.Arn })
	return &iam.ListPoliciesOutput{Policies: found, IsTruncated: next != nil, Marker: next}, nil
}

// policies walks the managed policies of a scope after the one that has the ARN after: AWS's own come first.
func (s *Service) policies(ctx context.Context, scope types.PolicyScopeType, after string) (iter.Seq[types.Policy], error) {
	account := callers.From(ctx).Account
	ofAWS, err := s.dir.AWSPolicies(callers.From(ctx).Partition)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(ofAWS, func(p managed.Policy) bool { return p.ARN == after }); i >= 0 {
		ofAWS, after = ofAWS[i+1:], ""
	} else if after != "" {
		ofAWS = nil
	}
	_, name := splitPolicyARN(after)
	return func(yield func(types.Policy) bool) {
		for i := range ofAWS {
			if scope != types.PolicyScopeTypeLocal && !yield(s.awsPolicyListed(account, &ofAWS[i])) {
				return
			}
		}
		for own := range directory.List(s.dir, directory.AllPolicies(account), directory.PolicyKey(account, name)) {
			if scope != types.PolicyScopeTypeAws && !yield(policyListed(own)) {
				return
			}
		}
	}, nil
}

// DeletePolicy refuses while the policy is in use or has versions besides the default one.
func (s *Service) DeletePolicy(ctx context.Context, in *iam.DeletePolicyInput) (*iam.DeletePolicyOutput, error) {
	err := s.update(ctx, func(tx *directory.Tx) error {
		found, err := ownPolicy(ctx, tx, aws.ToString(in.PolicyArn))
		switch {
		case err != nil:
			return err
		case found.Attachments+found.Boundaries > 0:
			return deleteConflict("Cannot delete a policy attached to entities.")
		case len(found.Versions) > 1:
			return deleteConflict("This policy has more than one version. Before you delete a policy, you must delete the policy's " +
				"versions. The default version is deleted with the policy.")
		}
		directory.Delete(tx, directory.PolicyKey(found.Account, found.Name))
		return nil
	})
	return &iam.DeletePolicyOutput{}, err
}

// ownPolicy finds a customer managed policy of the caller's account.
func ownPolicy(ctx context.Context, r directory.Reader, arn string) (*directory.Policy, error) {
	if p := directory.PolicyByARN(r, arn); p != nil && p.Account == accountOf(ctx) {
		return p, nil
	}
	return nil, noSuchEntity("Policy %s was not found.", arn)
}

// inReach tells whether a policy may be attached to entities of the caller's account.
func (s *Service) inReach(ctx context.Context, arn string) bool {
	return s.dir.AWSPolicy(arn) != nil || strings.Contains(arn, ":iam::"+accountOf(ctx)+":policy/")
}

func policyListed(p *directory.Policy) types.Policy {
	return types.Policy{
		Arn: aws.String(p.ARN()), PolicyId: aws.String(p.ID), PolicyName: aws.String(p.Name), Path: aws.String(p.Path),
		CreateDate: aws.Time(p.Created), UpdateDate: aws.Time(p.Updated), DefaultVersionId: aws.String(p.Default),
		AttachmentCount: aws.Int32(int32(p.Attachments)), PermissionsBoundaryUsageCount: aws.Int32(int32(p.Boundaries)),
		IsAttachable: true,
	}
}

// awsPolicyListed counts the uses in one account.
func (s *Service) awsPolicyListed(account string, p *managed.Policy) types.Policy {
	return types.Policy{
		Arn: aws.String(p.ARN), PolicyId: aws.String(p.ID), PolicyName: aws.String(p.Name), Path: aws.String(p.Path),
		CreateDate: aws.Time(p.Created), UpdateDate: aws.Time(p.Updated), DefaultVersionId: aws.String(p.DefaultVersionID),
		AttachmentCount:               aws.Int32(int32(len(inAccount(s.dir.Referring(p.ARN), account)))),
		PermissionsBoundaryUsageCount: aws.Int32(int32(len(inAccount(s.dir.Bounded(p.ARN), account)))),
		IsAttachable:                  true,
	}
}

func versionID(number int) string { return "v" + strconv.Itoa(number) }
