package emulator

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/kindconfig"
)

const (
	// stopPatience is how long a stack may take to stop; its processes are asked, then ended.
	stopPatience = 30 * time.Second
	// noticeAfter is how long a person waits without a word.
	noticeAfter = 2 * time.Second
	// stopPoll is how often a stopping stack is looked at.
	stopPoll = 20 * time.Millisecond
)

func (p *Program) downCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "down",
		Short:   "Stop the stack",
		Long:    "Stop the stack. Its state stays and is there at the next up; --purge removes it.",
		Example: "  eksauth down\n  eksauth down --purge",
		Args:    cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	purge := cmd.Flags().Bool("purge", false, "also remove the stack's folder with all its state, and its containers")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		return p.down(cmd.Context(), h, *purge)
	}
	return cmd
}

func (p *Program) down(ctx context.Context, h home.Home, purge bool) error {
	run, err := h.ReadProcess()
	switch {
	case errors.Is(err, home.ErrNotRunning):
		fmt.Fprintf(p.Stdout, "The stack %q is not running.\n", h.Name)
	case err != nil:
		return err
	default:
		late := time.AfterFunc(noticeAfter, func() { fmt.Fprintf(p.Stderr, "waiting for the processes of the stack %q to end\n", h.Name) })
		defer late.Stop()
		if err := stop(ctx, h, run.PID); err != nil {
			return err
		}
		fmt.Fprintf(p.Stdout, "The stack %q has stopped.\n", h.Name)
	}
	if !purge || !h.Exists() {
		return nil
	}
	if err := purgeContainers(ctx, h); err != nil {
		return err
	}
	if err := h.Remove(); err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "Its folder %s is removed.\n", h.Dir)
	return nil
}

// purgeContainers removes the nodes of clusters that are made of containers, which stay when a stack stops.
func purgeContainers(ctx context.Context, h home.Home) error {
	folders, err := filepath.Glob(h.ClusterDir("*"))
	for _, folder := range folders {
		err = errors.Join(err, kindconfig.Purge(ctx, folder))
	}
	return err
}

// stop ends the process that holds the stack. It is asked first; if it does not go in time it is killed, and its children
// go with it.
func stop(ctx context.Context, h home.Home, pid int) error {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop the stack %q, process %d: %w", h.Name, pid, err)
		}
		stopped, err := waitStopped(ctx, h)
		if stopped || err != nil {
			return err
		}
	}
	return fmt.Errorf("the stack %q, process %d, does not end even when killed: look at it with ps", h.Name, pid)
}

func waitStopped(ctx context.Context, h home.Home) (bool, error) {
	deadline := time.NewTimer(stopPatience)
	defer deadline.Stop()
	for {
		running, err := h.Running()
		if err != nil || !running {
			return !running, err
		}
		select {
		case <-ctx.Done():
			return false, fmt.Errorf("interrupted: the stack %q goes on stopping by itself", h.Name)
		case <-deadline.C:
			return false, nil
		case <-time.After(stopPoll):
		}
	}
}
