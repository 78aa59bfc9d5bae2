package directory

import (
	"fmt"
	"slices"
)

func (im *importing) policy(tx *Tx, in *Policy) (made bool, err error) {
	if in.Account == OfAWS && im.dir.AWSPolicy(in.ARN()) != nil {
		return false, nil // the catalogue's is in force
	}
	old, err := replaced(tx, PolicyKey(in.Account, in.Name), in.ID)
	if err != nil {
		return false, err
	}
	before, p := recorded(old), *in
	if old != nil {
		p.Attachments, p.Boundaries = old.Attachments, old.Boundaries
		if old.ARN() != in.ARN() { // whoever is attached to it is so by the other ARN
			p.Attachments, p.Boundaries = 0, 0
		}
	}
	return old == nil, putChanged(tx, before, &p)
}

func (im *importing) group(tx *Tx, in *Group) (made bool, err error) {
	old, err := replaced(tx, GroupKey(in.Account, in.Name), in.ID)
	if err != nil {
		return false, err
	}
	before, g := recorded(old), *in
	g.Attached = nil
	if old != nil {
		g.Attached = old.Attached
		if old.ID == in.ID {
			g.Members = old.Members
		}
	}
	if err := attachOnly(tx, &g.Grants, in.Attached); err != nil {
		return false, fmt.Errorf("group %s: %w", in.ARN(), err)
	}
	return old == nil, putChanged(tx, before, &g)
}

func (im *importing) instanceProfile(tx *Tx, in *InstanceProfile) (made bool, err error) {
	old, err := replaced(tx, InstanceProfileKey(in.Account, in.Name), in.ID)
	if err != nil {
		return false, err
	}
	var had []string
	if old != nil {
		had = old.Roles
	}
	before, p := recorded(old), *in
	for _, name := range slices.Concat(had, in.Roles) {
		role := Get(tx, RoleKey(in.Account, name))
		if role == nil || slices.Contains(had, name) == slices.Contains(in.Roles, name) {
			continue
		}
		if role.Profiles--; slices.Contains(in.Roles, name) {
			role.Profiles += 2
		}
		Put(tx, role)
	}
	return old == nil, putChanged(tx, before, &p)
}
