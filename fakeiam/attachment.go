package fakeiam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// AttachUserPolicy attaches a managed policy.
func (s *Service) AttachUserPolicy(ctx context.Context, in *iam.AttachUserPolicyInput) (*iam.AttachUserPolicyOutput, error) {
	return &iam.AttachUserPolicyOutput{}, s.attach(ctx, userBearer, in.UserName, in.PolicyArn)
}

// DetachUserPolicy undoes AttachUserPolicy.
func (s *Service) DetachUserPolicy(ctx context.Context, in *iam.DetachUserPolicyInput) (*iam.DetachUserPolicyOutput, error) {
	return &iam.DetachUserPolicyOutput{}, s.detach(ctx, userBearer, in.UserName, in.PolicyArn)
}

// ListAttachedUserPolicies lists the managed policies.
func (s *Service) ListAttachedUserPolicies(ctx context.Context, in *iam.ListAttachedUserPoliciesInput) (*iam.ListAttachedUserPoliciesOutput, error) {
	attached, next, err := s.listAttached(ctx, userBearer, in.UserName, in.PathPrefix, in.Marker, in.MaxItems)
	return &iam.ListAttachedUserPoliciesOutput{AttachedPolicies: attached, IsTruncated: next != nil, Marker: next}, err
}

// AttachGroupPolicy attaches a managed policy.
func (s *Service) AttachGroupPolicy(ctx context.Context, in *iam.AttachGroupPolicyInput) (*iam.AttachGroupPolicyOutput, error) {
	return &iam.AttachGroupPolicyOutput{}, s.attach(ctx, groupBearer, in.GroupName, in.PolicyArn)
}

// DetachGroupPolicy undoes AttachGroupPolicy.
func (s *Service) DetachGroupPolicy(ctx context.Context, in *iam.DetachGroupPolicyInput) (*iam.DetachGroupPolicyOutput, error) {
	return &iam.DetachGroupPolicyOutput{}, s.detach(ctx, groupBearer, in.GroupName, in.PolicyArn)
}

// ListAttachedGroupPolicies lists the managed policies.
func (s *Service) ListAttachedGroupPolicies(ctx context.Context, in *iam.ListAttachedGroupPoliciesInput) (*iam.ListAttachedGroupPoliciesOutput, error) {
	attached, next, err := s.listAttached(ctx, groupBearer, in.GroupName, in.PathPrefix, in.Marker, in.MaxItems)
	return &iam.ListAttachedGroupPoliciesOutput{AttachedPolicies: attached, IsTruncated: next != nil, Marker: next}, err
}

// AttachRolePolicy attaches a managed policy.
func (s *Service) AttachRolePolicy(ctx context.Context, in *iam.AttachRolePolicyInput) (*iam.AttachRolePolicyOutput, error) {
	return &iam.AttachRolePolicyOutput{}, s.attach(ctx, roleBearer, in.RoleName, in.PolicyArn)
}

// DetachRolePolicy undoes AttachRolePolicy.
func (s *Service) DetachRolePolicy(ctx context.Context, in *iam.DetachRolePolicyInput) (*iam.DetachRolePolicyOutput, error) {
	return &iam.DetachRolePolicyOutput{}, s.detach(ctx, roleBearer, in.RoleName, in.PolicyArn)
}

// ListAttachedRolePolicies lists the managed policies.
func (s *Service) ListAttachedRolePolicies(ctx context.Context, in *iam.ListAttachedRolePoliciesInput) (*iam.ListAttachedRolePoliciesOutput, error) {
	attached, next, err := s.listAttached(ctx, roleBearer, in.RoleName, in.PathPrefix, in.Marker, in.MaxItems)
	return &iam.ListAttachedRolePoliciesOutput{AttachedPolicies: attached, IsTruncated: next != nil, Marker: next}, err
}

// PutUserPermissionsBoundary limits what policies can grant to a managed policy.
func (s *Service) PutUserPermissionsBoundary(ctx context.Context, in *iam.PutUserPermissionsBoundaryInput) (*iam.PutUserPermissionsBoundaryOutput, error) {
	return &iam.PutUserPermissionsBoundaryOutput{}, s.changeBoundary(ctx, userBearer, in.UserName, aws.ToString(in.PermissionsBoundary))
}

// DeleteUserPermissionsBoundary removes the limit.
func (s *Service) DeleteUserPermissionsBoundary(ctx context.Context, in *iam.DeleteUserPermissionsBoundaryInput) (*iam.DeleteUserPermissionsBoundaryOutput, error) {
	return &iam.DeleteUserPermissionsBoundaryOutput{}, s.changeBoundary(ctx, userBearer, in.UserName, "")
}

// PutRolePermissionsBoundary limits what policies can grant to a managed policy.
func (s *Service) PutRolePermissionsBoundary(ctx context.Context, in *iam.PutRolePermissionsBoundaryInput) (*iam.PutRolePermissionsBoundaryOutput, error) {
	return &iam.PutRolePermissionsBoundaryOutput{}, s.changeBoundary(ctx, roleBearer, in.RoleName, aws.ToString(in.PermissionsBoundary))
}

// DeleteRolePermissionsBoundary removes the limit.
func (s *Service) DeleteRolePermissionsBoundary(ctx context.Context, in *iam.DeleteRolePermissionsBoundaryInput) (*iam.DeleteRolePermissionsBoundaryOutput, error) {
	return &iam.DeleteRolePermissionsBoundaryOutput{}, s.changeBoundary(ctx, roleBearer, in.RoleName, "")
}
