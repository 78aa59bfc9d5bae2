package scenario

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// world is what the scenarios of one run share.
type world struct {
	Stack
	account string
	// keys are those of the users by profile.
	keys map[string]aws.Credentials
	// mfa is the seed of olga's device.
	mfa []byte
	// cluster is the one that runs now, and mode the mode that it was made in; empty for none.
	cluster string
	files   Files
	// aws says why some scenarios cannot run: which aws CLI is missing. It is empty if none is, and nil until it is asked.
	aws *string
	// lock is held while scenarios run on the stack.
	lock *os.File
}

// open makes account and people. What an earlier run has left behind, because it was killed, goes first.
func open(ctx context.Context, stack Stack) (*world, error) {
	if strings.HasPrefix(stack.Region, "cn-") || strings.HasPrefix(stack.Region, "us-gov-") {
		return nil, fmt.Errorf("the scenarios have the ARNs of the partition aws, and the stack is in %s: start one with another region", stack.Region)
	}
	w := &world{Stack: stack, keys: map[string]aws.Credentials{}}
	if err := w.take(); err != nil {
		return nil, err
	}
	if err := w.recover(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("clean up after an earlier run: %w", err), w.lock.Close())
	}
	if err := w.furnish(ctx); err != nil {
		return nil, errors.Join(err, w.close(context.WithoutCancel(ctx)))
	}
	return w, nil
}

// furnish makes what the commands of the scenarios need.
func (w *world) furnish(ctx context.Context) error {
	if err := os.Mkdir(w.file("bin"), 0o700); err != nil {
		return fmt.Errorf("make the folder of the scenarios: %w", err)
	}
	if err := os.Symlink(w.Program, w.file("bin/eksauth")); err != nil {
		return fmt.Errorf("make the folder of the scenarios: %w", err)
	}
	if err := w.people(ctx); err != nil {
		return fmt.Errorf("make the people of the scenarios: %w", err)
	}
	return nil
}

// people makes the account and all that is in it, and writes the profiles.
func (w *world) people(ctx context.Context) error {
	var err error
	var root aws.Credentials
	if w.account, root, err = w.Control.CreateAccount(ctx); err != nil {
		return err
	}
	w.keys["root"] = root
	if err := w.remember(); err != nil {
		return err
	}
	if err := w.cast(ctx); err != nil {
		return err
	}
	return w.writeProfiles()
}

// closeWithin bounds the cleaning up.
const closeWithin = 2 * time.Minute

// close removes cluster, account and files. What cannot be removed is left for the next run to find.
func (w *world) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeWithin)
	defer cancel()
	if err := w.removeAccount(ctx); err != nil {
		return errors.Join(err, w.lock.Close())
	}
	if err := os.RemoveAll(w.Dir); err != nil {
		return errors.Join(fmt.Errorf("remove the files of the scenarios: %w", err), w.lock.Close())
	}
	return w.lock.Close()
}

// removeAccount removes the account with all that is in it.
func (w *world) removeAccount(ctx context.Context) error {
	if w.account == "" {
		return nil
	}
	if err := w.removeClusters(ctx); err != nil {
		return err
	}
	return w.Control.DeleteAccount(ctx, w.account)
}

// fill puts in what the texts of a scenario leave open.
func (w *world) fill(text string) string {
	name := ""
	if w.Name != "" {
		name = " --name " + w.Name
	}
	// The device's clock is ahead by a step: its codes up to now were used when it was enabled.
	return strings.NewReplacer(
		"$ACCOUNT", w.account, "$REGION", w.Region, "$CLUSTER", w.cluster, "$STACK", name, "$GATEWAY", w.Gateway,
		"$BORIS_KEY", w.keys["boris"].AccessKeyID, "$BORIS_SECRET", w.keys["boris"].SecretAccessKey, "$TOTP", w.code(w.Now().Add(codeStep)),
	).Replace(text)
}

// withoutAWS says which aws CLI is missing; empty if none is. Access entries are known to the aws CLI since December 2023.
func (w *world) withoutAWS(ctx context.Context) (string, error) {
	if w.aws != nil {
		return *w.aws, nil
	}
	found, err := w.shell(ctx, "command -v aws >/dev/null && aws eks create-access-entry")
	if err != nil {
		return "", err
	}
	reason := ""
	switch {
	case found.all == "":
		reason = "no aws CLI is on the PATH"
	case !strings.Contains(found.all, "--cluster-name"):
		reason = "the aws CLI on the PATH is too old to know access entries"
	}
	w.aws = &reason
	return reason, nil
}
