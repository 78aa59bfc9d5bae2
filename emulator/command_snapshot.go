package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/snapshot"
)

func (p *Program) snapshotCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "Carry a stack to another machine",
		Long: `Carry a stack to another machine in one file: identities, keys, clusters and the objects in them. The file has the stack's
secrets; it is readable by you alone.`,
		Example: "  eksauth snapshot save team.tgz\n  eksauth snapshot restore team.tgz && eksauth up --detach",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.snapshotSaveCommand(), p.snapshotRestoreCommand())
	return cmd
}

func (p *Program) snapshotSaveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "save FILE",
		Short:   "Write the running stack to a file",
		Example: "  eksauth snapshot save team.tgz",
		Args:    cobra.ExactArgs(1),
	}
	stack := p.stackFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		if err := download(cmd.Context(), h, args[0]); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, "The stack %q is saved in %s.\n", h.Name, args[0])
		return err
	}
	return cmd
}

// download writes the snapshot beside its place first, so that a file of that name is never half a snapshot.
func download(ctx context.Context, h home.Home, path string) error {
	response, err := sendControl(ctx, h, http.MethodGet, snapshotRoute, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write the snapshot: %w", err)
	}
	defer os.Remove(file.Name())
	_, err = io.Copy(file, response.Body)
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write the snapshot: %w", err)
	}
	return nil
}

func (p *Program) snapshotRestoreCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "restore FILE",
		Short:   "Make a stack from a file; up then starts it",
		Example: "  eksauth snapshot restore team.tgz\n  eksauth snapshot restore team.tgz --name copy",
		Args:    cobra.ExactArgs(1),
	}
	stack := p.stackFlag(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		file, err := os.Open(args[0])
		if err != nil {
			return fmt.Errorf("read the snapshot: %w", err)
		}
		defer file.Close()
		if err := snapshot.Restore(file, h); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, "The stack %q is there: start it with eksauth up%s --detach\n", h.Name, nameArg(h))
		return err
	}
	return cmd
}
