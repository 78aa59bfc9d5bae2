package emulator

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/inventory"
	"github.com/eksauth/eksauth/fakeeks"
)

// importOptions are the flags of eksauth import.
type importOptions struct {
	collect    bool
	collection inventory.Collection
	creator    string
}

func (p *Program) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FOLDER|FILE...",
		Short: "Make the stack hold a real account and cluster, from what aws and kubectl print",
		Long: `Make the running stack hold a real account and its EKS clusters, so that a refusal of production happens here. The files are
the output of aws iam get-account-authorization-details, aws eks describe-cluster, list-access-entries,
describe-access-entry and list-associated-access-policies, and kubectl get of aws-auth and of RBAC; they are told apart by
their content. eksauth import --collect prints the commands, which only read; it runs none of them.

Users, groups, roles and policies keep their ARNs and IDs and get a profile each; users get a local key. A cluster keeps its
name, account, region, authentication mode, access entries, aws-auth and RBAC, on a local control plane. An import that is
done again follows what has changed. Nothing is sent anywhere.`,
		Example: `  eksauth import --collect --cluster prod --region eu-west-1 > collect.sh   # read it, then run it where you have access
  eksauth import eksauth-import
  eksauth explain --as arn:aws:iam::111122223333:role/dev/x -- get pods -n dev`,
		Args: cobra.ArbitraryArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	var o importOptions
	flags := cmd.Flags()
	flags.BoolVar(&o.collect, "collect", false, "print the commands that describe a real account and its clusters")
	flags.StringVar(&o.collection.Cluster, "cluster", "", "`name` of the one cluster to collect, or whose aws-auth and RBAC these are")
	flags.StringVar(&o.collection.Region, "region", "", "--collect: `region` of the clusters")
	flags.StringVar(&o.collection.Profile, "profile", "", "--collect: `profile` of the aws CLI for the real account")
	flags.StringVar(&o.creator, "creator", "", "`ARN` of the cluster's creator, which EKS does not show")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if o.collect {
			return p.printCollection(o, args)
		}
		if len(args) == 0 {
			return usageError{errors.New("say what to import: a folder or files; eksauth import --collect prints the commands that make them")}
		}
		h, err := stack()
		if err != nil {
			return err
		}
		return p.importInto(cmd.Context(), h, o, args, *format)
	}
	return cmd
}

func (p *Program) printCollection(o importOptions, args []string) error {
	if len(args) > 0 {
		return usageError{errors.New("--collect takes no files: it prints commands")}
	}
	return o.collection.Script(p.Stdout)
}

func (p *Program) importInto(ctx context.Context, h home.Home, o importOptions, paths []string, format output) error {
	if _, err := fetchStatus(ctx, h); err != nil {
		return err
	}
	found, err := inventory.Read(paths, inventory.Options{Cluster: o.collection.Cluster, Creator: o.creator})
	if err != nil {
		return err
	}
	im := &importer{home: h, report: p.progress(format).step}
	im.done = ImportSummary{Accounts: []ImportedAccount{}, Clusters: []ImportedCluster{}, LeftOut: append([]fakeeks.LeftOut{}, found.LeftOut...)}
	for _, account := range found.Accounts {
		if err := im.account(ctx, account); err != nil {
			return err
		}
	}
	for _, cluster := range found.Clusters {
		if err := im.cluster(ctx, cluster); err != nil {
			return fmt.Errorf("import cluster %s: %w", cluster.ARN(), err)
		}
	}
	if format == outputJSON {
		return printJSON(p.Stdout, im.done)
	}
	return im.done.write(p.Stdout, p.Self, h)
}
