package fakeeks

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// CreateFargateProfile records a Fargate profile, which runs no pods, and lets its role in
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateFargateProfile.html).
func (s *Service) CreateFargateProfile(ctx context.Context, in *eks.CreateFargateProfileInput) (*eks.CreateFargateProfileOutput, error) {
	err := s.checkRole(ctx, aws.ToString(in.PodExecutionRoleArn), callers.From(ctx).Account, fargatePrincipal)
	if err != nil {
		return nil, err
	}
	describe := func(_ *Cluster, arn string) types.FargateProfile {
		return types.FargateProfile{
			FargateProfileArn: aws.String(arn), FargateProfileName: in.FargateProfileName, ClusterName: in.ClusterName,
			PodExecutionRoleArn: in.PodExecutionRoleArn, Selectors: in.Selectors, Subnets: in.Subnets,
			Status: types.FargateProfileStatusActive, CreatedAt: aws.Time(s.now()),
			Health: &types.FargateProfileHealth{Issues: []types.FargateProfileIssue{}},
		}
	}
	value, cluster, err := createPart(ctx, s, fargateProfiles, in.ClusterName, in.FargateProfileName, in.Tags, describe,
		func(tx *directory.Tx, c *Cluster) error {
			return s.addNodeEntry(tx, c, fargateNodes, *in.PodExecutionRoleArn)
		})
	if err != nil {
		return nil, err
	}
	if failure := s.letIn(context.WithoutCancel(ctx), cluster, fargateNodes, *in.PodExecutionRoleArn); failure != nil {
		issue := types.FargateProfileIssue{
			Code: types.FargateProfileIssueCodeAccessDenied, Message: unmapped(failure), ResourceIds: []string{*in.PodExecutionRoleArn},
		}
		value.Health.Issues = append(value.Health.Issues, issue)
		err = changePart(ctx, s, fargateProfiles, cluster, in.FargateProfileName, func(profile *types.FargateProfile) { profile.Health = value.Health })
	}
	if err != nil {
		return nil, err
	}
	value.Status, value.Tags = types.FargateProfileStatusCreating, in.Tags
	return &eks.CreateFargateProfileOutput{FargateProfile: value}, nil
}

// DescribeFargateProfile describes a Fargate profile
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeFargateProfile.html).
func (s *Service) DescribeFargateProfile(
	ctx context.Context, in *eks.DescribeFargateProfileInput,
) (*eks.DescribeFargateProfileOutput, error) {
	found, _, err := describePart[types.FargateProfile](ctx, s, fargateProfiles, in.ClusterName, in.FargateProfileName)
	if err != nil {
		return nil, err
	}
	found.Value.Tags = tagsOrEmpty(found.Tags)
	return &eks.DescribeFargateProfileOutput{FargateProfile: &found.Value}, nil
}

// ListFargateProfiles lists the names of a cluster's Fargate profiles
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListFargateProfiles.html).
func (s *Service) ListFargateProfiles(ctx context.Context, in *eks.ListFargateProfilesInput) (*eks.ListFargateProfilesOutput, error) {
	names, next, err := s.listParts(ctx, fargateProfiles, in.ClusterName, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &eks.ListFargateProfilesOutput{FargateProfileNames: names, NextToken: next}, nil
}

// DeleteFargateProfile forgets a Fargate profile and lets its role out as DeleteNodegroup does
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteFargateProfile.html).
func (s *Service) DeleteFargateProfile(ctx context.Context, in *eks.DeleteFargateProfileInput) (*eks.DeleteFargateProfileOutput, error) {
	value, cluster, err := deletePart[types.FargateProfile](ctx, s, fargateProfiles, in.ClusterName, in.FargateProfileName)
	if err != nil {
		return nil, err
	}
	s.unmap(context.WithoutCancel(ctx), cluster, fargateNodes, *value.PodExecutionRoleArn)
	value.Status = types.FargateProfileStatusDeleting
	return &eks.DeleteFargateProfileOutput{FargateProfile: value}, nil
}
