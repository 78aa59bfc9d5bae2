package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

// take makes the folder of the scenarios and locks it, so that no other run takes this one for a leftover.
func (w *world) take() error {
	if err := os.MkdirAll(w.Dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the scenarios: %w", err)
	}
	folder, err := os.Open(w.Dir)
	if err != nil {
		return fmt.Errorf("open the folder of the scenarios: %w", err)
	}
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return errors.Join(errors.New("scenarios run on this stack already: wait until they end"), folder.Close())
	}
	w.lock = folder
	return nil
}

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

// recover removes what a run that was killed has left.
func (w *world) recover(ctx context.Context) error {
	if err := w.removeLeftover(ctx); err != nil {
		return err
	}
	files, err := filepath.Glob(w.file("*"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := os.RemoveAll(file); err != nil {
			return err
		}
	}
	return nil
}

// removeLeftover removes the account that a killed run has made, if it is there: a stack may have begun anew since.
func (w *world) removeLeftover(ctx context.Context) error {
	data, err := os.ReadFile(w.file("account.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	var left leftover
	if err == nil {
		err = json.Unmarshal(data, &left)
	}
	if err != nil {
		return fmt.Errorf("read which account was left: %w", err)
	}
	if _, err := w.identity(ctx, left.Root); errors.As(err, new(smithy.APIError)) {
		return nil // STS does not know the key
	} else if err != nil {
		return fmt.Errorf("look for the account that was left: %w", err)
	}
	w.account, w.keys["root"] = left.Account, left.Root
	err = w.removeAccount(ctx)
	w.account = ""
	return err
}
