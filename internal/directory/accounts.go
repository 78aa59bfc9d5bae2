package directory

import (
	"context"
	"errors"
	"fmt"
	"regexp"
)

var (
	// ErrExists says that what should be made is there already.
	ErrExists = errors.New("it exists already")
	// ErrNotFound says that what is named is not there.
	ErrNotFound = errors.New("it does not exist")
)

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// CreateAccount makes an account with an access key for its root user. It wraps ErrExists if the account or the alias,
// which may be empty, exists.
func (d *Directory) CreateAccount(ctx context.Context, id, alias string) (AccessKey, error) {
	key, err := d.NewAccessKey(id)
	if err != nil {
		return AccessKey{}, err
	}
	account := &Account{ID: id, Partition: d.cfg.Partition, Alias: alias, RootKeys: []AccessKey{key}}
	if err := d.createAccount(ctx, account); err != nil {
		return AccessKey{}, fmt.Errorf("create account %s: %w", id, err)
	}
	return key, nil
}

func (d *Directory) createAccount(ctx context.Context, account *Account) error {
	if !accountID.MatchString(account.ID) {
		return fmt.Errorf("account ID %q: want twelve digits", account.ID)
	}
	account.Created = d.now()
	return d.Update(ctx, func(tx *Tx) error {
		if Get(tx, AccountKey(account.ID)) != nil {
			return ErrExists
		}
		if account.Alias != "" {
			if Get(tx, AliasKey(account.Alias)) != nil {
				return fmt.Errorf("alias %s: %w", account.Alias, ErrExists)
			}
			Put(tx, &Alias{Name: account.Alias, Account: account.ID})
		}
		Put(tx, account)
		return nil
	})
}

// batchSize is how many records one transaction changes where there are many: it stays below
// store.MaxOps, and the largest records stay below etcd's limit for a request (1.5 MiB).
const batchSize = 25

// DeleteAccount removes an account with all that it owns; credentials of it stop working first. It wraps ErrNotFound.
func (d *Directory) DeleteAccount(ctx context.Context, id string) error {
	err := d.Update(ctx, func(tx *Tx) error {
		account := Get(tx, AccountKey(id))
		if account == nil {
			return ErrNotFound
		}
		if account.Alias != "" {
			Delete(tx, AliasKey(account.Alias))
		}
		Delete(tx, AccountKey(id))
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete account %s: %w", id, err)
	}
	for keys := d.owned(id); len(keys) > 0; keys = d.owned(id) {
		err := d.Update(ctx, func(tx *Tx) error {
			for _, key := range keys {
				tx.set(key, nil)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("delete what account %s owns: %w", id, err)
		}
	}
	return nil
}

// owned returns the record keys of some of the entities that an account owns.
func (d *Directory) owned(id string) []string {
	var keys []string
	for _, kind := range []string{userKind, roleKind, groupKind, policyKind, profileKind, mfaKind, oidcKind} {
		for e := range d.view.list(kind+"/"+id+"/", "") {
			keys = append(keys, e.recordKey())
			if len(keys) == batchSize {
				return keys
			}
		}
	}
	for e := range d.view.list(itemKind+"/", "") {
		if item, ok := e.(*Item); ok && item.Account == id && len(keys) < batchSize {
			keys = append(keys, e.recordKey())
		}
	}
	return keys
}
