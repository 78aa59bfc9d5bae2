package emulator

import (
	"github.com/spf13/cobra"
)

func (p *Program) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the emulated AWS services alone, without a cluster",
		Long: `Run the gateway with STS, IAM and EKS alone, in the foreground and without a cluster. Identities are those of the
configuration; they live in memory and are lost at the end.`,
		Example: "  eksauth serve\n  eksauth serve --listen 127.0.0.1:4600 --config team.yaml",
		Args:    cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	var o upOptions
	cmd.Flags().StringVar(&o.config, "config", "", "configuration `file` (YAML)")
	cmd.Flags().StringVar(&o.listen, "listen", defaultListen, "`address` of the gateway; port 0 takes a free one")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		o.home, o.fakesOnly = h, true
		return p.upHere(cmd.Context(), o, p.progress(*format))
	}
	return cmd
}
