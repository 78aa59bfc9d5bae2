package directory

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// SeedAccount is an account that should exist, with its people.
type SeedAccount struct {
	ID        string
	Partition string // empty: the directory's
	Alias     string
	Users     []SeedUser
	Roles     []SeedRole
}

// SeedUser is a user that should exist, with an access key.
type SeedUser struct {
	Name     string
	Path     string   // empty: "/"
	Policies []string // managed policies to attach: ARNs, or names of AWS managed policies
	Tags     []Tag
	// AccessKeyID and SecretAccessKey are the key to give; without them one is made.
	AccessKeyID     string
	SecretAccessKey string
}

// SeedRole is a role that should exist.
type SeedRole struct {
	Name       string
	Path       string // empty: "/"
	Trust      string // trust policy, JSON
	Policies   []string
	Tags       []Tag
	MaxSession time.Duration // 0: one hour
}

// SeededKey is the access key of a seeded user.
type SeededKey struct {
	Account, User, AccessKeyID, SecretAccessKey string
}

// DefaultMaxSession is how long a session of a role may last if the role does not say.
const DefaultMaxSession = time.Hour

// Seed makes what is missing of the accounts, users and roles, and leaves what exists as it is. It returns an active
// access key for every user that has one, in order.
func (d *Directory) Seed(ctx context.Context, accounts []SeedAccount) ([]SeededKey, error) {
	for _, a := range accounts {
		if err := d.seedAccount(ctx, a); err != nil {
			return nil, err
		}
	}
	var keys []SeededKey
	for _, a := range accounts {
		for _, u := range a.Users {
			key, err := d.seedUser(ctx, a.ID, u)
			if err != nil {
				return nil, fmt.Errorf("seed user %s of account %s: %w", u.Name, a.ID, err)
			}
			if key != nil {
				keys = append(keys, SeededKey{a.ID, u.Name, key.ID, key.Secret})
			}
		}
	}
	return keys, d.seedRoles(ctx, accounts)
}

func (d *Directory) seedAccount(ctx context.Context, a SeedAccount) error {
	if Get(d, AccountKey(a.ID)) != nil {
		return nil
	}
	account := &Account{ID: a.ID, Partition: orElse(a.Partition, d.cfg.Partition), Alias: a.Alias}
	if err := d.createAccount(ctx, account); err != nil {
		return fmt.Errorf("seed account %s: %w", a.ID, err)
	}
	return nil
}

func (d *Directory) seedUser(ctx context.Context, account string, s SeedUser) (*AccessKey, error) {
	var key *AccessKey
	err := d.Update(ctx, func(tx *Tx) error {
		user := Get(tx, UserKey(account, s.Name))
		if user != nil {
			key = firstActive(user.Keys)
			return nil
		}
		made, err := d.seedKey(tx, account, s)
		if err != nil {
			return err
		}
		user = &User{Keys: []AccessKey{made}}
		user.Resource, err = d.NewResource(tx, UserID, account, s.Name, s.Path, s.Tags)
		if err != nil {
			return err
		}
		if err := attachAll(tx, user.Partition, &user.Grants, s.Policies); err != nil {
			return err
		}
		Put(tx, user)
		key = &made
		return nil
	})
	return key, err
}

func firstActive(keys []AccessKey) *AccessKey {
	for i := range keys {
		if keys[i].Active {
			return &keys[i]
		}
	}
	return nil
}

func (d *Directory) seedKey(tx *Tx, account string, s SeedUser) (AccessKey, error) {
	if s.AccessKeyID == "" {
		return d.NewAccessKey(account)
	}
	if tx.dir.view.byID(s.AccessKeyID) != nil {
		return AccessKey{}, fmt.Errorf("access key %s belongs to somebody else already", s.AccessKeyID)
	}
	return AccessKey{ID: s.AccessKeyID, Secret: s.SecretAccessKey, Active: true, Created: d.now()}, nil
}

// seedRoles makes all roles before it resolves whom they trust, since they may trust each other.
func (d *Directory) seedRoles(ctx context.Context, accounts []SeedAccount) error {
	made := map[Key[Role]]bool{}
	for _, a := range accounts {
		for _, r := range a.Roles {
			isNew, err := d.seedRole(ctx, a.ID, r)
			if err != nil {
				return fmt.Errorf("seed role %s of account %s: %w", r.Name, a.ID, err)
			}
			made[RoleKey(a.ID, r.Name)] = isNew
		}
	}
	for key, isNew := range made {
		if !isNew {
			continue
		}
		if err := d.seedTrust(ctx, key); err != nil {
			return fmt.Errorf("seed the trust policy of %s: %w", key, err)
		}
	}
	return nil
}

func (d *Directory) seedTrust(ctx context.Context, key Key[Role]) error {
	return d.Update(ctx, func(tx *Tx) error {
		role := Get(tx, key)
		if role == nil {
			return ErrNotFound
		}
		if err := SetTrust(tx, role, role.Trust); err != nil {
			return err
		}
		Put(tx, role)
		return nil
	})
}

func (d *Directory) seedRole(ctx context.Context, account string, s SeedRole) (isNew bool, err error) {
	err = d.Update(ctx, func(tx *Tx) error {
		isNew = Get(tx, RoleKey(account, s.Name)) == nil
		if !isNew {
			return nil
		}
		role := &Role{Trust: s.Trust, MaxSession: s.MaxSession}
		if role.MaxSession == 0 {
			role.MaxSession = DefaultMaxSession
		}
		var err error
		role.Resource, err = d.NewResource(tx, RoleID, account, s.Name, s.Path, s.Tags)
		if err != nil {
			return err
		}
		if err := attachAll(tx, role.Partition, &role.Grants, s.Policies); err != nil {
			return err
		}
		Put(tx, role)
		return nil
	})
	return isNew, err
}

func attachAll(tx *Tx, partition string, g *Grants, policies []string) error {
	for _, name := range policies {
		arn := name
		if !strings.HasPrefix(name, "arn:") {
			var err error
			if arn, err = tx.dir.awsPolicyARN(partition, name); err != nil {
				return err
			}
		}
		if err := Attach(tx, g, arn); err != nil {
			return err
		}
	}
	return nil
}
