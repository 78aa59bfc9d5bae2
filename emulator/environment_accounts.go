package emulator

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
)

// newAccount makes an account with a key of its root user. Without a number it gets a free one.
func (e *Environment) newAccount(ctx context.Context, wanted account) (account, error) {
	if wanted.ID == "" {
		var err error
		if wanted.ID, err = randomAccountID(); err != nil {
			return account{}, err
		}
	}
	key, err := e.directory.CreateAccount(ctx, wanted.ID, wanted.Alias)
	if err != nil {
		return account{}, err
	}
	return account{ID: wanted.ID, Alias: wanted.Alias, AccessKeyID: key.ID, SecretAccessKey: key.Secret}, nil
}

// randomAccountID makes a number of twelve digits that does not begin with a zero, which some tools lose.
func randomAccountID() (string, error) {
	const first, count = 100_000_000_000, 900_000_000_000
	n, err := rand.Int(rand.Reader, big.NewInt(count))
	if err != nil {
		return "", fmt.Errorf("make an account number: %w", err)
	}
	return fmt.Sprintf("%d", n.Int64()+first), nil
}
