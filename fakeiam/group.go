package fakeiam

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// groupsPerUser is AWS's quota.
const groupsPerUser = 10

// CreateGroup makes an empty group.
func (s *Service) CreateGroup(ctx context.Context, in *iam.CreateGroupInput) (*iam.CreateGroupOutput, error) {
	group := &directory.Group{}
	err := s.update(ctx, func(tx *directory.Tx) error {
		account, name := accountOf(ctx), aws.ToString(in.GroupName)
		if directory.Get(tx, directory.GroupKey(account, name)) != nil {
			return alreadyExists("Group with name %s already exists.", name)
		}
		group = &directory.Group{}
		var err error
		group.Resource, err = s.dir.NewResource(tx, directory.GroupID, account, name, aws.ToString(in.Path), nil)
		directory.Put(tx, group)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &iam.CreateGroupOutput{Group: groupDetail(group)}, nil
}

// GetGroup shows a group with its users.
func (s *Service) GetGroup(ctx context.Context, in *iam.GetGroupInput) (*iam.GetGroupOutput, error) {
	group, err := findGroup(s.dir, accountOf(ctx), aws.ToString(in.GroupName))
	if err != nil {
		return nil, err
	}
	var members []types.User
	for _, member := range s.dir.Referring(group.ID) {
		if user, ok := member.(*directory.User); ok {
			members = append(members, userListed(user))
		}
	}
	users, next, err := slicePage(members, in.Marker, in.MaxItems)
	return &iam.GetGroupOutput{Group: groupDetail(group), Users: users, IsTruncated: next != nil, Marker: next}, err
}

// ListGroups lists the account's groups by name.
func (s *Service) ListGroups(ctx context.Context, in *iam.ListGroupsInput) (*iam.ListGroupsOutput, error) {
	after, err := marker(in.Marker)
	if err != nil {
		return nil, err
	}
	account := accountOf(ctx)
	all := directory.List(s.dir, directory.AllGroups(account), directory.GroupKey(account, after))
	under := where(all, func(g *directory.Group) bool { return strings.HasPrefix(g.Path, aws.ToString(in.PathPrefix)) })
	groups, next := page(under, in.MaxItems, func(g *directory.Group) string { return g.Name })
	return &iam.ListGroupsOutput{Groups: each(groups, groupListed), IsTruncated: next != nil, Marker: next}, nil
}

// ListGroupsForUser lists the groups that a user is in.
func (s *Service) ListGroupsForUser(ctx context.Context, in *iam.ListGroupsForUserInput) (*iam.ListGroupsForUserOutput, error) {
	user, err := findUser(s.dir, accountOf(ctx), aws.ToString(in.UserName))
	if err != nil {
		return nil, err
	}
	groups, next, err := slicePage(s.groupsOf(user), in.Marker, in.MaxItems)
	return &iam.ListGroupsForUserOutput{Groups: each(groups, groupListed), IsTruncated: next != nil, Marker: next}, err
}

func (s *Service) groupsOf(user *directory.User) []*directory.Group {
	var groups []*directory.Group
	for _, id := range user.Groups {
		if group, ok := s.dir.ByID(id).(*directory.Group); ok {
			groups = append(groups, group)
		}
	}
	return groups
}

// UpdateGroup renames or moves a group; its users stay in it.
func (s *Service) UpdateGroup(ctx context.Context, in *iam.UpdateGroupInput) (*iam.UpdateGroupOutput, error) {
	err := s.update(ctx, func(tx *directory.Tx) error {
		account := accountOf(ctx)
		group, err := findGroup(tx, account, aws.ToString(in.GroupName))
		if err != nil {
			return err
		}
		directory.Delete(tx, directory.GroupKey(account, group.Name))
		if in.NewGroupName != nil && directory.Get(tx, directory.GroupKey(account, *in.NewGroupName)) != nil {
			return alreadyExists("Group with name %s already exists.", *in.NewGroupName)
		}
		group.Name = orElse(in.NewGroupName, group.Name)
		group.Path = orElse(in.NewPath, group.Path)
		directory.Put(tx, group)
		return nil
	})
	return &iam.UpdateGroupOutput{}, err
}

// DeleteGroup refuses while the group has users or policies.
func (s *Service) DeleteGroup(ctx context.Context, in *iam.DeleteGroupInput) (*iam.DeleteGroupOutput, error) {
	err := s.update(ctx, func(tx *directory.Tx) error {
		group, err := findGroup(tx, accountOf(ctx), aws.ToString(in.GroupName))
		if err != nil {
			return err
		}
		if group.Members > 0 {
			return mustFirst("remove users from group")
		}
		if err := policiesInUse(&group.Grants); err != nil {
			return err
		}
		directory.Delete(tx, directory.GroupKey(group.Account, group.Name))
		return nil
	})
	return &iam.DeleteGroupOutput{}, err
}

// AddUserToGroup does nothing for a user who is in the group.
func (s *Service) AddUserToGroup(ctx context.Context, in *iam.AddUserToGroupInput) (*iam.AddUserToGroupOutput, error) {
	return &iam.AddUserToGroupOutput{}, s.changeMember(ctx, in.UserName, in.GroupName, func(user *directory.User, group *directory.Group) error {
		if slices.Contains(user.Groups, group.ID) {
			return nil
		}
		if len(user.Groups) >= groupsPerUser {
			return quotaExceeded("GroupsPerUser", groupsPerUser)
		}
		user.Groups = append(user.Groups, group.ID)
		group.Members++
		return nil
	})
}

// RemoveUserFromGroup refuses for a user who is not in the group.
func (s *Service) RemoveUserFromGroup(ctx context.Context, in *iam.RemoveUserFromGroupInput) (*iam.RemoveUserFromGroupOutput, error) {
	return &iam.RemoveUserFromGroupOutput{}, s.changeMember(ctx, in.UserName, in.GroupName, func(user *directory.User, group *directory.Group) error {
		i := slices.Index(user.Groups, group.ID)
		if i < 0 {
			return notFound("user", user.Name)
		}
		user.Groups = slices.Delete(user.Groups, i, i+1)
		group.Members--
		return nil
	})
}

func (s *Service) changeMember(ctx context.Context, userName, groupName *string, change func(*directory.User, *directory.Group) error) error {
	return s.update(ctx, func(tx *directory.Tx) error {
		group, err := findGroup(tx, accountOf(ctx), aws.ToString(groupName))
		if err != nil {
			return err
		}
		user, err := findUser(tx, accountOf(ctx), aws.ToString(userName))
		if err != nil {
			return err
		}
		if err := change(user, group); err != nil {
			return err
		}
		directory.Put(tx, user)
		directory.Put(tx, group)
		return nil
	})
}

func findGroup(r directory.Reader, account, name string) (*directory.Group, error) {
	if group := directory.Get(r, directory.GroupKey(account, name)); group != nil {
		return group, nil
	}
	return nil, notFound("group", name)
}

func groupListed(g *directory.Group) types.Group {
	return types.Group{
		Arn: aws.String(g.ARN()), CreateDate: aws.Time(g.Created), GroupId: aws.String(g.ID), GroupName: aws.String(g.Name),
		Path: aws.String(g.Path),
	}
}

func groupDetail(g *directory.Group) *types.Group {
	detail := groupListed(g)
	return &detail
}
