package directory

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
)

// IDPrefix says what a unique ID stands for
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes).
type IDPrefix string

// The prefixes in use.
const (
	UserID            IDPrefix = "AIDA"
	RoleID            IDPrefix = "AROA"
	GroupID           IDPrefix = "AGPA"
	PolicyID          IDPrefix = "ANPA"
	InstanceProfileID IDPrefix = "AIPA"
	longTermKeyID     IDPrefix = "AKIA"
	temporaryKeyID    IDPrefix = "ASIA"
)

const (
	keyIDLength    = 20 // access key IDs
	uniqueIDLength = 21 // all other IDs
	secretBytes    = 30 // gives a secret access key of 40 characters
)

// NewID makes a unique ID, which carries the account as AWS's own do.
func (d *Directory) NewID(prefix IDPrefix, account string) (string, error) {
	return newID(d.cfg.Rand, prefix, account, uniqueIDLength)
}

// NewAccessKey makes a long-term access key, which is not in the directory before it is put into a user.
func (d *Directory) NewAccessKey(account string) (AccessKey, error) {
	id, err := newID(d.cfg.Rand, longTermKeyID, account, keyIDLength)
	if err != nil {
		return AccessKey{}, err
	}
	secret := make([]byte, secretBytes)
	if _, err := io.ReadFull(d.cfg.Rand, secret); err != nil {
		return AccessKey{}, fmt.Errorf("make a secret access key: %w", err)
	}
	return AccessKey{ID: id, Secret: base64.StdEncoding.EncodeToString(secret), Active: true, Created: d.now()}, nil
}

// newID encodes a set bit, the account's number in 40 bits and randomness in base32. That AWS does so is known from
// https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489: the account is in the first six bytes, masked
// with 7fffffffff80 and shifted right by seven.
func newID(random io.Reader, prefix IDPrefix, account string, length int) (string, error) {
	number, err := strconv.ParseUint(account, 10, 40)
	if err != nil {
		return "", fmt.Errorf("make an ID for account %q: %w", account, err)
	}
	raw := make([]byte, 15)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("make an ID for account %q: %w", account, err)
	}
	head := binary.BigEndian.Uint64(raw)
	const below = 1<<23 - 1 // what is random below the set bit and the account in 64 bits
	binary.BigEndian.PutUint64(raw, 1<<63|number<<23|head&below)
	return (string(prefix) + base32.StdEncoding.EncodeToString(raw))[:length], nil
}

// AccountOfKey returns the account that an access key belongs to: of any key in the directory, and of others the account
// that the ID carries. It says false for what is no access key ID.
func (d *Directory) AccountOfKey(accessKeyID string) (string, bool) {
	switch owner := d.ByID(accessKeyID).(type) {
	case *User:
		return owner.Account, true
	case *Account:
		return owner.ID, owner.ID != accessKeyID
	}
	return decodeAccount(accessKeyID)
}

func decodeAccount(id string) (string, bool) {
	if len(id) != keyIDLength || (id[:4] != string(longTermKeyID) && id[:4] != string(temporaryKeyID)) {
		return "", false
	}
	raw, err := base32.StdEncoding.DecodeString(id[4:])
	if err != nil || raw[0]&0x80 == 0 { // IDs from before 2019 have the bit unset and carry no account
		return "", false
	}
	number := binary.BigEndian.Uint64(raw) >> 23 & (1<<40 - 1)
	account := fmt.Sprintf("%012d", number)
	return account, len(account) == 12
}
