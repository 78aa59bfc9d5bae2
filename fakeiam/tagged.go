package fakeiam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// tagged is what can have tags.
type tagged struct {
	tags *[]directory.Tag
	keep func() // puts the entity into the transaction it was read in
}

// finder finds what a request names.
type finder func(ctx context.Context, r directory.Reader, name *string) (tagged, error)

func (s *Service) tag(ctx context.Context, find finder, name *string, tags []types.Tag) error {
	added, err := newTags(tags)
	if err != nil {
		return err
	}
	return s.changeTags(ctx, find, name, func(t tagged) error { return addTags(t.tags, added) })
}

func (s *Service) untag(ctx context.Context, find finder, name *string, keys []string) error {
	return s.changeTags(ctx, find, name, func(t tagged) error {
		removeTags(t.tags, keys)
		return nil
	})
}

func (s *Service) changeTags(ctx context.Context, find finder, name *string, change func(tagged) error) error {
	return s.update(ctx, func(tx *directory.Tx) error {
		found, err := find(ctx, tx, name)
		if err != nil {
			return err
		}
		if err := change(found); err != nil {
			return err
		}
		found.keep()
		return nil
	})
}

func (s *Service) listTags(ctx context.Context, find finder, name, opaque *string, maxItems *int32) ([]types.Tag, *string, error) {
	found, err := find(ctx, s.dir, name)
	if err != nil {
		return nil, nil, err
	}
	tags, next, err := slicePage(*found.tags, opaque, maxItems)
	return append([]types.Tag{}, tagList(tags)...), next, err
}

func taggedUser(ctx context.Context, r directory.Reader, name *string) (tagged, error) {
	user, err := findUser(r, accountOf(ctx), aws.ToString(name))
	if err != nil {
		return tagged{}, err
	}
	return tagged{&user.Tags, keep(r, func(tx *directory.Tx) { directory.Put(tx, user) })}, nil
}

func taggedRole(ctx context.Context, r directory.Reader, name *string) (tagged, error) {
	role, err := findRole(r, accountOf(ctx), aws.ToString(name))
	if err != nil {
		return tagged{}, err
	}
	return tagged{&role.Tags, keep(r, func(tx *directory.Tx) { directory.Put(tx, role) })}, nil
}

func taggedPolicy(ctx context.Context, r directory.Reader, arn *string) (tagged, error) {
	p, err := ownPolicy(ctx, r, aws.ToString(arn))
	if err != nil {
		return tagged{}, err
	}
	return tagged{&p.Tags, keep(r, func(tx *directory.Tx) { directory.Put(tx, p) })}, nil
}

func taggedProfile(ctx context.Context, r directory.Reader, name *string) (tagged, error) {
	profile, err := findProfile(r, accountOf(ctx), aws.ToString(name))
	if err != nil {
		return tagged{}, err
	}
	return tagged{&profile.Tags, keep(r, func(tx *directory.Tx) { directory.Put(tx, profile) })}, nil
}

func (s *Service) taggedDevice(ctx context.Context, r directory.Reader, serial *string) (tagged, error) {
	device, err := s.device(ctx, r, serial)
	if err != nil {
		return tagged{}, err
	}
	return tagged{&device.Tags, keep(r, func(tx *directory.Tx) { directory.Put(tx, device) })}, nil
}

func (s *Service) taggedProvider(ctx context.Context, r directory.Reader, arn *string) (tagged, error) {
	p, err := s.provider(ctx, r, arn)
	if err != nil {
		return tagged{}, err
	}
	return tagged{&p.Tags, keep(r, func(tx *directory.Tx) { directory.Put(tx, p) })}, nil
}

// keep puts an entity back where it was read in a transaction.
func keep(r directory.Reader, put func(tx *directory.Tx)) func() {
	tx, ok := r.(*directory.Tx)
	if !ok {
		return nil
	}
	return func() { put(tx) }
}
