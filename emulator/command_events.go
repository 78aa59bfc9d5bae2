package emulator

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/internal/events"
)

func (p *Program) eventsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "events",
		Short: "Show what happened to each attempt to enter a cluster",
		Long: `Show what the flight recorder keeps: calls of AWS, decisions of the authenticator, and requests to kube-apiservers. What
belongs to one attempt to enter has its number, which eksauth explain --attempt takes. Nothing that lets anybody in is
recorded: no secret key, signature, session token or EKS token.`,
		Example: `  eksauth events
  eksauth events -f
  eksauth events --attempt 3
  eksauth events -o json | jq 'select(.outcome == "refused")'`,
		Args: cobra.NoArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	var filter events.Filter
	follow := cmd.Flags().BoolP("follow", "f", false, "go on as things happen, until Ctrl-C")
	cmd.Flags().Uint64Var(&filter.Attempt, "attempt", 0, "only the attempt of this `number`")
	cmd.Flags().StringVar(&filter.Cluster, "cluster", "", "only events of this `cluster`, and calls of AWS, which are of none")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		show := p.showEvent(*format)
		if *follow {
			return followEvents(cmd.Context(), h, filter, show)
		}
		kept, err := fetchEvents(cmd.Context(), h, filter)
		if err != nil {
			return err
		}
		if len(kept) == 0 && filter.Attempt != 0 {
			return noAttempt(h, filter.Attempt)
		}
		for _, event := range kept {
			if err := show(event); err != nil {
				return err
			}
		}
		return nil
	}
	return cmd
}

// showEvent prints events as they come: a line each, for people below a head.
func (p *Program) showEvent(format output) func(events.Event) error {
	if format == outputJSON {
		encoder := json.NewEncoder(p.Stdout)
		encoder.SetEscapeHTML(false)
		return func(e events.Event) error { return encoder.Encode(e) }
	}
	head := eventHead
	return func(e events.Event) error {
		_, err := fmt.Fprint(p.Stdout, head, eventLine(e))
		head = ""
		return err
	}
}
