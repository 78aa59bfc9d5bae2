package emulator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/mapping"
	"github.com/eksauth/eksauth/explain/offline"
)

// explainOptions are the flags of eksauth explain.
type explainOptions struct {
	offline                bool
	token, arn             string
	cluster                string
	partition, region      string
	awsAuth, accessEntries string
}

func (p *Program) explainCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain",
		Short: "Say why a token was accepted or refused, hop by hop",
		Long: `Say why a token is accepted or refused: one line for each hop that a request passes, and for the one that refuses the
reason, what shows it and the fix.

With --offline nothing is asked: a token that was made for a real cluster is decoded, and the authenticator's own checks
are run on it. With --arn and the mappings it says whom the cluster would take the caller for. The token is not printed.

Exit code 1 means that a hop refuses.`,
		Example: `  aws eks get-token --cluster-name prod | eksauth explain --offline --token -
  eksauth explain --offline --arn arn:aws:sts::111122223333:assumed-role/dev/me --aws-auth aws-auth.yaml`,
		Args: cobra.NoArgs,
	}
	format := outputFlag(cmd)
	var o explainOptions
	flags := cmd.Flags()
	flags.BoolVar(&o.offline, "offline", false, "ask neither a stack nor a cluster")
	flags.StringVar(&o.token, "token", "", "the `token`: - reads standard input, so that no shell keeps it; a plugin's whole answer will do")
	flags.StringVar(&o.arn, "arn", "", "the caller's `ARN`, as aws sts get-caller-identity says it")
	flags.StringVar(&o.cluster, "cluster", "", "`name` of the cluster that was meant")
	flags.StringVar(&o.partition, "partition", "", "`partition` of the cluster, else the caller's")
	flags.StringVar(&o.region, "region", "", "`region` of the cluster, else the token's")
	flags.StringVar(&o.awsAuth, "aws-auth", "", "`file` with the aws-auth ConfigMap")
	flags.StringVar(&o.accessEntries, "access-entries", "", "`file` with the access entries")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if !o.offline {
			return usageError{errors.New("say --offline: explaining an attempt against a running stack is not offered")}
		}
		found, err := p.explainOffline(cmd.Context(), o)
		if err != nil {
			return err
		}
		return p.printAnswer(*format, found)
	}
	return cmd
}

func (p *Program) explainOffline(ctx context.Context, o explainOptions) (*hop.Answer, error) {
	q := offline.Question{ARN: o.arn, Cluster: o.cluster, Partition: o.partition, Region: o.region, Now: time.Now(), Token: o.token}
	if o.token == "-" {
		_, text, err := p.readInput(ctx, o.token)
		if err != nil {
			return nil, err
		}
		if q.Token = text; text == "" {
			return nil, errors.New("standard input is empty: the client made no token")
		}
	}
	if o.awsAuth != "" {
		text, err := readMapping(o.awsAuth)
		if err != nil {
			return nil, err
		}
		q.AWSAuth = &mapping.AWSAuth{Name: o.awsAuth, Text: text}
	}
	if o.accessEntries != "" {
		text, err := readMapping(o.accessEntries)
		if err != nil {
			return nil, err
		}
		q.Entries = &mapping.AccessEntries{Name: o.accessEntries, Text: text}
	}
	found, err := offline.Explain(q)
	if err != nil {
		return nil, usageError{err}
	}
	return found, nil
}

func readMapping(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read the mapping: %w", err)
	}
	return string(data), nil
}

// printAnswer prints an explanation. A refusal is the command's failure.
func (p *Program) printAnswer(format output, a *hop.Answer) error {
	if format == outputJSON {
		if err := printJSON(p.Stdout, a); err != nil {
			return err
		}
	} else if err := a.Write(p.Stdout); err != nil {
		return err
	}
	if refusal := a.Refusal(); refusal != nil {
		return fmt.Errorf("refused at %s", refusal.Hop)
	}
	return nil
}
