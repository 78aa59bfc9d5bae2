package fakeeks

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// defaultAddonVersion is shown where the request names none: there is no catalogue of versions here.
const defaultAddonVersion = "v1.0.0-eksbuild.1"

// CreateAddon records an add-on and installs nothing
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html).
func (s *Service) CreateAddon(ctx context.Context, in *eks.CreateAddonInput) (*eks.CreateAddonOutput, error) {
	describe := func(_ *Cluster, arn string) types.Addon {
		addon := types.Addon{
			AddonArn: aws.String(arn), AddonName: in.AddonName, ClusterName: in.ClusterName, AddonVersion: in.AddonVersion,
			ConfigurationValues: in.ConfigurationValues, ServiceAccountRoleArn: in.ServiceAccountRoleArn,
			Status: types.AddonStatusActive, CreatedAt: aws.Time(s.now()), ModifiedAt: aws.Time(s.now()),
			Health: &types.AddonHealth{Issues: []types.AddonIssue{}},
		}
		if addon.AddonVersion == nil {
			addon.AddonVersion = aws.String(defaultAddonVersion)
		}
		return addon
	}
	value, _, err := createPart(ctx, s, addons, in.ClusterName, in.AddonName, in.Tags, describe, nothingMore)
	if err != nil {
		return nil, err
	}
	value.Status, value.Tags = types.AddonStatusCreating, in.Tags
	return &eks.CreateAddonOutput{Addon: value}, nil
}

// DescribeAddon describes an add-on
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddon.html).
func (s *Service) DescribeAddon(ctx context.Context, in *eks.DescribeAddonInput) (*eks.DescribeAddonOutput, error) {
	found, _, err := describePart[types.Addon](ctx, s, addons, in.ClusterName, in.AddonName)
	if err != nil {
		return nil, err
	}
	found.Value.Tags = tagsOrEmpty(found.Tags)
	return &eks.DescribeAddonOutput{Addon: &found.Value}, nil
}

// ListAddons lists the names of a cluster's add-ons
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAddons.html).
func (s *Service) ListAddons(ctx context.Context, in *eks.ListAddonsInput) (*eks.ListAddonsOutput, error) {
	names, next, err := s.listParts(ctx, addons, in.ClusterName, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &eks.ListAddonsOutput{Addons: names, NextToken: next}, nil
}

// DeleteAddon forgets an add-on
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteAddon.html).
func (s *Service) DeleteAddon(ctx context.Context, in *eks.DeleteAddonInput) (*eks.DeleteAddonOutput, error) {
	value, _, err := deletePart[types.Addon](ctx, s, addons, in.ClusterName, in.AddonName)
	if err != nil {
		return nil, err
	}
	value.Status = types.AddonStatusDeleting
	return &eks.DeleteAddonOutput{Addon: value}, nil
}
