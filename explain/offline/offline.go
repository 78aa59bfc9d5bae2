package offline

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/mapping"
	"github.com/eksauth/eksauth/explain/token"
)

// Question is what is known of an attempt. Any part may be missing.
type Question struct {
	// Token is the token as pasted.
	Token string
	// ARN is the caller's, of a session or an IAM principal.
	ARN string
	// Cluster is the name of the cluster that was meant.
	Cluster string
	// Partition and Region are the cluster's; empty means those of the ARN and the token.
	Partition, Region string
	AWSAuth           *mapping.AWSAuth
	Entries           *mapping.AccessEntries
	Now               time.Time
}

// Explain answers a question. The error says that it is none: it has neither a token nor an ARN with mappings.
func Explain(q Question) (*hop.Answer, error) {
	if q.Token == "" && q.ARN == "" {
		return nil, errors.New("nothing to explain: give a token with --token -, or an ARN with --arn")
	}
	var caller *authenticator.Identity
	if q.ARN != "" {
		var err error
		if caller, err = mapping.NewCaller(q.ARN); err != nil {
			return nil, err
		}
	}
	a := hop.New()
	if q.Token != "" {
		q.explainToken(a, token.Clean(q.Token), caller)
	}
	q.explainMapping(a, caller)
	return a, nil
}

func (q Question) explainToken(a *hop.Answer, text string, caller *authenticator.Identity) {
	t, err := token.Parse(text)
	if err != nil {
		reasons := []hop.Reason{{Text: err.Error(), Fix: "aws eks get-token --cluster-name " + q.cluster()}}
		if p := token.Check(text, "aws", "us-east-1"); p != nil {
			reasons[0].Evidence = []string{"the authenticator logs: " + p.Text}
		}
		a.Add(hop.TokenFormat, hop.Refused, fmt.Sprintf("%d bytes", len(text)), reasons...)
		return
	}
	partition, region := q.place(t, caller)
	var format []hop.Reason
	if problem := token.Check(text, partition, region); problem != nil {
		format = reasons([]token.Problem{*problem})
	}
	a.Add(hop.TokenFormat, status(format, hop.OK), t.Describe(q.Now), format...)
	sts := reasons(t.CheckSTS(q.Now))
	a.Add(hop.STS, status(sts, hop.Unknown), q.describeSTS(t), sts...)
}

// place is the partition and region of the cluster: as given, else the caller's, else the token's.
func (q Question) place(t *token.Token, caller *authenticator.Identity) (partition, region string) {
	partition, region = q.Partition, q.Region
	if partition == "" && caller != nil {
		partition = strings.Split(caller.CanonicalARN, ":")[1]
	}
	if partition == "" {
		partition = t.Partition
	}
	if partition == "" {
		partition = "aws"
	}
	if region == "" && t.Region != "global" {
		region = t.Region
	}
	if region == "" {
		region = "us-east-1"
	}
	return partition, region
}

func (q Question) cluster() string {
	if q.Cluster == "" {
		return "<cluster>"
	}
	return q.Cluster
}

func reasons(problems []token.Problem) []hop.Reason {
	var out []hop.Reason
	for _, p := range problems {
		out = append(out, hop.Reason{Cause: p.Cause, Text: p.Text, Fix: p.Fix})
	}
	return out
}

// status is that of a hop: refused if there are reasons.
func status(reasons []hop.Reason, otherwise hop.Status) hop.Status {
	if len(reasons) > 0 {
		return hop.Refused
	}
	return otherwise
}

// describeSTS says what STS alone can tell.
func (q Question) describeSTS(t *token.Token) string {
	if !slices.Contains(t.SignedHeaders, token.ClusterHeader) {
		return "whether key and signature are good, only STS can tell; the token is bound to no cluster"
	}
	if q.Cluster == "" {
		return "whether key and signature are good, and for which cluster the token was signed, only STS can tell"
	}
	return fmt.Sprintf("whether key and signature are good, and the token signed for %q, only STS can tell", q.Cluster)
}
