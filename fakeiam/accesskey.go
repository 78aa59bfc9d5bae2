package fakeiam

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
)

// keysPerUser is AWS's quota
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entities).
const keysPerUser = 2

// keyring is the user, or the account's root user, whose access keys a request is about.
type keyring struct {
	name string // of the user; empty for the root user
	keys *[]directory.AccessKey
	keep func()
}

// keyring finds the access keys of a named user, or the caller's own.
func (s *Service) keyring(ctx context.Context, tx *directory.Tx, name *string) (keyring, error) {
	if caller := callers.From(ctx); name == nil && caller.Kind == directory.RootCaller {
		root := directory.Get(tx, directory.AccountKey(caller.Account))
		return keyring{keys: &root.RootKeys, keep: func() { directory.Put(tx, root) }}, nil
	}
	user, err := s.namedUser(ctx, tx, name)
	if err != nil {
		return keyring{}, err
	}
	return keyring{user.Name, &user.Keys, func() { directory.Put(tx, user) }}, nil
}

// find returns the position of a key, which a request can name only together with its own user.
func (k keyring) find(id string) (int, error) {
	i := slices.IndexFunc(*k.keys, func(key directory.AccessKey) bool { return key.ID == id })
	if i < 0 {
		return 0, noSuchEntity("The Access Key with id %s cannot be found.", id)
	}
	return i, nil
}

// CreateAccessKey is the only operation that tells a secret.
func (s *Service) CreateAccessKey(ctx context.Context, in *iam.CreateAccessKeyInput) (*iam.CreateAccessKeyOutput, error) {
	var name string
	key, err := s.dir.NewAccessKey(accountOf(ctx))
	if err != nil {
		return nil, err
	}
	err = s.update(ctx, func(tx *directory.Tx) error {
		ring, err := s.keyring(ctx, tx, in.UserName)
		if err != nil {
			return err
		}
		if len(*ring.keys) >= keysPerUser {
			return quotaExceeded("AccessKeysPerUser", keysPerUser)
		}
		*ring.keys = append(*ring.keys, key)
		name = ring.name
		ring.keep()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &iam.CreateAccessKeyOutput{AccessKey: &types.AccessKey{
		AccessKeyId: aws.String(key.ID), SecretAccessKey: aws.String(key.Secret), CreateDate: aws.Time(key.Created),
		Status: status(key.Active), UserName: aws.String(name),
	}}, nil
}

// ListAccessKeys lists keys without their secrets.
func (s *Service) ListAccessKeys(ctx context.Context, in *iam.ListAccessKeysInput) (*iam.ListAccessKeysOutput, error) {
	owner, name, err := s.listedKeys(ctx, in.UserName)
	if err != nil {
		return nil, err
	}
	keys, next, err := slicePage(owner, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	listed := each(keys, func(k directory.AccessKey) types.AccessKeyMetadata {
		return types.AccessKeyMetadata{
			AccessKeyId: aws.String(k.ID), CreateDate: aws.Time(k.Created), Status: status(k.Active), UserName: aws.String(name),
		}
	})
	return &iam.ListAccessKeysOutput{AccessKeyMetadata: listed, IsTruncated: next != nil, Marker: next}, nil
}

func (s *Service) listedKeys(ctx context.Context, name *string) ([]directory.AccessKey, string, error) {
	if caller := callers.From(ctx); name == nil && caller.Kind == directory.RootCaller {
		return directory.Get(s.dir, directory.AccountKey(caller.Account)).RootKeys, "", nil
	}
	user, err := s.namedUser(ctx, s.dir, name)
	if err != nil {
		return nil, "", err
	}
	return user.Keys, user.Name, nil
}

// UpdateAccessKey makes a key active or inactive.
func (s *Service) UpdateAccessKey(ctx context.Context, in *iam.UpdateAccessKeyInput) (*iam.UpdateAccessKeyOutput, error) {
	err := s.update(ctx, func(tx *directory.Tx) error {
		ring, err := s.keyring(ctx, tx, in.UserName)
		if err != nil {
			return err
		}
		i, err := ring.find(aws.ToString(in.AccessKeyId))
		if err != nil {
			return err
		}
		(*ring.keys)[i].Active = in.Status == types.StatusTypeActive
		ring.keep()
		return nil
	})
	return &iam.UpdateAccessKeyOutput{}, err
}

// DeleteAccessKey ends a key at once.
func (s *Service) DeleteAccessKey(ctx context.Context, in *iam.DeleteAccessKeyInput) (*iam.DeleteAccessKeyOutput, error) {
	err := s.update(ctx, func(tx *directory.Tx) error {
		ring, err := s.keyring(ctx, tx, in.UserName)
		if err != nil {
			return err
		}
		i, err := ring.find(aws.ToString(in.AccessKeyId))
		if err != nil {
			return err
		}
		*ring.keys = slices.Delete(*ring.keys, i, i+1)
		ring.keep()
		return nil
	})
	return &iam.DeleteAccessKeyOutput{}, err
}

// GetAccessKeyLastUsed answers N/A for a key that was not used yet, as AWS does.
func (s *Service) GetAccessKeyLastUsed(ctx context.Context, in *iam.GetAccessKeyLastUsedInput) (*iam.GetAccessKeyLastUsedOutput, error) {
	id := aws.ToString(in.AccessKeyId)
	user, ok := s.dir.ByID(id).(*directory.User)
	if !ok || user.Account != accountOf(ctx) {
		return nil, noSuchEntity("The Access Key with id %s cannot be found.", id)
	}
	last := &types.AccessKeyLastUsed{Region: aws.String("N/A"), ServiceName: aws.String("N/A")}
	if use, ok := s.dir.LastUse(id); ok {
		last = &types.AccessKeyLastUsed{
			Region: aws.String(use.Region), ServiceName: aws.String(use.Service), LastUsedDate: aws.Time(use.At.UTC().Truncate(time.Minute)),
		}
	}
	return &iam.GetAccessKeyLastUsedOutput{AccessKeyLastUsed: last, UserName: aws.String(user.Name)}, nil
}

func status(active bool) types.StatusType {
	if active {
		return types.StatusTypeActive
	}
	return types.StatusTypeInactive
}
