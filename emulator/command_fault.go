package emulator

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/internal/fault"
)

const faultLong = `Let things go wrong on purpose in the running stack, to see what clients make of it. Faults end with the stack.

Of the requests to a service (` + "cloudtrail, ec2, eks, iam, logs, sts" + `):
  sts-throttle, eks-throttle …  refuse as too many what is above --rate a second and --burst at once; without --rate all
  sts-error …                   fail with --status 500 or 503
  sts-latency …                 answer --delay later
  sts-reset …                   reset the connection instead of answering
narrowed by --operation, --region, --profile or --caller, and to a share of them by --probability and --seed.

Of STS and its sessions:
  sts-region-disabled           STS is not activated in --region, for the operations that give out credentials
  sts-skew                      STS's clock is ahead --by a duration, or behind by a negative one
  session-expiry                sessions that are given out end --after a duration
  token-expiry                  EKS tokens end --after a duration, in place of 15 minutes

Of the webhook of a --cluster:
  webhook-stopped               the authenticator is stopped
  webhook-certificate           it has a certificate that the kube-apiserver does not trust
  authenticator-killed          it is killed as by a crash; clearing starts it again`

func (p *Program) faultCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fault",
		Short: "Let AWS services, STS's clock or a webhook go wrong on purpose",
		Long:  faultLong,
		Example: `  eksauth fault set sts-throttle --rate 5 --burst 10
  eksauth fault set sts-error --status 503 --probability 0.3 --for 1m
  eksauth fault set webhook-certificate --cluster dev
  eksauth fault list
  eksauth fault clear`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.faultSetCommand(), p.faultClearCommand(), p.faultListCommand())
	return cmd
}

// faultFlags adds the flags that say what a fault does.
func faultFlags(cmd *cobra.Command, wanted *FaultRequest) {
	flags := cmd.Flags()
	duration := func(to *fault.Duration, name, usage string) {
		flags.DurationVar((*time.Duration)(to), name, 0, usage)
	}
	flags.Float64Var(&wanted.Rate, "rate", 0, "requests a second that a throttle lets pass (default none)")
	flags.IntVar(&wanted.Burst, "burst", 0, "requests that it lets pass at once (default those of a second)")
	flags.IntVar(&wanted.Status, "status", 0, "HTTP status of an error, 500 or 503 (default 503)")
	duration(&wanted.Delay, "delay", "how much later requests are answered, up to 1m")
	duration(&wanted.By, "by", "how far STS's clock is ahead, such as 20m or -20m")
	duration(&wanted.After, "after", "how long sessions or tokens last")
	flags.StringVar(&wanted.Cluster, "cluster", "", "`name` or ARN of the cluster, if the stack has several")
	flags.StringVar(&wanted.Operation, "operation", "", "only requests for this `operation`, such as AssumeRole")
	flags.StringVar(&wanted.Region, "region", "", "only requests in this `region`")
	flags.StringVar(&wanted.Profile, "profile", "", "only requests of this `profile` of the stack")
	flags.StringVar(&wanted.Caller, "caller", "", "only requests of this access key ID, or `ARN` of a user or role")
	flags.Float64Var(&wanted.Probability, "probability", 0, "share of the requests, from 0 to 1 (default all)")
	flags.Uint64Var(&wanted.Seed, "seed", 1, "chooses the share: with the same seed the same requests meet the fault")
	duration(&wanted.For, "for", "clear the fault by itself after this time")
	flags.IntVar(&wanted.Count, "count", 0, "clear it by itself when so many requests have met it")
}

func (p *Program) faultSetCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "set FAULT",
		Short: "Set a fault",
		Long:  faultLong,
		Example: `  eksauth fault set sts-throttle --rate 5 --burst 10
  eksauth fault set eks-latency --operation DescribeCluster --delay 2s --count 3
  eksauth fault set sts-region-disabled --region us-west-2
  eksauth fault set sts-skew --by 20m --for 30s
  eksauth fault set session-expiry --after 5s`,
		Args: cobra.ExactArgs(1),
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	var wanted FaultRequest
	faultFlags(cmd, &wanted)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		wanted.Kind = args[0]
		if err := wanted.Check(faultServices); err != nil {
			return usageError{fmt.Errorf("%w (see eksauth fault --help)", err)}
		}
		defer p.notice("waiting for the authenticator")()
		set, err := setFault(cmd.Context(), h, wanted)
		if err != nil {
			return err
		}
		if *format == outputJSON {
			return printJSON(p.Stdout, set)
		}
		_, err = fmt.Fprintf(p.Stdout, "Fault %s\n", faultText(set))
		return err
	}
	return cmd
}

func (p *Program) faultClearCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "clear [FAULT]",
		Short:   "Clear all faults, or those of a number or kind",
		Example: "  eksauth fault clear\n  eksauth fault clear 3\n  eksauth fault clear sts-throttle",
		Args:    cobra.MaximumNArgs(1),
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		name := ""
		if len(args) > 0 {
			name = args[0]
		}
		defer p.notice("waiting for the authenticator")()
		cleared, err := clearFaults(cmd.Context(), h, name)
		if err != nil {
			return err
		}
		return p.printFaults(cleared, *format, "Cleared ")
	}
	return cmd
}

func (p *Program) faultListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the faults that are set",
		Example: "  eksauth fault list\n  eksauth fault list -o json",
		Args:    cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		list, err := listFaults(cmd.Context(), h)
		if err != nil {
			return err
		}
		return p.printFaults(list, *format, "")
	}
	return cmd
}

// printFaults prints a line for each fault, or that there is none.
func (p *Program) printFaults(list []fault.Fault, format output, prefix string) error {
	if format == outputJSON {
		return printJSON(p.Stdout, list)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(p.Stdout, "No fault is set.")
		return err
	}
	for _, f := range list {
		if _, err := fmt.Fprintln(p.Stdout, prefix+metText(f)); err != nil {
			return err
		}
	}
	return nil
}

// notice tells a person who waits for long what for, until the function that it returns is called.
func (p *Program) notice(text string) (stop func()) {
	late := time.AfterFunc(noticeAfter, func() { fmt.Fprintln(p.Stderr, text) })
	return func() { late.Stop() }
}
