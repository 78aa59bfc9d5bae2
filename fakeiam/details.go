package fakeiam

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy/managed"
)

// GetAccountAuthorizationDetails shows all that decides who may do what: users, groups, roles and managed policies, in this
// order.
func (s *Service) GetAccountAuthorizationDetails(ctx context.Context, in *iam.GetAccountAuthorizationDetailsInput) (*iam.GetAccountAuthorizationDetailsOutput, error) {
	all, err := s.detailed(ctx, in.Filter)
	if err != nil {
		return nil, err
	}
	entities, next, err := slicePage(all, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	out := &iam.GetAccountAuthorizationDetailsOutput{
		IsTruncated: next != nil, Marker: next, UserDetailList: []types.UserDetail{}, GroupDetailList: []types.GroupDetail{},
		RoleDetailList: []types.RoleDetail{}, Policies: []types.ManagedPolicyDetail{},
	}
	for _, e := range entities {
		if err := s.addDetail(out, accountOf(ctx), e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// detailed lists what the filter asks for; no filter asks for everything.
func (s *Service) detailed(ctx context.Context, filter []types.EntityType) ([]any, error) {
	account := accountOf(ctx)
	wants := func(t types.EntityType) bool { return len(filter) == 0 || slices.Contains(filter, t) }
	var all []any
	if wants(types.EntityTypeUser) {
		all = collect(all, s.dir, directory.AllUsers(account))
	}
	if wants(types.EntityTypeGroup) {
		all = collect(all, s.dir, directory.AllGroups(account))
	}
	if wants(types.EntityTypeRole) {
		all = collect(all, s.dir, directory.AllRoles(account))
	}
	if wants(types.EntityTypeLocalManagedPolicy) {
		all = collect(all, s.dir, directory.AllPolicies(account))
	}
	if !wants(types.EntityTypeAWSManagedPolicy) {
		return all, nil
	}
	ofAWS, err := s.dir.AWSPolicies(callers.From(ctx).Partition)
	for i := range ofAWS {
		if len(inAccount(s.dir.Referring(ofAWS[i].ARN), account)) > 0 { // AWS shows only those in use
			all = append(all, &ofAWS[i])
		}
	}
	return all, err
}

func collect[T any](all []any, d *directory.Directory, those directory.Range[T]) []any {
	for e := range directory.List(d, those, "") {
		all = append(all, e)
	}
	return all
}

func (s *Service) addDetail(out *iam.GetAccountAuthorizationDetailsOutput, account string, e any) error {
	switch e := e.(type) {
	case *directory.User:
		out.UserDetailList = append(out.UserDetailList, s.userDetails(e))
	case *directory.Group:
		out.GroupDetailList = append(out.GroupDetailList, types.GroupDetail{
			Arn: aws.String(e.ARN()), CreateDate: aws.Time(e.Created), GroupId: aws.String(e.ID), GroupName: aws.String(e.Name),
			Path: aws.String(e.Path), AttachedManagedPolicies: each(e.Attached, attachedPolicy), GroupPolicyList: each(e.Inline, inlineDetail),
		})
	case *directory.Role:
		detail, err := s.roleDetails(e)
		out.RoleDetailList = append(out.RoleDetailList, detail)
		return err
	case *directory.Policy:
		out.Policies = append(out.Policies, policyDetails(policyListed(e), versionList(e)))
	case *managed.Policy:
		out.Policies = append(out.Policies, policyDetails(s.awsPolicyListed(account, e), []types.PolicyVersion{{
			VersionId: aws.String(e.DefaultVersionID), IsDefaultVersion: true, CreateDate: aws.Time(e.Updated), Document: encode(e.Document.Text()),
		}}))
	}
	return nil
}

func (s *Service) userDetails(u *directory.User) types.UserDetail {
	groups := each(s.groupsOf(u), func(g *directory.Group) string { return g.Name })
	return types.UserDetail{
		Arn: aws.String(u.ARN()), CreateDate: aws.Time(u.Created), UserId: aws.String(u.ID), UserName: aws.String(u.Name),
		Path: aws.String(u.Path), GroupList: groups, AttachedManagedPolicies: each(u.Attached, attachedPolicy),
		UserPolicyList: each(u.Inline, inlineDetail), PermissionsBoundary: boundaryDetail(u.Boundary), Tags: tagList(u.Tags),
	}
}

func (s *Service) roleDetails(r *directory.Role) (types.RoleDetail, error) {
	role, err := s.roleDetail(r)
	if err != nil {
		return types.RoleDetail{}, err
	}
	detail := types.RoleDetail{
		Arn: role.Arn, CreateDate: role.CreateDate, RoleId: role.RoleId, RoleName: role.RoleName, Path: role.Path,
		AssumeRolePolicyDocument: role.AssumeRolePolicyDocument, PermissionsBoundary: role.PermissionsBoundary,
		RoleLastUsed: role.RoleLastUsed, Tags: role.Tags, InstanceProfileList: []types.InstanceProfile{},
		AttachedManagedPolicies: each(r.Attached, attachedPolicy), RolePolicyList: each(r.Inline, inlineDetail),
	}
	if r.Profiles == 0 {
		return detail, nil
	}
	for p := range directory.List(s.dir, directory.AllInstanceProfiles(r.Account), "") {
		if !slices.Contains(p.Roles, r.Name) {
			continue
		}
		profile, err := s.profileDetail(p)
		if err != nil {
			return detail, err
		}
		detail.InstanceProfileList = append(detail.InstanceProfileList, *profile)
	}
	return detail, nil
}

func inlineDetail(p directory.InlinePolicy) types.PolicyDetail {
	return types.PolicyDetail{PolicyName: aws.String(p.Name), PolicyDocument: encode(p.Document)}
}

func policyDetails(p types.Policy, versions []types.PolicyVersion) types.ManagedPolicyDetail {
	return types.ManagedPolicyDetail{
		Arn: p.Arn, PolicyId: p.PolicyId, PolicyName: p.PolicyName, Path: p.Path, CreateDate: p.CreateDate, UpdateDate: p.UpdateDate,
		AttachmentCount: p.AttachmentCount, PermissionsBoundaryUsageCount: p.PermissionsBoundaryUsageCount,
		DefaultVersionId: p.DefaultVersionId, IsAttachable: true, PolicyVersionList: versions,
	}
}
