package emulator

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/eksauth/eksauth/internal/store"
)

const (
	// sealingKeySize is what the directory seals sessions with, in bytes.
	sealingKeySize = 32
	sealingRecord  = "key"
)

// sealingKey reads the key that seals session tokens from the store, or makes it. It lies with the state, so that sessions
// outlive a restart and are good at every replica.
func sealingKey(ctx context.Context, s store.Store) ([]byte, error) {
	key := make([]byte, sealingKeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make the sealing key: %w", err)
	}
	_, err := s.Commit(ctx, store.Op{Key: sealingRecord, Value: key})
	if err == nil {
		return key, nil
	}
	if !errors.Is(err, store.ErrConflict) {
		return nil, fmt.Errorf("keep the sealing key: %w", err)
	}
	var found sealingFollower
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := s.Follow(ctx, &found); err != nil {
		return nil, fmt.Errorf("read the sealing key: %w", err)
	}
	if len(found.key) != sealingKeySize {
		return nil, fmt.Errorf("the sealing key has %d bytes instead of %d: remove the stack's state with eksauth down --purge", len(found.key), sealingKeySize)
	}
	return found.key, nil
}

// sealingFollower keeps the sealing key of a store's state.
type sealingFollower struct{ key []byte }

// Reset finds the key.
func (f *sealingFollower) Reset(state []store.Record, _ int64) {
	for _, record := range state {
		if record.Key == sealingRecord {
			f.key = record.Value
		}
	}
}

// Apply does nothing: the key never changes.
func (f *sealingFollower) Apply([]store.Change, int64) {}

// roleSessionName is what the stack's profiles call the sessions of roles. It changes with the key: the aws CLI keeps sessions by
// role and name in ~/.aws/cli/cache, and one that an earlier stack has sealed is of no use in this one.
func roleSessionName(key []byte) string {
	sum := sha256.Sum256(key)
	return fmt.Sprintf("eksauth-%x", sum[:4])
}
