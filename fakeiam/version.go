package fakeiam

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// versionsPerPolicy is AWS's quota.
const versionsPerPolicy = 5

// CreatePolicyVersion adds a version, whose number was never used before.
func (s *Service) CreatePolicyVersion(ctx context.Context, in *iam.CreatePolicyVersionInput) (*iam.CreatePolicyVersionOutput, error) {
	doc, err := parse(policy.Managed, in.PolicyDocument)
	if err != nil {
		return nil, err
	}
	var version directory.PolicyVersion
	err = s.changePolicy(ctx, in.PolicyArn, func(p *directory.Policy) error {
		if len(p.Versions) >= versionsPerPolicy {
			return limitExceeded("A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", versionsPerPolicy)
		}
		version = directory.PolicyVersion{ID: versionID(p.Next), Document: doc.Text(), Created: s.seconds()}
		p.Versions = append(p.Versions, version)
		p.Next++
		if in.SetAsDefault {
			p.Default = version.ID
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &iam.CreatePolicyVersionOutput{PolicyVersion: &types.PolicyVersion{
		VersionId: aws.String(version.ID), CreateDate: aws.Time(version.Created), IsDefaultVersion: in.SetAsDefault,
	}}, nil
}

// GetPolicyVersion shows a version with its document.
func (s *Service) GetPolicyVersion(ctx context.Context, in *iam.GetPolicyVersionInput) (*iam.GetPolicyVersionOutput, error) {
	versions, err := s.versions(ctx, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(versions, func(v types.PolicyVersion) bool { return *v.VersionId == aws.ToString(in.VersionId) })
	if i < 0 {
		return nil, noVersion(in.PolicyArn, in.VersionId)
	}
	return &iam.GetPolicyVersionOutput{PolicyVersion: &versions[i]}, nil
}

// ListPolicyVersions lists versions, the newest first, without their documents.
func (s *Service) ListPolicyVersions(ctx context.Context, in *iam.ListPolicyVersionsInput) (*iam.ListPolicyVersionsOutput, error) {
	all, err := s.versions(ctx, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	versions, next, err := slicePage(all, in.Marker, in.MaxItems)
	for i := range versions {
		versions[i].Document = nil
	}
	return &iam.ListPolicyVersionsOutput{Versions: versions, IsTruncated: next != nil, Marker: next}, err
}

// versions returns a managed policy's versions, the newest first; of AWS's policies only the default one is known.
func (s *Service) versions(ctx context.Context, arn *string) ([]types.PolicyVersion, error) {
	if p := s.dir.AWSPolicy(aws.ToString(arn)); p != nil {
		return []types.PolicyVersion{{
			VersionId: aws.String(p.DefaultVersionID), IsDefaultVersion: true, CreateDate: aws.Time(p.Updated),
			Document: encode(p.Document.Text()),
		}}, nil
	}
	p, err := ownPolicy(ctx, s.dir, aws.ToString(arn))
	if err != nil {
		return nil, err
	}
	return versionList(p), nil
}

func versionList(p *directory.Policy) []types.PolicyVersion {
	versions := each(p.Versions, func(v directory.PolicyVersion) types.PolicyVersion {
		return types.PolicyVersion{
			VersionId: aws.String(v.ID), IsDefaultVersion: v.ID == p.Default, CreateDate: aws.Time(v.Created), Document: encode(v.Document),
		}
	})
	slices.Reverse(versions)
	return versions
}

// DeletePolicyVersion refuses for the default version.
func (s *Service) DeletePolicyVersion(ctx context.Context, in *iam.DeletePolicyVersionInput) (*iam.DeletePolicyVersionOutput, error) {
	err := s.changePolicy(ctx, in.PolicyArn, func(p *directory.Policy) error {
		id := aws.ToString(in.VersionId)
		i := slices.IndexFunc(p.Versions, func(v directory.PolicyVersion) bool { return v.ID == id })
		switch {
		case i < 0:
			return noVersion(in.PolicyArn, in.VersionId)
		case id == p.Default:
			return deleteConflict("Cannot delete the default version of a policy.")
		}
		p.Versions = slices.Delete(p.Versions, i, i+1)
		return nil
	})
	return &iam.DeletePolicyVersionOutput{}, err
}

// SetDefaultPolicyVersion chooses the version that counts.
func (s *Service) SetDefaultPolicyVersion(ctx context.Context, in *iam.SetDefaultPolicyVersionInput) (*iam.SetDefaultPolicyVersionOutput, error) {
	err := s.changePolicy(ctx, in.PolicyArn, func(p *directory.Policy) error {
		if p.Version(aws.ToString(in.VersionId)) == nil {
			return noVersion(in.PolicyArn, in.VersionId)
		}
		p.Default = *in.VersionId
		return nil
	})
	return &iam.SetDefaultPolicyVersionOutput{}, err
}

func noVersion(arn, id *string) error {
	return noSuchEntity("Policy %s version %s does not exist or is not attachable.", aws.ToString(arn), aws.ToString(id))
}

func (s *Service) changePolicy(ctx context.Context, arn *string, change func(p *directory.Policy) error) error {
	return s.update(ctx, func(tx *directory.Tx) error {
		p, err := ownPolicy(ctx, tx, aws.ToString(arn))
		if err != nil {
			return err
		}
		if err := change(p); err != nil {
			return err
		}
		p.Updated = s.seconds()
		directory.Put(tx, p)
		return nil
	})
}
