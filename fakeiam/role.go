package fakeiam

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// serviceRolePath begins the paths of service-linked roles, which only their services make and change.
const serviceRolePath = "/aws-service-role/"

// CreateRole makes a role, whose trust policy may only name principals that exist.
func (s *Service) CreateRole(ctx context.Context, in *iam.CreateRoleInput) (*iam.CreateRoleOutput, error) {
	if strings.HasPrefix(aws.ToString(in.Path), serviceRolePath) {
		return nil, invalidValue("Role name or path is reserved for service linked roles: %s", aws.ToString(in.Path))
	}
	tags, err := newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	role := &directory.Role{}
	err = s.update(ctx, func(tx *directory.Tx) error {
		role = &directory.Role{
			Description: aws.ToString(in.Description),
			MaxSession:  maxSession(in.MaxSessionDuration),
		}
		return s.putNewRole(ctx, tx, role, in, tags)
	})
	if err != nil {
		return nil, err
	}
	out, err := s.roleDetail(role)
	return &iam.CreateRoleOutput{Role: out}, err
}

func (s *Service) putNewRole(ctx context.Context, tx *directory.Tx, role *directory.Role, in *iam.CreateRoleInput, tags []directory.Tag) error {
	account, name := accountOf(ctx), aws.ToString(in.RoleName)
	if directory.Get(tx, directory.RoleKey(account, name)) != nil {
		return alreadyExists("Role with name %s already exists.", name)
	}
	if err := setTrust(tx, role, aws.ToString(in.AssumeRolePolicyDocument)); err != nil {
		return err
	}
	var err error
	role.Resource, err = s.dir.NewResource(tx, directory.RoleID, account, name, aws.ToString(in.Path), tags)
	if err != nil {
		return err
	}
	if err := s.setBoundary(ctx, tx, &role.Boundary, aws.ToString(in.PermissionsBoundary)); err != nil {
		return err
	}
	directory.Put(tx, role)
	return nil
}

func maxSession(seconds *int32) time.Duration {
	if seconds == nil {
		return directory.DefaultMaxSession
	}
	return time.Duration(*seconds) * time.Second
}

// GetRole shows a role with its trust policy URL-encoded, as all documents are in IAM's answers.
func (s *Service) GetRole(ctx context.Context, in *iam.GetRoleInput) (*iam.GetRoleOutput, error) {
	role, err := findRole(s.dir, accountOf(ctx), aws.ToString(in.RoleName))
	if err != nil {
		return nil, err
	}
	out, err := s.roleDetail(role)
	return &iam.GetRoleOutput{Role: out}, err
}

// ListRoles lists the account's roles by name, without tags and boundaries, as AWS does.
func (s *Service) ListRoles(ctx context.Context, in *iam.ListRolesInput) (*iam.ListRolesOutput, error) {
	after, err := marker(in.Marker)
	if err != nil {
		return nil, err
	}
	account := accountOf(ctx)
	all := directory.List(s.dir, directory.AllRoles(account), directory.RoleKey(account, after))
	under := where(all, func(r *directory.Role) bool { return strings.HasPrefix(r.Path, aws.ToString(in.PathPrefix)) })
	roles, next := page(under, in.MaxItems, func(r *directory.Role) string { return r.Name })
	out := &iam.ListRolesOutput{Roles: make([]types.Role, len(roles)), IsTruncated: next != nil, Marker: next}
	for i, role := range roles {
		if out.Roles[i], err = s.roleListed(role); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// UpdateRole changes what a role says of itself; a description that is not given is emptied, as on AWS.
func (s *Service) UpdateRole(ctx context.Context, in *iam.UpdateRoleInput) (*iam.UpdateRoleOutput, error) {
	_, err := s.changeRole(ctx, in.RoleName, func(_ *directory.Tx, role *directory.Role) error {
		role.Description = aws.ToString(in.Description)
		if in.MaxSessionDuration != nil {
			role.MaxSession = maxSession(in.MaxSessionDuration)
		}
		return nil
	})
	return &iam.UpdateRoleOutput{}, err
}

// UpdateRoleDescription is the older way to change a description.
func (s *Service) UpdateRoleDescription(ctx context.Context, in *iam.UpdateRoleDescriptionInput) (*iam.UpdateRoleDescriptionOutput, error) {
	role, err := s.changeRole(ctx, in.RoleName, func(_ *directory.Tx, role *directory.Role) error {
		role.Description = aws.ToString(in.Description)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out, err := s.roleDetail(role)
	return &iam.UpdateRoleDescriptionOutput{Role: out}, err
}

// UpdateAssumeRolePolicy replaces the trust policy; principals that were made anew count again from now on.
func (s *Service) UpdateAssumeRolePolicy(ctx context.Context, in *iam.UpdateAssumeRolePolicyInput) (*iam.UpdateAssumeRolePolicyOutput, error) {
	_, err := s.changeRole(ctx, in.RoleName, func(tx *directory.Tx, role *directory.Role) error {
		return setTrust(tx, role, aws.ToString(in.PolicyDocument))
	})
	return &iam.UpdateAssumeRolePolicyOutput{}, err
}

func (s *Service) changeRole(ctx context.Context, name *string, change func(*directory.Tx, *directory.Role) error) (*directory.Role, error) {
	var role *directory.Role
	err := s.update(ctx, func(tx *directory.Tx) error {
		var err error
		if role, err = findOwnRole(tx, accountOf(ctx), aws.ToString(name)); err != nil {
			return err
		}
		if err := change(tx, role); err != nil {
			return err
		}
		directory.Put(tx, role)
		return nil
	})
	return role, err
}

// DeleteRole refuses while the role has anything that AWS wants to be deleted first.
func (s *Service) DeleteRole(ctx context.Context, in *iam.DeleteRoleInput) (*iam.DeleteRoleOutput, error) {
	err := s.update(ctx, func(tx *directory.Tx) error {
		role, err := findOwnRole(tx, accountOf(ctx), aws.ToString(in.RoleName))
		if err != nil {
			return err
		}
		if role.Profiles > 0 {
			return mustFirst("remove roles from instance profile")
		}
		if err := policiesInUse(&role.Grants); err != nil {
			return err
		}
		return s.removeRole(ctx, tx, role)
	})
	return &iam.DeleteRoleOutput{}, err
}

func (s *Service) removeRole(ctx context.Context, tx *directory.Tx, role *directory.Role) error {
	if err := s.setBoundary(ctx, tx, &role.Boundary, ""); err != nil {
		return err
	}
	directory.Delete(tx, directory.RoleKey(role.Account, role.Name))
	return nil
}

func findRole(r directory.Reader, account, name string) (*directory.Role, error) {
	if role := directory.Get(r, directory.RoleKey(account, name)); role != nil {
		return role, nil
	}
	return nil, notFound("role", name)
}

// findOwnRole refuses service-linked roles, which IAM's users cannot change.
func findOwnRole(r directory.Reader, account, name string) (*directory.Role, error) {
	role, err := findRole(r, account, name)
	if err == nil && strings.HasPrefix(role.Path, serviceRolePath) {
		return nil, &types.UnmodifiableEntityException{Message: aws.String(
			"Cannot perform the operation on the protected role '" + role.Name + "' - this role is only modifiable by AWS")}
	}
	return role, err
}

func (s *Service) roleListed(r *directory.Role) (types.Role, error) {
	trust, err := s.dir.TrustText(r)
	if err != nil {
		return types.Role{}, err
	}
	listed := types.Role{
		Arn: aws.String(r.ARN()), CreateDate: aws.Time(r.Created), Path: aws.String(r.Path), RoleId: aws.String(r.ID),
		RoleName: aws.String(r.Name), AssumeRolePolicyDocument: encode(trust),
		MaxSessionDuration: aws.Int32(int32(r.MaxSession.Seconds())),
	}
	if r.Description != "" {
		listed.Description = aws.String(r.Description)
	}
	return listed, nil
}

func (s *Service) roleDetail(r *directory.Role) (*types.Role, error) {
	detail, err := s.roleListed(r)
	if err != nil {
		return nil, err
	}
	detail.Tags = tagList(r.Tags)
	detail.PermissionsBoundary = boundaryDetail(r.Boundary)
	detail.RoleLastUsed = s.lastUsed(r)
	return &detail, nil
}

func (s *Service) lastUsed(r *directory.Role) *types.RoleLastUsed {
	use, ok := s.dir.LastUse(r.ID)
	if !ok {
		return &types.RoleLastUsed{}
	}
	return &types.RoleLastUsed{LastUsedDate: aws.Time(use.At), Region: aws.String(use.Region)}
}

// encode escapes a document as RFC 3986 has it, which is how IAM answers documents
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html).
func encode(document string) *string {
	escaped := strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
	return &escaped
}
