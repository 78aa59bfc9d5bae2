package fakeiam

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// CreateInstanceProfile makes an instance profile without a role.
func (s *Service) CreateInstanceProfile(ctx context.Context, in *iam.CreateInstanceProfileInput) (*iam.CreateInstanceProfileOutput, error) {
	tags, err := newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	profile := &directory.InstanceProfile{}
	err = s.update(ctx, func(tx *directory.Tx) error {
		account, name := accountOf(ctx), aws.ToString(in.InstanceProfileName)
		if directory.Get(tx, directory.InstanceProfileKey(account, name)) != nil {
			return alreadyExists("Instance Profile %s already exists.", name)
		}
		profile = &directory.InstanceProfile{}
		var err error
		profile.Resource, err = s.dir.NewResource(tx, directory.InstanceProfileID, account, name, aws.ToString(in.Path), tags)
		directory.Put(tx, profile)
		return err
	})
	if err != nil {
		return nil, err
	}
	out, err := s.profileDetail(profile)
	return &iam.CreateInstanceProfileOutput{InstanceProfile: out}, err
}

// GetInstanceProfile shows an instance profile with its role.
func (s *Service) GetInstanceProfile(ctx context.Context, in *iam.GetInstanceProfileInput) (*iam.GetInstanceProfileOutput, error) {
	profile, err := findProfile(s.dir, accountOf(ctx), aws.ToString(in.InstanceProfileName))
	if err != nil {
		return nil, err
	}
	out, err := s.profileDetail(profile)
	return &iam.GetInstanceProfileOutput{InstanceProfile: out}, err
}

// ListInstanceProfiles lists the account's instance profiles by name.
func (s *Service) ListInstanceProfiles(ctx context.Context, in *iam.ListInstanceProfilesInput) (*iam.ListInstanceProfilesOutput, error) {
	profiles, next, err := s.profiles(ctx, in.Marker, in.MaxItems, func(p *directory.InstanceProfile) bool {
		return strings.HasPrefix(p.Path, aws.ToString(in.PathPrefix))
	})
	return &iam.ListInstanceProfilesOutput{InstanceProfiles: profiles, IsTruncated: next != nil, Marker: next}, err
}

// ListInstanceProfilesForRole lists the instance profiles that hold a role.
func (s *Service) ListInstanceProfilesForRole(ctx context.Context, in *iam.ListInstanceProfilesForRoleInput) (*iam.ListInstanceProfilesForRoleOutput, error) {
	role, err := findRole(s.dir, accountOf(ctx), aws.ToString(in.RoleName))
	if err != nil {
		return nil, err
	}
	profiles, next, err := s.profiles(ctx, in.Marker, in.MaxItems, func(p *directory.InstanceProfile) bool {
		return slices.Contains(p.Roles, role.Name)
	})
	return &iam.ListInstanceProfilesForRoleOutput{InstanceProfiles: profiles, IsTruncated: next != nil, Marker: next}, err
}

func (s *Service) profiles(ctx context.Context, opaque *string, maxItems *int32, accepts func(*directory.InstanceProfile) bool) ([]types.InstanceProfile, *string, error) {
	after, err := marker(opaque)
	if err != nil {
		return nil, nil, err
	}
	account := accountOf(ctx)
	all := directory.List(s.dir, directory.AllInstanceProfiles(account), directory.InstanceProfileKey(account, after))
	found, next := page(where(all, accepts), maxItems, func(p *directory.InstanceProfile) string { return p.Name })
	out := make([]types.InstanceProfile, len(found))
	for i, profile := range found {
		detail, err := s.profileDetail(profile)
		if err != nil {
			return nil, nil, err
		}
		out[i] = *detail
	}
	return out, next, nil
}

// DeleteInstanceProfile refuses while the instance profile holds a role.
func (s *Service) DeleteInstanceProfile(ctx context.Context, in *iam.DeleteInstanceProfileInput) (*iam.DeleteInstanceProfileOutput, error) {
	err := s.update(ctx, func(tx *directory.Tx) error {
		profile, err := findProfile(tx, accountOf(ctx), aws.ToString(in.InstanceProfileName))
		if err != nil {
			return err
		}
		if len(profile.Roles) > 0 {
			return mustFirst("remove roles from instance profile")
		}
		directory.Delete(tx, directory.InstanceProfileKey(profile.Account, profile.Name))
		return nil
	})
	return &iam.DeleteInstanceProfileOutput{}, err
}

// AddRoleToInstanceProfile needs iam:PassRole besides its own permission, since it hands the role to instances.
func (s *Service) AddRoleToInstanceProfile(ctx context.Context, in *iam.AddRoleToInstanceProfileInput) (*iam.AddRoleToInstanceProfileOutput, error) {
	err := s.changeProfile(ctx, in.InstanceProfileName, in.RoleName, func(profile *directory.InstanceProfile, role *directory.Role) error {
		if err := s.mayPass(ctx, role); err != nil {
			return err
		}
		if len(profile.Roles) > 0 {
			return quotaExceeded("InstanceSessionsPerInstanceProfile", 1)
		}
		profile.Roles = []string{role.Name}
		role.Profiles++
		return nil
	})
	return &iam.AddRoleToInstanceProfileOutput{}, err
}

// mayPass asks for iam:PassRole
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html).
func (s *Service) mayPass(ctx context.Context, role *directory.Role) error {
	keys := policy.Context{}
	keys.Set("iam:PassedToService", "ec2.amazonaws.com")
	keys.Set("aws:SourceIp", awswire.CallFrom(ctx).SourceIP)
	return s.dir.Authorize(callers.From(ctx), directory.Access{Action: "iam:PassRole", Resource: role.ARN(), Context: keys})
}

// RemoveRoleFromInstanceProfile leaves the instance profile empty.
func (s *Service) RemoveRoleFromInstanceProfile(ctx context.Context, in *iam.RemoveRoleFromInstanceProfileInput) (*iam.RemoveRoleFromInstanceProfileOutput, error) {
	err := s.changeProfile(ctx, in.InstanceProfileName, in.RoleName, func(profile *directory.InstanceProfile, role *directory.Role) error {
		i := slices.Index(profile.Roles, role.Name)
		if i < 0 {
			return notFound("role", role.Name)
		}
		profile.Roles = slices.Delete(profile.Roles, i, i+1)
		role.Profiles--
		return nil
	})
	return &iam.RemoveRoleFromInstanceProfileOutput{}, err
}

func (s *Service) changeProfile(ctx context.Context, profileName, roleName *string, change func(*directory.InstanceProfile, *directory.Role) error) error {
	return s.update(ctx, func(tx *directory.Tx) error {
		profile, err := findProfile(tx, accountOf(ctx), aws.ToString(profileName))
		if err != nil {
			return err
		}
		role, err := findRole(tx, accountOf(ctx), aws.ToString(roleName))
		if err != nil {
			return err
		}
		if err := change(profile, role); err != nil {
			return err
		}
		directory.Put(tx, profile)
		directory.Put(tx, role)
		return nil
	})
}

func findProfile(r directory.Reader, account, name string) (*directory.InstanceProfile, error) {
	if profile := directory.Get(r, directory.InstanceProfileKey(account, name)); profile != nil {
		return profile, nil
	}
	return nil, noSuchEntity("Instance Profile %s cannot be found.", name)
}

func (s *Service) profileDetail(p *directory.InstanceProfile) (*types.InstanceProfile, error) {
	detail := &types.InstanceProfile{
		Arn: aws.String(p.ARN()), CreateDate: aws.Time(p.Created), InstanceProfileId: aws.String(p.ID),
		InstanceProfileName: aws.String(p.Name), Path: aws.String(p.Path), Roles: []types.Role{}, Tags: tagList(p.Tags),
	}
	for _, name := range p.Roles {
		role := directory.Get(s.dir, directory.RoleKey(p.Account, name))
		if role == nil {
			continue
		}
		listed, err := s.roleListed(role)
		if err != nil {
			return nil, err
		}
		detail.Roles = append(detail.Roles, listed)
	}
	return detail, nil
}
