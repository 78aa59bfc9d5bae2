package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// leftover is what has to go even if the run that made it was killed.
type leftover struct {
	Account string          `json:"account"`
	Root    aws.Credentials `json:"root"`
}

func (w *world) remember() error {
	data, err := json.Marshal(leftover{w.account, w.keys["root"]})
	if err != nil {
		return fmt.Errorf("remember the account: %w", err)
	}
	if err := os.WriteFile(w.file("account.json"), data, 0o600); err != nil {
		return fmt.Errorf("remember the account: %w", err)
	}
	return nil
}

// recover removes what a run that was killed has left. An account that is gone was of a stack that is gone.
func (w *world) recover(ctx context.Context) error {
	data, err := os.ReadFile(w.file("account.json"))
	if errors.Is(err, os.ErrNotExist) {
		return os.RemoveAll(w.Dir)
	}
	if err != nil {
		return err
	}
	var left leftover
	if err := json.Unmarshal(data, &left); err != nil {
		return os.RemoveAll(w.Dir)
	}
	w.account, w.keys["root"] = left.Account, left.Root
	defer func() { w.account = "" }()
	if _, err := w.identity(ctx, left.Root); err != nil {
		return os.RemoveAll(w.Dir)
	}
	return w.close(ctx)
}
