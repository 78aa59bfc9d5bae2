package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/explain/cluster"
	"github.com/eksauth/eksauth/explain/lint"
)

// errFindings ends a lint that has found errors: the findings are printed, so that its text says no more than that.
var errFindings = errors.New("the mapping does not do what it says: see the errors above")

func (p *Program) lintCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lint",
		Short: "Find what is wrong with aws-auth or access entries, without a cluster",
		Long: `Find what is wrong with a mapping of IAM principals before it is applied. Nothing needs to run. Forms that work, however
often they are blamed (letter case of an ARN, numbers without quotes, a role under mapUsers), are not reported.

Exit code 1 means that an error was found: somebody is kept out or has other rights than written.`,
		Example: "  eksauth lint aws-auth aws-auth.yaml\n  kubectl get cm aws-auth -n kube-system -o yaml | eksauth lint aws-auth -",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.lintAWSAuthCommand(), p.lintAccessEntriesCommand())
	for _, sub := range cmd.Commands() {
		sub.Args = asUsage(sub.Args)
	}
	return cmd
}

func (p *Program) lintAWSAuthCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "aws-auth [FILE|-]",
		Short: "Find what is wrong with an aws-auth ConfigMap",
		Long: `Find what is wrong with an aws-auth ConfigMap: a manifest, a list of manifests, or what kubectl get configmap prints, as
YAML or JSON. With --kubeconfig the ConfigMap is read from a cluster; nothing is changed there.`,
		Example: "  eksauth lint aws-auth aws-auth.yaml\n  eksauth lint aws-auth -o github aws-auth.yaml\n" +
			"  eksauth lint aws-auth --kubeconfig ~/.kube/config --context prod",
		Args: cobra.MaximumNArgs(1),
	}
	format := formatFlag(cmd)
	kubeconfig := cmd.Flags().String("kubeconfig", "", "read the ConfigMap of the cluster that this `file` names")
	contextName := cmd.Flags().String("context", "", "`name` of the kubeconfig's context, else the current one")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if (len(args) == 1) == (*kubeconfig != "") {
			return usageError{errors.New("name either a FILE (- for standard input) or --kubeconfig")}
		}
		name, text, err := "kube-system/aws-auth", "", error(nil)
		if *kubeconfig != "" {
			text, err = cluster.ReadAWSAuth(cmd.Context(), *kubeconfig, *contextName)
		} else {
			name, text, err = p.readInput(cmd.Context(), args[0])
		}
		if err != nil {
			return err
		}
		return p.printFindings(*format, lint.File{Name: name, Findings: lint.AWSAuth(text)})
	}
	return cmd
}

func (p *Program) lintAccessEntriesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "access-entries FILE|-",
		Short: "Find what is wrong with access entries",
		Long: `Find what is wrong with access entries: what aws eks describe-access-entry prints, one answer or many, the accessConfig
of an eksctl configuration, or a list of entries with the fields of the EKS API, as YAML or JSON.`,
		Example: "  eksauth lint access-entries entries.json\n  eksauth lint access-entries -o sarif cluster.yaml",
		Args:    cobra.ExactArgs(1),
	}
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		name, text, err := p.readInput(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		return p.printFindings(*format, lint.File{Name: name, Findings: lint.AccessEntries(text)})
	}
	return cmd
}

// formatFlag adds -o with the formats of findings.
func formatFlag(cmd *cobra.Command) *string {
	format := findingsFormat(lint.Formats[0])
	cmd.Flags().VarP(&format, "output", "o", "output format: "+strings.Join(lint.Formats, ", "))
	return (*string)(&format)
}

// findingsFormat is the value of a lint's -o.
type findingsFormat string

// String, Set and Type make findingsFormat a flag's value.
func (f *findingsFormat) String() string { return string(*f) }

// Set takes one of the formats.
func (f *findingsFormat) Set(value string) error {
	if !slices.Contains(lint.Formats, value) {
		return fmt.Errorf("must be one of %s", strings.Join(lint.Formats, ", "))
	}
	*f = findingsFormat(value)
	return nil
}

// Type names the value in help.
func (f *findingsFormat) Type() string { return "format" }

// readInput reads a file, or standard input for -.
func (p *Program) readInput(ctx context.Context, path string) (name, text string, err error) {
	if path != "-" {
		data, err := os.ReadFile(path)
		if err != nil {
			return "", "", fmt.Errorf("read the input: %w", err)
		}
		return path, string(data), nil
	}
	data, err := io.ReadAll(p.Stdin)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return "", "", fmt.Errorf("read standard input: %w", err)
	}
	return "stdin", string(data), nil
}

func (p *Program) printFindings(format string, file lint.File) error {
	if err := lint.Write(p.Stdout, format, file); err != nil {
		return err
	}
	if lint.HasErrors(file.Findings) {
		return errFindings
	}
	return nil
}
