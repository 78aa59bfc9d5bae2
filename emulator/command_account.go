package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (p *Program) accountCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "account",
		Short: "Make, list and delete AWS accounts",
		Long: `Make, list and delete AWS accounts of the running stack. Accounts are apart from each other, and one is made in
milliseconds, so that parallel tests can each have their own.`,
		Example: "  eksauth account create\n  eksauth account create 111122223333 --alias tests -o json\n  eksauth account delete 111122223333",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.accountCreateCommand(), p.accountListCommand(), p.accountDeleteCommand())
	return cmd
}

func (p *Program) accountCreateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "create [ID]",
		Short: "Make an account with a key of its root user",
		Long:  "Make an account with an access key of its root user. Without an ID, twelve digits, it gets a free one.",
		Example: `  eksauth account create
  eval "$(eksauth account create -o json | jq -r '"export AWS_ACCESS_KEY_ID=\(.accessKeyId) AWS_SECRET_ACCESS_KEY=\(.secretAccessKey)"')"`,
		Args: cobra.MaximumNArgs(1),
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	alias := cmd.Flags().String("alias", "", "the account's `alias`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		wanted := account{Alias: *alias}
		if len(args) > 0 {
			wanted.ID = args[0]
		}
		var made account
		if err := callControl(cmd.Context(), h, http.MethodPost, accountsRoute, wanted, &made); err != nil {
			return err
		}
		if *format == outputJSON {
			return printJSON(p.Stdout, made)
		}
		_, err = fmt.Fprintf(p.Stdout, "account            %s\naccess key ID      %s\nsecret access key  %s\n", made.ID, made.AccessKeyID, made.SecretAccessKey)
		return err
	}
	return cmd
}

func (p *Program) accountListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the accounts",
		Example: "  eksauth account list\n  eksauth account list -o json",
		Args:    cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		var list []account
		if err := callControl(cmd.Context(), h, http.MethodGet, accountsRoute, nil, &list); err != nil {
			return err
		}
		if *format == outputJSON {
			return printJSON(p.Stdout, list)
		}
		table := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
		for _, a := range list {
			fmt.Fprintf(table, "%s\t%s\n", a.ID, a.Alias)
		}
		return table.Flush()
	}
	return cmd
}

func (p *Program) accountDeleteCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "delete ID",
		Short:   "Delete an account with all that is in it",
		Example: "  eksauth account delete 111122223333",
		Args:    cobra.ExactArgs(1),
	}
	stack := p.stackFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		if err := callControl(cmd.Context(), h, http.MethodDelete, accountsRoute+"/"+url.PathEscape(args[0]), nil, nil); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, "Account %s is deleted.\n", args[0])
		return err
	}
	return cmd
}
