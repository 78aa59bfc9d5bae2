package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/eksauth/eksauth/emulator/container"
	"github.com/eksauth/eksauth/emulator/home"
	"github.com/spf13/cobra"
)

// Exit codes, as the help of the program lists them.
const (
	exitOK         = 0
	exitFailure    = 1
	exitUsage      = 2
	exitNotRunning = 3
	exitRunning    = 4
)

// usageError is a command line that cannot be understood.
type usageError struct{ error }

// Program is one run of the program: what it was called with and where it reads and writes.
type Program struct {
	// Args are the arguments after the program's name; Self is how the user called it.
	Args []string
	Self string
	// Stdin, Stdout and Stderr are the program's streams.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// LookupEnv reads the environment.
	LookupEnv func(string) (string, bool)
}

// Main runs the program as the operating system started it and returns its exit code.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if name := filepath.Base(os.Args[0]); container.Known(name) {
		return standIn(ctx, name)
	}
	p := &Program{Args: os.Args[1:], Self: os.Args[0], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv}
	return p.Run(ctx)
}

// Run runs the program and returns its exit code. A failure is one line on Stderr.
func (p *Program) Run(ctx context.Context) int {
	root := p.root() //nolint:contextcheck // commands take the context from ExecuteContext below
	root.SetArgs(p.Args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(p.Stderr, "eksauth: %v\n", err)
	var usage usageError
	switch {
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, home.ErrNotRunning):
		return exitNotRunning
	case errors.Is(err, home.ErrRunning):
		return exitRunning
	}
	return exitFailure
}

func (p *Program) getenv(name string) string {
	value, _ := p.LookupEnv(name)
	return value
}

const rootLong = `eksauth runs everything that decides who you are on an Amazon EKS cluster, offline:
the real kube-apiserver and aws-iam-authenticator against a strict emulation of STS, IAM and EKS.

Exit codes: 0 success, 1 failure, 2 a command line that cannot be understood,
3 the stack is not running, 4 the stack is running already.`

func (p *Program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "eksauth",
		Short:         "Emulate who you are on an Amazon EKS cluster",
		Long:          rootLong,
		Example:       "  eksauth up --detach\n  eval \"$(eksauth env)\"\n  kubectl get namespaces",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())}
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(p.nodeImageCommand())
	root.AddCommand(p.containerCommand())
	root.AddCommand(p.upCommand(), p.downCommand(), p.statusCommand(), p.envCommand(), p.serveCommand(), p.logsCommand(), p.accountCommand(), p.snapshotCommand(),
		p.lintCommand(), p.nodeCommand(), p.explainCommand(), p.eventsCommand(), p.scenarioCommand(), p.faultCommand(), p.importCommand(), p.credentialsCommand(), p.versionCommand())
	markUsage(root)
	return root
}

// markUsage makes the argument checks of all commands below cmd mark what they find.
func markUsage(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		sub.Args = asUsage(sub.Args)
		markUsage(sub)
	}
}

// asUsage marks what an argument check finds as a mistake on the command line.
func asUsage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())}
		}
		return nil
	}
}
