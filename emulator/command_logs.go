package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/logs"
	"github.com/spf13/cobra"
)

func (p *Program) logsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "logs [COMPONENT]",
		Short: "Print what a component has logged",
		Long: `Print what a component has logged: eksauth, etcd, kube-apiserver, kube-controller-manager, authenticator, and on kind
kube-scheduler and the kubelet of each node that has joined as a container; without a name, all of them. The authenticator's
log says why it refused a token, which EKS does not show.`,
		Example: `  eksauth logs authenticator
  eksauth logs authenticator -f
  eksauth logs kube-apiserver --tail 20
  eksauth logs -o json`,
		Args: cobra.MaximumNArgs(1),
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	follow := cmd.Flags().BoolP("follow", "f", false, "go on as lines are written, until Ctrl-C")
	tail := cmd.Flags().Int("tail", -1, "print only the last `N` lines of each component (-1: all)")
	cluster := cmd.Flags().String("cluster", "", "only components of this `cluster`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		component := ""
		if len(args) > 0 {
			component = args[0]
		}
		files, err := findLogs(h, component, *cluster)
		if err != nil {
			return err
		}
		return logs.Tail(cmd.Context(), files, *tail, *follow, p.logLine(*format, len(files) > 1))
	}
	return cmd
}

func findLogs(h home.Home, component, cluster string) ([]logs.File, error) {
	files, err := logs.Find(h.LogDir(), component, cluster)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the stack %q has no logs: %w", h.Name, notRunning(h))
	}
	return files, err
}

// logLine writes a line of a log; named says whether the component must be told.
func (p *Program) logLine(format output, named bool) func(logs.Line) error {
	if format == outputJSON {
		encoder := json.NewEncoder(p.Stdout)
		encoder.SetEscapeHTML(false)
		return func(l logs.Line) error { return encoder.Encode(l) }
	}
	return func(l logs.Line) error {
		if named {
			_, err := fmt.Fprintf(p.Stdout, "%s | %s\n", l.Component, l.Text)
			return err
		}
		_, err := fmt.Fprintln(p.Stdout, l.Text)
		return err
	}
}
