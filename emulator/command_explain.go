package emulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/kubectl"
	"github.com/eksauth/eksauth/explain/mapping"
	"github.com/eksauth/eksauth/explain/message"
	"github.com/eksauth/eksauth/explain/offline"
	"github.com/eksauth/eksauth/explain/online"
)

// explainOptions are the flags of eksauth explain.
type explainOptions struct {
	offline                bool
	message                string
	environment            bool
	profile, token, arn    string
	as, sessionName        string
	kubeconfig, context    string
	attempt                uint64
	last                   bool
	cluster                string
	partition, region      string
	awsAuth, accessEntries string
	want                   online.Want
	kubectl                []string
}

func (p *Program) explainCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain [flags] [-- KUBECTL ARGUMENTS]",
		Short: "Say why an attempt to enter a cluster was let in or refused, hop by hop",
		Long: `Say why an attempt to enter a cluster is let in or refused: one line for each hop that a request passes, and for the one
that refuses the reason, what shows it and the fix. Each hop of the running stack is asked itself; an attempt that was made
is told by the flight recorder. With --as the stack issues the session itself, whoever may assume the role.

With --offline nothing is asked: a token that was made for a real cluster is decoded, and the authenticator's own checks
are run on it. With --arn and the mappings it says whom the cluster would take the caller for. The token is not printed.

Exit code 1 means that a hop refuses.`,
		Example: `  eksauth explain --last
  eksauth explain --profile yaroslav -- get pods -n dev
  eksauth explain --as arn:aws:iam::111122223333:role/dev/x --session-name anna -- get pods -n dev
  eksauth explain --kubeconfig ~/.kube/config --context dev -- logs web -n dev
  aws eks create-access-entry … 2>&1 | eksauth explain --error -
  aws eks get-token --cluster-name prod | eksauth explain --offline --token -
  eksauth explain --offline --arn arn:aws:sts::111122223333:assumed-role/dev/me --aws-auth aws-auth.yaml`,
		Args: cobra.ArbitraryArgs,
	}
	stack := p.stackFlag(cmd)
	format := outputFlag(cmd)
	var o explainOptions
	o.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.kubectl = args
		var found *hop.Answer
		var err error
		switch {
		case o.message != "":
			found, err = p.explainMessage(cmd.Context(), o)
		case o.offline:
			found, err = p.explainOffline(cmd.Context(), o)
		default:
			var h home.Home
			if h, err = stack(); err == nil {
				found, err = p.explainOnStack(cmd.Context(), h, o)
			}
		}
		if err != nil {
			return err
		}
		return p.printAnswer(*format, found)
	}
	return cmd
}

func (o *explainOptions) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.profile, "profile", "", "explain an attempt of this `profile` of the stack")
	flags.StringVar(&o.as, "as", "", "explain an attempt of the user, role or role session with this `ARN`, whoever may assume the role")
	flags.StringVar(&o.sessionName, "session-name", "", "`name` of the role's session for --as, such as anna@example.com")
	flags.BoolVar(&o.environment, "environment", false, "explain an attempt of a client with this shell's variables: AWS_ACCESS_KEY_ID, else AWS_PROFILE")
	flags.StringVar(&o.kubeconfig, "kubeconfig", "", "explain an attempt with this kubeconfig `file`, whose plugin is run; else KUBECONFIG, else the stack's own")
	flags.StringVar(&o.context, "context", "", "`context` of the kubeconfig, else its current one")
	flags.BoolVar(&o.last, "last", false, "explain the attempt that was refused last, else the last one")
	flags.Uint64Var(&o.attempt, "attempt", 0, "explain the attempt of this `number`, as eksauth events shows it")
	flags.StringVar(&o.message, "error", "", "find the cause in a `text` that a client or the authenticator has printed: - reads standard input")
	flags.StringVar(&o.token, "token", "", "explain a `token`: - reads standard input, so that no shell keeps it; a plugin's whole answer will do")
	flags.StringVar(&o.cluster, "cluster", "", "`name` of the cluster, else the stack's first")
	flags.StringVar(&o.want.Verb, "verb", "", "also ask whether the user may do this `verb`, such as list")
	flags.StringVar(&o.want.Resource, "resource", "", "`resource` of the verb, such as pods or deployments.apps")
	flags.StringVarP(&o.want.Namespace, "namespace", "n", "", "`namespace` of the resource; none means all")
	flags.BoolVar(&o.offline, "offline", false, "ask neither a stack nor a cluster")
	flags.StringVar(&o.arn, "arn", "", "offline: the caller's `ARN`, as aws sts get-caller-identity says it")
	flags.StringVar(&o.partition, "partition", "", "offline: `partition` of the cluster, else the caller's")
	flags.StringVar(&o.region, "region", "", "offline: `region` of the cluster, else the token's")
	flags.StringVar(&o.awsAuth, "aws-auth", "", "offline: `file` with the aws-auth ConfigMap")
	flags.StringVar(&o.accessEntries, "access-entries", "", "offline: `file` with the access entries")
}

// explainOnStack explains what happens or has happened on a running stack.
func (p *Program) explainOnStack(ctx context.Context, h home.Home, o explainOptions) (*hop.Answer, error) {
	switch {
	case o.attempts() != 1:
		return nil, usageError{errors.New("say which attempt to explain: --last, --attempt NUMBER, or a new one of --profile NAME, --as ARN, --context NAME, --environment or --token -; " +
			"--offline needs no stack")}
	case o.sessionName != "" && o.as == "":
		return nil, usageError{errors.New("--session-name names the session of --as ARN")}
	case o.last || o.attempt != 0:
		return p.explainAttempt(ctx, h, o)
	case o.usesKubeconfig():
		return p.explainKubeconfig(ctx, h, o)
	}
	return p.explainOnline(ctx, h, o)
}

// explainOnline asks the parts of a running stack.
func (p *Program) explainOnline(ctx context.Context, h home.Home, o explainOptions) (*hop.Answer, error) {
	status, err := fetchStatus(ctx, h)
	if err != nil {
		return nil, err
	}
	q := online.Question{Gateway: status.Gateway, Now: time.Now}
	if q.Want, err = o.request(defaultNamespace); err != nil {
		return nil, usageError{err}
	}
	if q.Cluster, q.Others, err = stackCluster(h, status, o.cluster); err != nil {
		return nil, err
	}
	switch {
	case o.environment:
		q.Profile, err = p.environmentProfile(ctx, h)
	case o.as != "":
		q.Profile, err = sessionProfile(ctx, h, o)
	case o.profile != "":
		q.Profile, err = p.stackProfile(ctx, h, o.profile)
	default:
		q.Token, err = p.readToken(ctx, o.token)
	}
	if err != nil {
		return nil, err
	}
	found, err := online.Explain(ctx, q)
	if err == nil && o.profile != "" {
		environ, _ := p.clientEnviron(h, status)
		checkKubeconfig(h, o.profile, q.Cluster.Name, environ, found)
	}
	return found, err
}

// attempts counts the flags that say whose attempt is explained.
func (o explainOptions) attempts() (count int) {
	for _, said := range []bool{o.profile != "", o.as != "", o.environment, o.token != "", o.attempt != 0, o.last, o.usesKubeconfig()} {
		if said {
			count++
		}
	}
	return count
}

func (o explainOptions) usesKubeconfig() bool { return o.kubeconfig != "" || o.context != "" }

// request is what the flags, or the words of a kubectl command, want of the cluster; nil for nothing. namespace is the one that
// kubectl means if nobody names one.
func (o explainOptions) request(namespace string) (*online.Want, error) {
	if len(o.kubectl) > 0 {
		return kubectl.Parse(o.kubectl, cmp.Or(o.want.Namespace, namespace))
	}
	if (o.want.Verb == "") != (o.want.Resource == "") {
		return nil, errors.New("--verb and --resource belong together")
	}
	if o.want.Verb == "" {
		return nil, nil
	}
	want := o.want
	want.Resource, want.Subresource, _ = strings.Cut(want.Resource, "/")
	want.Resource, want.Group, _ = strings.Cut(want.Resource, ".")
	want.Typed = true
	return &want, nil
}

// defaultNamespace is what kubectl means without -n where the context names no other.
const defaultNamespace = "default"

// stackCluster finds the parts of a cluster that runs, of the first one without a name, and the names of the others.
func stackCluster(h home.Home, status Status, name string) (found online.Cluster, others []string, err error) {
	var running *ClusterStatus
	for i, c := range status.Clusters {
		if running == nil && (name == "" || c.Name == name) {
			running = &status.Clusters[i]
		} else {
			others = append(others, c.Name)
		}
	}
	if running == nil {
		return found, nil, usageError{fmt.Errorf("no cluster %q runs in the stack %q: there is %q", name, h.Name, others)}
	}
	found = online.Cluster{
		Name: running.Name, Region: running.Region, Partition: partitionOf(running.Region), Server: running.Endpoint, CA: running.CA,
		Webhook: running.Files.Webhook, Log: running.Files.Log, Admin: running.Files.Admin, Entries: running.Files.Entries, Mode: running.Files.Mode,
		Creator: running.Creator, CreatorEnters: running.CreatorIsAdministrator,
	}
	if _, err := os.Stat(found.Webhook); err != nil {
		found.Webhook = "" // the authenticator runs where this machine does not reach it
	}
	return found, others, nil
}

// readToken takes the token of the command line, or of standard input for -.
func (p *Program) readToken(ctx context.Context, flag string) (string, error) {
	if flag != "-" {
		return flag, nil
	}
	_, text, err := p.readInput(ctx, flag)
	if err == nil && text == "" {
		err = errors.New("standard input is empty: the client made no token")
	}
	return text, err
}

// explainMessage asks nobody but the text.
func (p *Program) explainMessage(ctx context.Context, o explainOptions) (*hop.Answer, error) {
	if o.attempts() > 0 || o.offline {
		return nil, usageError{errors.New("--error explains a text: it takes no --profile, --environment, --token or --offline")}
	}
	text := o.message
	if text == "-" {
		var err error
		if _, text, err = p.readInput(ctx, text); err != nil {
			return nil, err
		}
	}
	return message.Explain(text)
}

func (p *Program) explainOffline(ctx context.Context, o explainOptions) (*hop.Answer, error) {
	text, err := p.readToken(ctx, o.token)
	if err != nil {
		return nil, err
	}
	q := offline.Question{ARN: o.arn, Cluster: o.cluster, Partition: o.partition, Region: o.region, Now: time.Now(), Token: text}
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
