package emulator

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/explain/scenario"
	"github.com/eksauth/eksauth/localcluster"
)

func (p *Program) scenarioRunCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "run [CAUSE…]", Short: "Reproduce causes, or all", Args: cobra.ArbitraryArgs,
		Long: `Reproduce causes: what is done and printed is shown step by step. Exit code 1 means that something was not as the
catalogue says. Ctrl-C cleans up.`,
		Example: "  eksauth scenario run 9\n  eksauth scenario run 1 2 3 -o json\n  eksauth scenario run --all --quiet",
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	all := cmd.Flags().Bool("all", false, "reproduce every cause")
	quiet := cmd.Flags().BoolP("quiet", "q", false, "one line for each cause, and the steps of none")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		chosen, err := chosenScenarios(args, *all)
		if err != nil {
			return usageError{err}
		}
		h, err := stack()
		if err != nil {
			return err
		}
		target, err := p.scenarioStack(cmd.Context(), h)
		if err != nil {
			return err
		}
		if *format == outputText && !*quiet {
			target.Out = p.Stdout
		}
		return p.runScenarios(cmd.Context(), target, chosen, *format)
	}
	return cmd
}

// runScenarios tells of each as it ends.
func (p *Program) runScenarios(ctx context.Context, stack scenario.Stack, chosen []scenario.Scenario, format output) error {
	var results []scenario.Result
	failed := 0
	err := scenario.Run(ctx, stack, chosen, func(r scenario.Result) {
		results = append(results, r)
		if r.Error != "" {
			failed++
		}
		if format == outputText {
			writeResult(p.Stdout, r)
		}
	})
	if format == outputJSON {
		if printed := printJSON(p.Stdout, results); err == nil {
			err = printed
		}
	}
	switch {
	case err != nil:
		return fmt.Errorf("run the scenarios: %w", err)
	case failed > 0:
		return fmt.Errorf("%d of %d scenarios were not as the catalogue says", failed, len(chosen))
	}
	return nil
}

func writeResult(w io.Writer, r scenario.Result) {
	switch {
	case r.Error != "":
		fmt.Fprintf(w, "✗ %2d  %s: %s\n", r.Cause, r.Title, r.Error)
	case r.Skipped != "":
		fmt.Fprintf(w, "- %2d  %s: skipped: %s\n", r.Cause, r.Title, r.Skipped)
	case r.Impossible != "":
		fmt.Fprintf(w, "- %2d  %s: not here: %s\n", r.Cause, r.Title, r.Impossible)
	default:
		fmt.Fprintf(w, "✓ %2d  %s (%.1fs)\n", r.Cause, r.Title, r.Seconds)
	}
}

// scenarioStack is the stack as scenarios see it.
func (p *Program) scenarioStack(ctx context.Context, h home.Home) (scenario.Stack, error) {
	status, err := fetchStatus(ctx, h)
	if err != nil {
		return scenario.Stack{}, err
	}
	env, err := p.stackEnv(h, "")
	if err != nil {
		return scenario.Stack{}, err
	}
	env["EKSAUTH_HOME"] = filepath.Dir(h.Dir)
	program, err := os.Executable()
	if err != nil {
		return scenario.Stack{}, fmt.Errorf("find this program: %w", err)
	}
	stack := scenario.Stack{
		Gateway: status.Gateway, Region: status.Region, Program: program, Env: env, Dir: filepath.Join(h.Dir, "scenarios"),
		Control: scenarioControl{h}, Now: time.Now,
	}
	if h.Name != home.DefaultName {
		stack.Name = h.Name
	}
	return stack, nil
}

// scenarioControl asks the running stack by its control routes.
type scenarioControl struct{ home home.Home }

func (c scenarioControl) CreateAccount(ctx context.Context) (string, aws.Credentials, error) {
	var made account
	err := callControl(ctx, c.home, http.MethodPost, accountsRoute, account{}, &made)
	return made.ID, aws.Credentials{AccessKeyID: made.AccessKeyID, SecretAccessKey: made.SecretAccessKey}, err
}

func (c scenarioControl) DeleteAccount(ctx context.Context, id string) error {
	return callControl(ctx, c.home, http.MethodDelete, accountsRoute+"/"+url.PathEscape(id), nil, nil)
}

func (c scenarioControl) Cluster(ctx context.Context, name string) (scenario.Files, error) {
	status, err := fetchStatus(ctx, c.home)
	if err != nil {
		return scenario.Files{}, err
	}
	found, _, err := stackCluster(c.home, status, name)
	files := scenario.Files{Admin: found.Admin, Log: found.Log}
	for _, running := range status.Clusters {
		for _, component := range running.Components {
			if running.Name == name && component.Name == localcluster.APIServerComponent {
				files.ServerLog = component.Log
			}
		}
	}
	return files, err
}
