package emulator

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/explain/scenario"
)

func (p *Program) scenarioCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scenario",
		Short: "Reproduce the causes of a refusal on the running stack",
		Long: `Reproduce the causes of a refusal (docs/CAUSES.md) on the running stack, with real clients: break one thing, show what the
user meets, have eksauth explain name the cause, repair it, and show that the user enters.

Scenarios have an account and a cluster of their own, which go when they end: the stack's other accounts and clusters are
left alone.`,
		Example: "  eksauth scenario list\n  eksauth scenario show 9\n  eksauth scenario run 9\n  eksauth scenario run --all --quiet",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.scenarioListCommand(), p.scenarioShowCommand(), p.scenarioRunCommand())
	return cmd
}

func (p *Program) scenarioListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the scenarios by cause", Args: cobra.NoArgs, Example: "  eksauth scenario list\n  eksauth scenario list -o json"}
	format := outputFlag(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		if *format == outputJSON {
			return printJSON(p.Stdout, scenario.All())
		}
		for _, s := range scenario.All() {
			fmt.Fprintf(p.Stdout, "%2d  %s\n", s.Cause, s.Title)
			if s.Impossible != "" {
				fmt.Fprintf(p.Stdout, "    not here: %s\n", s.Impossible)
			}
		}
		return nil
	}
	return cmd
}

func (p *Program) scenarioShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show CAUSE", Short: "Show what a scenario does, without doing it", Args: cobra.ExactArgs(1), Example: "  eksauth scenario show 9\n  eksauth scenario show 9 -o json",
	}
	format := outputFlag(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		chosen, err := chosenScenarios(args, false)
		if err != nil {
			return usageError{err}
		}
		if *format == outputJSON {
			return printJSON(p.Stdout, chosen[0])
		}
		return chosen[0].Write(p.Stdout)
	}
	return cmd
}

func chosenScenarios(args []string, all bool) ([]scenario.Scenario, error) {
	if all == (len(args) > 0) {
		return nil, errors.New("name causes by their numbers, or say --all")
	}
	list := scenario.All()
	if all {
		return list, nil
	}
	var chosen []scenario.Scenario
	for _, arg := range args {
		cause, err := strconv.Atoi(arg)
		i := slices.IndexFunc(list, func(s scenario.Scenario) bool { return s.Cause == cause })
		if err != nil || i < 0 {
			return nil, fmt.Errorf("there is no scenario of the cause %q: see eksauth scenario list", arg)
		}
		chosen = append(chosen, list[i])
	}
	return chosen, nil
}
