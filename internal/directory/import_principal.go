package directory

import (
	"fmt"
	"slices"
)

func (im *importing) user(tx *Tx, in *User) (made bool, err error) {
	old, err := replaced(tx, UserKey(in.Account, in.Name), in.ID)
	if err != nil {
		return false, err
	}
	before, u := recorded(old), *in
	if in.ID == "" {
		if old != nil {
			return false, nil
		}
		if err := im.identify(&u.Resource, UserID); err != nil {
			return false, err
		}
	}
	u.Attached, u.Boundary, u.Groups = nil, "", nil
	if old != nil {
		u.Attached, u.Boundary, u.Groups, u.Keys = old.Attached, old.Boundary, old.Groups, old.Keys
		u.Profile = orElse(old.Profile, in.Profile)
		if old.ID == in.ID {
			u.MFADevices = old.MFADevices
		}
	}
	if firstActive(u.Keys) == nil {
		key, err := im.dir.NewAccessKey(in.Account)
		if err != nil {
			return false, err
		}
		u.Keys = append(u.Keys, key)
	}
	if err := limit(tx, &u.Grants, &u.Boundary, in.Attached, in.Boundary); err != nil {
		return false, fmt.Errorf("user %s: %w", in.ARN(), err)
	}
	if err := joinOnly(tx, &u.Groups, in.Groups); err != nil {
		return false, fmt.Errorf("user %s: %w", in.ARN(), err)
	}
	return old == nil, putChanged(tx, before, &u)
}

func (im *importing) role(tx *Tx, in *Role) (made bool, err error) {
	old, err := replaced(tx, RoleKey(in.Account, in.Name), in.ID)
	if err != nil {
		return false, err
	}
	before, r := recorded(old), *in
	if in.ID == "" {
		if old != nil {
			return false, nil
		}
		if err := im.identify(&r.Resource, RoleID); err != nil {
			return false, err
		}
	}
	r.Attached, r.Boundary = nil, ""
	if old != nil {
		r.Attached, r.Boundary, r.Profiles = old.Attached, old.Boundary, old.Profiles
		r.Profile = orElse(old.Profile, in.Profile)
	}
	if r.Trust, err = im.trust(tx, in); err != nil {
		return false, fmt.Errorf("role %s: %w", in.ARN(), err)
	}
	if err := limit(tx, &r.Grants, &r.Boundary, in.Attached, in.Boundary); err != nil {
		return false, fmt.Errorf("role %s: %w", in.ARN(), err)
	}
	return old == nil, putChanged(tx, before, &r)
}

// identify gives an ID to a principal of which only the name is known.
func (im *importing) identify(r *Resource, prefix IDPrefix) (err error) {
	if r.Created.IsZero() {
		r.Created = im.dir.now()
	}
	r.ID, err = im.dir.NewID(prefix, im.Account)
	return err
}

// limit gives a user or role its attached policies and its boundary, and no others.
func limit(tx *Tx, g *Grants, boundary *string, attached []string, wanted string) error {
	if err := attachOnly(tx, g, attached); err != nil {
		return err
	}
	return SetBoundary(tx, boundary, wanted)
}

// joinOnly makes a user a member of the groups with the given IDs and of no others.
func joinOnly(tx *Tx, groups *[]string, wanted []string) error {
	for _, id := range *groups {
		if group := groupByID(tx, id); group != nil && !slices.Contains(wanted, id) {
			group.Members--
			Put(tx, group)
		}
	}
	for _, id := range wanted {
		if slices.Contains(*groups, id) {
			continue
		}
		group := groupByID(tx, id)
		if group == nil {
			return fmt.Errorf("group %s: %w", id, ErrNotFound)
		}
		group.Members++
		Put(tx, group)
	}
	*groups = slices.Clone(wanted)
	return nil
}

func groupByID(tx *Tx, id string) *Group {
	named, ok := tx.dir.view.byID(id).(*Group)
	if !ok {
		return nil
	}
	return Get(tx, GroupKey(named.Account, named.Name))
}
