package directory

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Key names one record that holds a T.
type Key[T any] string

// Range selects the records that hold a T and whose keys begin with it.
type Range[T any] string

// The kinds of records: the first part of their keys.
const (
	accountKind = "account"
	aliasKind   = "alias"
	userKind    = "user"
	groupKind   = "group"
	roleKind    = "role"
	policyKind  = "policy"
	profileKind = "profile"
	mfaKind     = "mfa"
	oidcKind    = "oidc"
	itemKind    = "item"
)

// recordKey joins a kind and names. AWS compares names without regard to letter case when it looks for duplicates.
func recordKey(kind string, names ...string) string {
	return kind + "/" + strings.ToLower(strings.Join(names, "/"))
}

func rangeOf[T any](kind, account string) Range[T] { return Range[T](kind + "/" + account + "/") }

// listOf returns the name of the sorted list that a record belongs to: its key up to the second slash.
func listOf(key string) string {
	first := strings.IndexByte(key, '/') + 1
	second := strings.IndexByte(key[first:], '/')
	if second < 0 {
		return key[:first]
	}
	return key[:first+second+1]
}

// newEntity returns an empty entity for the kind of a record's key.
func newEntity(key string) (entity, error) {
	kind, _, _ := strings.Cut(key, "/")
	switch kind {
	case accountKind:
		return &Account{}, nil
	case aliasKind:
		return &Alias{}, nil
	case userKind:
		return &User{}, nil
	case groupKind:
		return &Group{}, nil
	case roleKind:
		return &Role{}, nil
	case policyKind:
		return &Policy{}, nil
	case profileKind:
		return &InstanceProfile{}, nil
	case mfaKind:
		return &MFADevice{}, nil
	case oidcKind:
		return &OIDCProvider{}, nil
	case itemKind:
		return &Item{}, nil
	}
	return nil, fmt.Errorf("record %q is of no known kind", key)
}

func decode(key string, value []byte) (entity, error) {
	e, err := newEntity(key)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(value, e); err != nil {
		return nil, fmt.Errorf("decode record %q: %w", key, err)
	}
	return e, nil
}

// clone copies an entity deeply, by its own record format.
func clone(e entity) (entity, error) {
	value, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode record %q: %w", e.recordKey(), err)
	}
	return decode(e.recordKey(), value)
}
