package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (p *Program) nodeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "node",
		Short: "Run EC2 instances and join them to a cluster as nodes",
		Long: `Run EC2 instances and join them to a cluster as nodes. An instance is a record of EC2 with an instance metadata service
of its own, which gives the credentials of the instance's role. A node is an instance that enters the cluster with them.`,
		Example: "  eksauth node join\n  eksauth node run --role node-role\n  eksauth node list",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.nodeRunCommand(), p.nodeListCommand(), p.nodeTerminateCommand(), p.nodeJoinCommand())
	return cmd
}

// nodeFlags adds the flags that say what a new instance is to be.
func nodeFlags(cmd *cobra.Command, o *NodeRequest) {
	cmd.Flags().StringVar(&o.Cluster, "cluster", "", "`cluster` of the node (default: the only one)")
	cmd.Flags().StringVar(&o.Role, "role", "", "`role` of a new instance (default: the only one that trusts ec2.amazonaws.com)")
	cmd.Flags().StringVar(&o.InstanceProfile, "instance-profile", "", "instance `profile` of a new instance, instead of --role")
	cmd.Flags().BoolVar(&o.TokensOptional, "imds-v1", false, "let a new instance's metadata service answer without a session token too")
	cmd.MarkFlagsMutuallyExclusive("role", "instance-profile")
}

func (p *Program) nodeRunCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Start an instance",
		Long: `Start an instance and print its metadata service's address as the variable that AWS clients read, for your shell.
Programs that run with it act as the instance's role, as on a worker node.`,
		Example: "  eval \"$(eksauth node run)\"\n  eksauth node run --role node-role -o json",
		Args:    cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	var o NodeRequest
	nodeFlags(cmd, &o)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		var node Node
		if err := callControl(cmd.Context(), h, http.MethodPost, nodesRoute, o, &node); err != nil {
			return err
		}
		if *format == outputJSON {
			return printJSON(p.Stdout, node)
		}
		_, err = fmt.Fprintf(p.Stdout, "# instance %s, %s, role %s\nexport AWS_EC2_METADATA_SERVICE_ENDPOINT=%s\n", node.ID, node.Name, node.Role, node.Metadata)
		return err
	}
	return cmd
}

func (p *Program) nodeListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the instances that run",
		Example: "  eksauth node list\n  eksauth node list -o json",
		Args:    cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		var list NodeList
		if err := callControl(cmd.Context(), h, http.MethodGet, nodesRoute, nil, &list); err != nil {
			return err
		}
		if *format == outputJSON {
			return printJSON(p.Stdout, list.Nodes)
		}
		table := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "INSTANCE\tNAME\tROLE\tMETADATA\tIN CLUSTER")
		for _, n := range list.Nodes {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", n.ID, n.Name, orDash(n.Role), orDash(n.Metadata), orDash(n.Joined))
		}
		return table.Flush()
	}
	return cmd
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func (p *Program) nodeTerminateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "terminate INSTANCE",
		Short:   "Terminate an instance; its Node object goes with it",
		Example: "  eksauth node terminate i-0123456789abcdef0",
		Args:    cobra.ExactArgs(1),
	}
	stack := p.stackFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		var node Node
		if err := callControl(cmd.Context(), h, http.MethodDelete, nodesRoute+"/"+url.PathEscape(args[0]), nil, &node); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, "terminated %s, %s\n", node.ID, node.Name)
		return err
	}
	return cmd
}
