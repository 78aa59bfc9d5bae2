package emulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/explain/online"
	"github.com/eksauth/eksauth/explain/scenario"
)

func (p *Program) scenarioCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scenario",
		Short: "Reproduce the causes of a refusal on the running stack",
		Long: `Reproduce the causes of a refusal (docs/CAUSES.md) on the running stack: break the mapping or the token, explain the
refusal, repair it, and show that the caller enters. aws-auth is put back afterwards.`,
		Example: "  eksauth scenario list\n  eksauth scenario run 9 --profile yaroslav\n  eksauth scenario run --all --profile yaroslav",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.scenarioListCommand(), p.scenarioRunCommand())
	for _, sub := range cmd.Commands() {
		sub.Args = asUsage(sub.Args)
	}
	return cmd
}

func (p *Program) scenarioListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the scenarios by cause", Args: cobra.NoArgs, Example: "  eksauth scenario list -o json"}
	format := outputFlag(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		if *format == outputJSON {
			return printJSON(p.Stdout, scenario.All())
		}
		for _, s := range scenario.All() {
			fmt.Fprintf(p.Stdout, "%2d  %s\n", s.Cause, s.Title)
		}
		return nil
	}
	return cmd
}

func (p *Program) scenarioRunCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "run [CAUSE]", Short: "Reproduce one cause, or all", Args: cobra.MaximumNArgs(1),
		Example: "  eksauth scenario run 9 --profile yaroslav",
	}
	stack := p.stackFlag(cmd)
	profile := cmd.Flags().String("profile", "", "`profile` of a user who enters by aws-auth alone, not the cluster's creator")
	clusterName := cmd.Flags().String("cluster", "", "`name` of the cluster, else the stack's first")
	all := cmd.Flags().Bool("all", false, "reproduce every cause")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		chosen, err := chosenScenarios(args, *all)
		if err != nil {
			return usageError{err}
		}
		h, err := stack()
		if err != nil {
			return err
		}
		target, err := p.scenarioStack(cmd.Context(), h, *profile, *clusterName)
		if err != nil {
			return err
		}
		return p.runScenarios(cmd.Context(), target, chosen)
	}
	return cmd
}

func chosenScenarios(args []string, all bool) ([]scenario.Scenario, error) {
	if all == (len(args) == 1) {
		return nil, errors.New("name one CAUSE by its number, or say --all")
	}
	if all {
		return scenario.All(), nil
	}
	list := scenario.All()
	cause, err := strconv.Atoi(args[0])
	i := slices.IndexFunc(list, func(s scenario.Scenario) bool { return s.Cause == cause })
	if err != nil || i < 0 {
		return nil, fmt.Errorf("there is no scenario of the cause %q: see eksauth scenario list", args[0])
	}
	return list[i : i+1], nil
}

// scenarioStack finds what a scenario works with.
func (p *Program) scenarioStack(ctx context.Context, h home.Home, profileName, clusterName string) (scenario.Stack, error) {
	if profileName == "" {
		return scenario.Stack{}, usageError{errors.New("say with --profile who is refused: a user of the stack who did not create the cluster")}
	}
	status, err := fetchStatus(ctx, h)
	if err != nil {
		return scenario.Stack{}, err
	}
	q := online.Question{Gateway: status.Gateway, Now: time.Now}
	if q.Cluster, q.Others, err = stackCluster(h, status, clusterName); err != nil {
		return scenario.Stack{}, err
	}
	if q.Profile, err = p.stackProfile(ctx, h, profileName); err != nil {
		return scenario.Stack{}, err
	}
	arn, err := online.CallerARN(ctx, q)
	if err != nil {
		return scenario.Stack{}, err
	}
	if !strings.Contains(arn, ":user/") {
		return scenario.Stack{}, usageError{fmt.Errorf("profile %q is %s: scenarios want a user", profileName, arn)}
	}
	return scenario.Stack{Question: q, ARN: arn}, nil
}

func (p *Program) runScenarios(ctx context.Context, stack scenario.Stack, chosen []scenario.Scenario) error {
	failed := 0
	for _, s := range chosen {
		result, err := scenario.Run(ctx, stack, s)
		if err != nil {
			failed++
			fmt.Fprintf(p.Stdout, "✗ %2d  %s: %v\n", s.Cause, s.Title, err)
			continue
		}
		fmt.Fprintf(p.Stdout, "✓ %2d  %s\n", s.Cause, s.Title)
		if len(chosen) == 1 {
			if err := result.Broken.Write(p.Stdout); err != nil {
				return err
			}
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d scenarios were not as the catalogue says", failed, len(chosen))
	}
	return nil
}
