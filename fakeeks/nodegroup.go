package fakeeks

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// CreateNodegroup records a node group, which starts no nodes, and lets its role in
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html).
func (s *Service) CreateNodegroup(ctx context.Context, in *eks.CreateNodegroupInput) (*eks.CreateNodegroupOutput, error) {
	if err := s.checkRole(ctx, aws.ToString(in.NodeRole), callers.From(ctx).Account, ec2Principal); err != nil {
		return nil, err
	}
	describe := func(c *Cluster, arn string) types.Nodegroup { return s.nodegroup(c, arn, in) }
	value, cluster, err := createPart(ctx, s, nodegroups, in.ClusterName, in.NodegroupName, in.Tags, describe,
		func(tx *directory.Tx, c *Cluster) error { return s.addNodeEntry(tx, c, managedNodes, *in.NodeRole) })
	if err != nil {
		return nil, err
	}
	if failure := s.letIn(context.WithoutCancel(ctx), cluster, managedNodes, *in.NodeRole); failure != nil {
		issue := types.Issue{Code: types.NodegroupIssueCodeAccessDenied, Message: unmapped(failure), ResourceIds: []string{*in.NodeRole}}
		value.Health.Issues = append(value.Health.Issues, issue)
		err = changePart(ctx, s, nodegroups, cluster, in.NodegroupName, func(group *types.Nodegroup) { group.Health = value.Health })
	}
	if err != nil {
		return nil, err
	}
	value.Status, value.Tags = types.NodegroupStatusCreating, in.Tags
	return &eks.CreateNodegroupOutput{Nodegroup: value}, nil
}

// nodegroup is how the group is described once it exists.
func (s *Service) nodegroup(c *Cluster, arn string, in *eks.CreateNodegroupInput) types.Nodegroup {
	out := types.Nodegroup{
		NodegroupArn: aws.String(arn), NodegroupName: in.NodegroupName, ClusterName: in.ClusterName, NodeRole: in.NodeRole,
		Status: types.NodegroupStatusActive, CreatedAt: aws.Time(s.now()), ModifiedAt: aws.Time(s.now()),
		Version: aws.String(c.Version), ReleaseVersion: in.ReleaseVersion, AmiType: in.AmiType, CapacityType: in.CapacityType,
		DiskSize: in.DiskSize, InstanceTypes: in.InstanceTypes, Labels: in.Labels, LaunchTemplate: in.LaunchTemplate,
		RemoteAccess: in.RemoteAccess, ScalingConfig: in.ScalingConfig, Subnets: in.Subnets, Taints: in.Taints,
		UpdateConfig: in.UpdateConfig, Health: &types.NodegroupHealth{Issues: []types.Issue{}},
	}
	if in.Version != nil {
		out.Version = in.Version
	}
	if out.AmiType == "" {
		out.AmiType = types.AMITypesAl2023X8664Standard
	}
	if out.CapacityType == "" {
		out.CapacityType = types.CapacityTypesOnDemand
	}
	if out.ScalingConfig == nil {
		out.ScalingConfig = &types.NodegroupScalingConfig{MinSize: aws.Int32(1), MaxSize: aws.Int32(2), DesiredSize: aws.Int32(2)}
	}
	return out
}

// DescribeNodegroup describes a node group
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeNodegroup.html).
func (s *Service) DescribeNodegroup(ctx context.Context, in *eks.DescribeNodegroupInput) (*eks.DescribeNodegroupOutput, error) {
	found, _, err := describePart[types.Nodegroup](ctx, s, nodegroups, in.ClusterName, in.NodegroupName)
	if err != nil {
		return nil, err
	}
	found.Value.Tags = tagsOrEmpty(found.Tags)
	return &eks.DescribeNodegroupOutput{Nodegroup: &found.Value}, nil
}

// ListNodegroups lists the names of a cluster's node groups
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_ListNodegroups.html).
func (s *Service) ListNodegroups(ctx context.Context, in *eks.ListNodegroupsInput) (*eks.ListNodegroupsOutput, error) {
	names, next, err := s.listParts(ctx, nodegroups, in.ClusterName, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &eks.ListNodegroupsOutput{Nodegroups: names, NextToken: next}, nil
}

// DeleteNodegroup forgets a node group and takes its role out of aws-auth, unless another node group has the role
// (https://docs.aws.amazon.com/eks/latest/userguide/delete-managed-node-group.html). The role's access entry stays, as on
// EKS (https://github.com/aws/containers-roadmap/issues/2631).
func (s *Service) DeleteNodegroup(ctx context.Context, in *eks.DeleteNodegroupInput) (*eks.DeleteNodegroupOutput, error) {
	value, cluster, err := deletePart[types.Nodegroup](ctx, s, nodegroups, in.ClusterName, in.NodegroupName)
	if err != nil {
		return nil, err
	}
	s.unmap(context.WithoutCancel(ctx), cluster, managedNodes, *value.NodeRole)
	value.Status = types.NodegroupStatusDeleting
	return &eks.DeleteNodegroupOutput{Nodegroup: value}, nil
}
