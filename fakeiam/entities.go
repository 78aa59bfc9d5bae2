package fakeiam

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// ListEntitiesForPolicy lists who has a managed policy attached or as a boundary.
func (s *Service) ListEntitiesForPolicy(ctx context.Context, in *iam.ListEntitiesForPolicyInput) (*iam.ListEntitiesForPolicyOutput, error) {
	arn := aws.ToString(in.PolicyArn)
	if s.dir.AWSPolicy(arn) == nil {
		if _, err := ownPolicy(ctx, s.dir, arn); err != nil {
			return nil, err
		}
	}
	var all []any
	if in.PolicyUsageFilter != types.PolicyUsageTypePermissionsBoundary {
		all = append(all, s.dir.Referring(arn)...)
	}
	if in.PolicyUsageFilter != types.PolicyUsageTypePermissionsPolicy {
		all = append(all, s.dir.Bounded(arn)...)
	}
	var wanted []any
	for _, e := range inAccount(all, accountOf(ctx)) {
		if asked(e, in.EntityFilter) && strings.HasPrefix(resourceOf(e).Path, aws.ToString(in.PathPrefix)) {
			wanted = append(wanted, e)
		}
	}
	found, next, err := slicePage(wanted, in.Marker, in.MaxItems)
	out := &iam.ListEntitiesForPolicyOutput{
		IsTruncated: next != nil, Marker: next,
		PolicyGroups: []types.PolicyGroup{}, PolicyRoles: []types.PolicyRole{}, PolicyUsers: []types.PolicyUser{},
	}
	for _, e := range found {
		addEntity(out, e)
	}
	return out, err
}

func addEntity(out *iam.ListEntitiesForPolicyOutput, e any) {
	switch e := e.(type) {
	case *directory.User:
		out.PolicyUsers = append(out.PolicyUsers, types.PolicyUser{UserId: aws.String(e.ID), UserName: aws.String(e.Name)})
	case *directory.Group:
		out.PolicyGroups = append(out.PolicyGroups, types.PolicyGroup{GroupId: aws.String(e.ID), GroupName: aws.String(e.Name)})
	case *directory.Role:
		out.PolicyRoles = append(out.PolicyRoles, types.PolicyRole{RoleId: aws.String(e.ID), RoleName: aws.String(e.Name)})
	}
}

// asked tells whether an entity is of the kind that a filter lets through; no filter lets all through.
func asked(e any, filter types.EntityType) bool {
	switch filter {
	case types.EntityTypeUser:
		_, ok := e.(*directory.User)
		return ok
	case types.EntityTypeGroup:
		_, ok := e.(*directory.Group)
		return ok
	case types.EntityTypeRole:
		_, ok := e.(*directory.Role)
		return ok
	case types.EntityTypeLocalManagedPolicy, types.EntityTypeAWSManagedPolicy:
		return false
	}
	return true
}

// resourceOf returns what a user, group or role has in common with the others.
func resourceOf(e any) *directory.Resource {
	switch e := e.(type) {
	case *directory.User:
		return &e.Resource
	case *directory.Group:
		return &e.Resource
	case *directory.Role:
		return &e.Resource
	}
	return &directory.Resource{}
}

func inAccount(all []any, account string) []any {
	var own []any
	for _, e := range all {
		if resourceOf(e).Account == account {
			own = append(own, e)
		}
	}
	return own
}
