package fakeiam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// PutUserPolicy adds or replaces an inline policy.
func (s *Service) PutUserPolicy(ctx context.Context, in *iam.PutUserPolicyInput) (*iam.PutUserPolicyOutput, error) {
	return &iam.PutUserPolicyOutput{}, s.putInline(ctx, userBearer, in.UserName, in.PolicyName, in.PolicyDocument)
}

// GetUserPolicy shows an inline policy.
func (s *Service) GetUserPolicy(ctx context.Context, in *iam.GetUserPolicyInput) (*iam.GetUserPolicyOutput, error) {
	document, err := s.getInline(ctx, userBearer, in.UserName, in.PolicyName)
	return &iam.GetUserPolicyOutput{UserName: in.UserName, PolicyName: in.PolicyName, PolicyDocument: document}, err
}

// DeleteUserPolicy removes an inline policy.
func (s *Service) DeleteUserPolicy(ctx context.Context, in *iam.DeleteUserPolicyInput) (*iam.DeleteUserPolicyOutput, error) {
	return &iam.DeleteUserPolicyOutput{}, s.deleteInline(ctx, userBearer, in.UserName, in.PolicyName)
}

// ListUserPolicies lists the names of the inline policies.
func (s *Service) ListUserPolicies(ctx context.Context, in *iam.ListUserPoliciesInput) (*iam.ListUserPoliciesOutput, error) {
	names, next, err := s.listInline(ctx, userBearer, in.UserName, in.Marker, in.MaxItems)
	return &iam.ListUserPoliciesOutput{PolicyNames: names, IsTruncated: next != nil, Marker: next}, err
}

// PutGroupPolicy adds or replaces an inline policy.
func (s *Service) PutGroupPolicy(ctx context.Context, in *iam.PutGroupPolicyInput) (*iam.PutGroupPolicyOutput, error) {
	return &iam.PutGroupPolicyOutput{}, s.putInline(ctx, groupBearer, in.GroupName, in.PolicyName, in.PolicyDocument)
}

// GetGroupPolicy shows an inline policy.
func (s *Service) GetGroupPolicy(ctx context.Context, in *iam.GetGroupPolicyInput) (*iam.GetGroupPolicyOutput, error) {
	document, err := s.getInline(ctx, groupBearer, in.GroupName, in.PolicyName)
	return &iam.GetGroupPolicyOutput{GroupName: in.GroupName, PolicyName: in.PolicyName, PolicyDocument: document}, err
}

// DeleteGroupPolicy removes an inline policy.
func (s *Service) DeleteGroupPolicy(ctx context.Context, in *iam.DeleteGroupPolicyInput) (*iam.DeleteGroupPolicyOutput, error) {
	return &iam.DeleteGroupPolicyOutput{}, s.deleteInline(ctx, groupBearer, in.GroupName, in.PolicyName)
}

// ListGroupPolicies lists the names of the inline policies.
func (s *Service) ListGroupPolicies(ctx context.Context, in *iam.ListGroupPoliciesInput) (*iam.ListGroupPoliciesOutput, error) {
	names, next, err := s.listInline(ctx, groupBearer, in.GroupName, in.Marker, in.MaxItems)
	return &iam.ListGroupPoliciesOutput{PolicyNames: names, IsTruncated: next != nil, Marker: next}, err
}

// PutRolePolicy adds or replaces an inline policy.
func (s *Service) PutRolePolicy(ctx context.Context, in *iam.PutRolePolicyInput) (*iam.PutRolePolicyOutput, error) {
	return &iam.PutRolePolicyOutput{}, s.putInline(ctx, roleBearer, in.RoleName, in.PolicyName, in.PolicyDocument)
}

// GetRolePolicy shows an inline policy.
func (s *Service) GetRolePolicy(ctx context.Context, in *iam.GetRolePolicyInput) (*iam.GetRolePolicyOutput, error) {
	document, err := s.getInline(ctx, roleBearer, in.RoleName, in.PolicyName)
	return &iam.GetRolePolicyOutput{RoleName: in.RoleName, PolicyName: in.PolicyName, PolicyDocument: document}, err
}

// DeleteRolePolicy removes an inline policy.
func (s *Service) DeleteRolePolicy(ctx context.Context, in *iam.DeleteRolePolicyInput) (*iam.DeleteRolePolicyOutput, error) {
	return &iam.DeleteRolePolicyOutput{}, s.deleteInline(ctx, roleBearer, in.RoleName, in.PolicyName)
}

// ListRolePolicies lists the names of the inline policies.
func (s *Service) ListRolePolicies(ctx context.Context, in *iam.ListRolePoliciesInput) (*iam.ListRolePoliciesOutput, error) {
	names, next, err := s.listInline(ctx, roleBearer, in.RoleName, in.Marker, in.MaxItems)
	return &iam.ListRolePoliciesOutput{PolicyNames: names, IsTruncated: next != nil, Marker: next}, err
}
