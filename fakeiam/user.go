package fakeiam

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// CreateUser implements IAM's operation of that name, as do all the exported methods below and in the other files.
func (s *Service) CreateUser(ctx context.Context, in *iam.CreateUserInput) (*iam.CreateUserOutput, error) {
	tags, err := newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	user := &directory.User{}
	err = s.update(ctx, func(tx *directory.Tx) error {
		account, name := accountOf(ctx), aws.ToString(in.UserName)
		if directory.Get(tx, directory.UserKey(account, name)) != nil {
			return alreadyExists("User with name %s already exists.", name)
		}
		user = &directory.User{}
		var err error
		user.Resource, err = s.dir.NewResource(tx, directory.UserID, account, name, aws.ToString(in.Path), tags)
		if err != nil {
			return err
		}
		if err := s.setBoundary(ctx, tx, &user.Boundary, aws.ToString(in.PermissionsBoundary)); err != nil {
			return err
		}
		directory.Put(tx, user)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &iam.CreateUserOutput{User: userDetail(user)}, nil
}

// GetUser answers with the caller's own user where the request names none.
func (s *Service) GetUser(ctx context.Context, in *iam.GetUserInput) (*iam.GetUserOutput, error) {
	caller := callers.From(ctx)
	if in.UserName == nil && caller.Kind == directory.RootCaller {
		account := directory.Get(s.dir, directory.AccountKey(caller.Account))
		return &iam.GetUserOutput{User: rootDetail(account)}, nil
	}
	user, err := s.namedUser(ctx, s.dir, in.UserName)
	if err != nil {
		return nil, err
	}
	return &iam.GetUserOutput{User: userDetail(user)}, nil
}

// ListUsers lists the account's users by name.
func (s *Service) ListUsers(ctx context.Context, in *iam.ListUsersInput) (*iam.ListUsersOutput, error) {
	after, err := marker(in.Marker)
	if err != nil {
		return nil, err
	}
	account := accountOf(ctx)
	all := directory.List(s.dir, directory.AllUsers(account), directory.UserKey(account, after))
	under := where(all, func(u *directory.User) bool { return strings.HasPrefix(u.Path, aws.ToString(in.PathPrefix)) })
	users, next := page(under, in.MaxItems, func(u *directory.User) string { return u.Name })
	return &iam.ListUsersOutput{Users: each(users, userListed), IsTruncated: next != nil, Marker: next}, nil
}

// UpdateUser renames or moves a user, whose ID stays.
func (s *Service) UpdateUser(ctx context.Context, in *iam.UpdateUserInput) (*iam.UpdateUserOutput, error) {
	err := s.update(ctx, func(tx *directory.Tx) error {
		account := accountOf(ctx)
		user, err := findUser(tx, account, aws.ToString(in.UserName))
		if err != nil {
			return err
		}
		directory.Delete(tx, directory.UserKey(account, user.Name))
		if in.NewUserName != nil && directory.Get(tx, directory.UserKey(account, *in.NewUserName)) != nil {
			return alreadyExists("User with name %s already exists.", *in.NewUserName)
		}
		user.Name = orElse(in.NewUserName, user.Name)
		user.Path = orElse(in.NewPath, user.Path)
		directory.Put(tx, user)
		return nil
	})
	return &iam.UpdateUserOutput{}, err
}

// DeleteUser refuses while the user has anything that AWS wants to be deleted first.
func (s *Service) DeleteUser(ctx context.Context, in *iam.DeleteUserInput) (*iam.DeleteUserOutput, error) {
	err := s.update(ctx, func(tx *directory.Tx) error {
		user, err := findUser(tx, accountOf(ctx), aws.ToString(in.UserName))
		if err != nil {
			return err
		}
		if err := userInUse(user); err != nil {
			return err
		}
		if err := s.setBoundary(ctx, tx, &user.Boundary, ""); err != nil {
			return err
		}
		directory.Delete(tx, directory.UserKey(user.Account, user.Name))
		return nil
	})
	return &iam.DeleteUserOutput{}, err
}

func userInUse(user *directory.User) error {
	switch {
	case len(user.Keys) > 0:
		return mustFirst("delete access keys")
	case len(user.MFADevices) > 0:
		return mustFirst("delete MFA device")
	case len(user.Groups) > 0:
		return mustFirst("remove users from group")
	}
	return policiesInUse(&user.Grants)
}

func policiesInUse(g *directory.Grants) error {
	switch {
	case len(g.Attached) > 0:
		return mustFirst("detach all policies")
	case len(g.Inline) > 0:
		return mustFirst("delete policies")
	}
	return nil
}

func findUser(r directory.Reader, account, name string) (*directory.User, error) {
	if user := directory.Get(r, directory.UserKey(account, name)); user != nil {
		return user, nil
	}
	return nil, notFound("user", name)
}

// namedUser finds the user of the request, or the caller's own where it names none.
func (s *Service) namedUser(ctx context.Context, r directory.Reader, name *string) (*directory.User, error) {
	caller := callers.From(ctx)
	if name != nil {
		return findUser(r, caller.Account, *name)
	}
	if caller.Kind != directory.UserCaller {
		return nil, invalidValue("Must specify userName when calling with non-User credentials")
	}
	return findUser(r, caller.Account, caller.User.Name)
}

func userListed(u *directory.User) types.User {
	return types.User{
		Arn: aws.String(u.ARN()), CreateDate: aws.Time(u.Created), Path: aws.String(u.Path),
		UserId: aws.String(u.ID), UserName: aws.String(u.Name),
	}
}

func userDetail(u *directory.User) *types.User {
	detail := userListed(u)
	detail.Tags = tagList(u.Tags)
	detail.PermissionsBoundary = boundaryDetail(u.Boundary)
	return &detail
}

// rootDetail has no path and no name, but for the account's alias.
func rootDetail(a *directory.Account) *types.User {
	root := &types.User{
		Arn: aws.String(a.RootARN()), CreateDate: aws.Time(a.Created), Path: aws.String("/"), UserId: aws.String(a.ID),
	}
	if a.Alias != "" {
		root.UserName = aws.String(a.Alias)
	}
	return root
}

func orElse(value *string, otherwise string) string {
	if value == nil {
		return otherwise
	}
	return *value
}
