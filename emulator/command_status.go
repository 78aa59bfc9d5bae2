package emulator

import "github.com/spf13/cobra"

func (p *Program) statusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "Show what runs",
		Example: "  eksauth status\n  eksauth status -o json",
		Args:    cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		status, err := fetchStatus(cmd.Context(), h)
		if err != nil {
			return err
		}
		if *format == outputJSON {
			return printJSON(p.Stdout, status)
		}
		return status.print(p.Stdout)
	}
	return cmd
}
