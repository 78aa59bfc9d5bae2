package store

import (
	"context"
	"errors"
)

var (
	// ErrConflict says that a key did not have the expected revision. Nothing was written; read again and retry.
	ErrConflict = errors.New("a record was changed by somebody else")
	// ErrUnavailable says that the store could not be reached. Reads go on from what followers hold.
	ErrUnavailable = errors.New("the store is not available")
	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("the store is closed")
)

// MaxOps is the largest number of operations of one transaction: etcd's default limit (--max-txn-ops).
const MaxOps = 128

// An Action says what an operation does with its key.
type Action uint8

const (
	// Put writes the value.
	Put Action = iota
	// Delete removes the key.
	Delete
	// Check writes nothing: it only holds that the key has the expected revision.
	Check
)

// Op is one operation of a transaction, on one key.
type Op struct {
	Action Action
	Key    string
	// Value is the new value of a Put. The store keeps it: the caller must not change it afterwards.
	Value []byte
	// Revision is what the key must have before the transaction; 0 means that the key must not exist.
	Revision int64
}

// Record is a key with its value and the revision of the transaction that wrote it last.
type Record struct {
	Key      string
	Value    []byte
	Revision int64
}

// Change is what happened to one key: the new record, or only its key and the revision if it was deleted.
type Change struct {
	Record
	Deleted bool
}

// Follower is told the whole state, and then every change in the order of revisions. Calls never overlap. Both methods
// must be quick and must not call the store.
type Follower interface {
	// Reset replaces everything that the follower knows. It comes first, and again when changes were missed.
	Reset(state []Record, revision int64)
	// Apply hands over the changes of one or more transactions, the last of which made revision.
	Apply(changes []Change, revision int64)
}

// Store keeps records. It is safe for concurrent use, and several processes may share what lies behind it.
type Store interface {
	// Commit performs all operations, on distinct keys, as one transaction and returns the revision that it made, or 0
	// when all are checks. Errors are ErrConflict, ErrUnavailable or ErrClosed, perhaps wrapped. After
	// ErrUnavailable the transaction may have happened entirely or not at all, as with any lost answer.
	Commit(ctx context.Context, ops ...Op) (int64, error)
	// Follow returns after f got the state, and goes on to tell f of changes until ctx is done or the store is closed.
	Follow(ctx context.Context, f Follower) error
	// Healthy returns nil, or why writes fail at the moment: ErrUnavailable or ErrClosed, perhaps wrapped.
	Healthy() error
	// Close ends all following and releases what the store holds.
	Close() error
}
