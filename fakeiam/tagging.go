package fakeiam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// TagUser adds tags, and replaces those of the same key.
func (s *Service) TagUser(ctx context.Context, in *iam.TagUserInput) (*iam.TagUserOutput, error) {
	return &iam.TagUserOutput{}, s.tag(ctx, taggedUser, in.UserName, in.Tags)
}

// UntagUser removes tags by their keys.
func (s *Service) UntagUser(ctx context.Context, in *iam.UntagUserInput) (*iam.UntagUserOutput, error) {
	return &iam.UntagUserOutput{}, s.untag(ctx, taggedUser, in.UserName, in.TagKeys)
}

// ListUserTags lists tags.
func (s *Service) ListUserTags(ctx context.Context, in *iam.ListUserTagsInput) (*iam.ListUserTagsOutput, error) {
	tags, next, err := s.listTags(ctx, taggedUser, in.UserName, in.Marker, in.MaxItems)
	return &iam.ListUserTagsOutput{Tags: tags, IsTruncated: next != nil, Marker: next}, err
}

// TagRole adds tags, and replaces those of the same key.
func (s *Service) TagRole(ctx context.Context, in *iam.TagRoleInput) (*iam.TagRoleOutput, error) {
	return &iam.TagRoleOutput{}, s.tag(ctx, taggedRole, in.RoleName, in.Tags)
}

// UntagRole removes tags by their keys.
func (s *Service) UntagRole(ctx context.Context, in *iam.UntagRoleInput) (*iam.UntagRoleOutput, error) {
	return &iam.UntagRoleOutput{}, s.untag(ctx, taggedRole, in.RoleName, in.TagKeys)
}

// ListRoleTags lists tags.
func (s *Service) ListRoleTags(ctx context.Context, in *iam.ListRoleTagsInput) (*iam.ListRoleTagsOutput, error) {
	tags, next, err := s.listTags(ctx, taggedRole, in.RoleName, in.Marker, in.MaxItems)
	return &iam.ListRoleTagsOutput{Tags: tags, IsTruncated: next != nil, Marker: next}, err
}

// TagPolicy adds tags, and replaces those of the same key.
func (s *Service) TagPolicy(ctx context.Context, in *iam.TagPolicyInput) (*iam.TagPolicyOutput, error) {
	return &iam.TagPolicyOutput{}, s.tag(ctx, taggedPolicy, in.PolicyArn, in.Tags)
}

// UntagPolicy removes tags by their keys.
func (s *Service) UntagPolicy(ctx context.Context, in *iam.UntagPolicyInput) (*iam.UntagPolicyOutput, error) {
	return &iam.UntagPolicyOutput{}, s.untag(ctx, taggedPolicy, in.PolicyArn, in.TagKeys)
}

// ListPolicyTags lists tags.
func (s *Service) ListPolicyTags(ctx context.Context, in *iam.ListPolicyTagsInput) (*iam.ListPolicyTagsOutput, error) {
	tags, next, err := s.listTags(ctx, taggedPolicy, in.PolicyArn, in.Marker, in.MaxItems)
	return &iam.ListPolicyTagsOutput{Tags: tags, IsTruncated: next != nil, Marker: next}, err
}

// TagInstanceProfile adds tags, and replaces those of the same key.
func (s *Service) TagInstanceProfile(ctx context.Context, in *iam.TagInstanceProfileInput) (*iam.TagInstanceProfileOutput, error) {
	return &iam.TagInstanceProfileOutput{}, s.tag(ctx, taggedProfile, in.InstanceProfileName, in.Tags)
}

// UntagInstanceProfile removes tags by their keys.
func (s *Service) UntagInstanceProfile(ctx context.Context, in *iam.UntagInstanceProfileInput) (*iam.UntagInstanceProfileOutput, error) {
	return &iam.UntagInstanceProfileOutput{}, s.untag(ctx, taggedProfile, in.InstanceProfileName, in.TagKeys)
}

// ListInstanceProfileTags lists tags.
func (s *Service) ListInstanceProfileTags(ctx context.Context, in *iam.ListInstanceProfileTagsInput) (*iam.ListInstanceProfileTagsOutput, error) {
	tags, next, err := s.listTags(ctx, taggedProfile, in.InstanceProfileName, in.Marker, in.MaxItems)
	return &iam.ListInstanceProfileTagsOutput{Tags: tags, IsTruncated: next != nil, Marker: next}, err
}

// TagMFADevice adds tags, and replaces those of the same key.
func (s *Service) TagMFADevice(ctx context.Context, in *iam.TagMFADeviceInput) (*iam.TagMFADeviceOutput, error) {
	return &iam.TagMFADeviceOutput{}, s.tag(ctx, s.taggedDevice, in.SerialNumber, in.Tags)
}

// UntagMFADevice removes tags by their keys.
func (s *Service) UntagMFADevice(ctx context.Context, in *iam.UntagMFADeviceInput) (*iam.UntagMFADeviceOutput, error) {
	return &iam.UntagMFADeviceOutput{}, s.untag(ctx, s.taggedDevice, in.SerialNumber, in.TagKeys)
}

// ListMFADeviceTags lists tags.
func (s *Service) ListMFADeviceTags(ctx context.Context, in *iam.ListMFADeviceTagsInput) (*iam.ListMFADeviceTagsOutput, error) {
	tags, next, err := s.listTags(ctx, s.taggedDevice, in.SerialNumber, in.Marker, in.MaxItems)
	return &iam.ListMFADeviceTagsOutput{Tags: tags, IsTruncated: next != nil, Marker: next}, err
}

// TagOpenIDConnectProvider adds tags, and replaces those of the same key.
func (s *Service) TagOpenIDConnectProvider(ctx context.Context, in *iam.TagOpenIDConnectProviderInput) (*iam.TagOpenIDConnectProviderOutput, error) {
	return &iam.TagOpenIDConnectProviderOutput{}, s.tag(ctx, s.taggedProvider, in.OpenIDConnectProviderArn, in.Tags)
}

// UntagOpenIDConnectProvider removes tags by their keys.
func (s *Service) UntagOpenIDConnectProvider(ctx context.Context, in *iam.UntagOpenIDConnectProviderInput) (*iam.UntagOpenIDConnectProviderOutput, error) {
	return &iam.UntagOpenIDConnectProviderOutput{}, s.untag(ctx, s.taggedProvider, in.OpenIDConnectProviderArn, in.TagKeys)
}

// ListOpenIDConnectProviderTags lists tags.
func (s *Service) ListOpenIDConnectProviderTags(ctx context.Context, in *iam.ListOpenIDConnectProviderTagsInput) (*iam.ListOpenIDConnectProviderTagsOutput, error) {
	tags, next, err := s.listTags(ctx, s.taggedProvider, in.OpenIDConnectProviderArn, in.Marker, in.MaxItems)
	return &iam.ListOpenIDConnectProviderTagsOutput{Tags: tags, IsTruncated: next != nil, Marker: next}, err
}
