package online

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/kubectl"
	"github.com/eksauth/eksauth/explain/token"
)

// Profile is whose attempt is explained: keys, and the role that is assumed with them, if any.
type Profile struct {
	Name string
	// Keys without an access key ID are none at all.
	Keys aws.Credentials
	// RoleARN is the role, SessionName what its session is to be called and MFASerial the device that it wants; empty for none.
	RoleARN, SessionName, MFASerial string
	Region                          string
	// Hides is a profile that was named, but that keys of the environment stand before; nil for none.
	Hides *Profile
}

// Cluster is where the parts of a cluster are found. Files that are not there are not asked.
type Cluster struct {
	Name, Region, Partition string
	// Server is the kube-apiserver's URL and CA the PEM certificate of its authority.
	Server string
	CA     []byte
	// Webhook is the kubeconfig by which the kube-apiserver calls the authenticator, Log the authenticator's log.
	Webhook, Log string
	// Admin is a kubeconfig that reads aws-auth.
	Admin string
	// Entries and Mode are the files in which the authenticator finds access entries and the authentication mode.
	Entries, Mode string
	// Creator is the ARN of who made the cluster, and CreatorEnters whether they were made its administrator.
	Creator       string
	CreatorEnters bool
}

// Want is a request of Kubernetes.
type Want = kubectl.Request

// Question is an attempt to explain: that of a profile, or that of a token which somebody has made.
type Question struct {
	// Gateway is the URL of the stack's gateway.
	Gateway string
	Profile *Profile
	Token   string
	Cluster Cluster
	// Others are the names of the stack's other clusters, for which a token may have been made by mistake.
	Others []string
	// Want is what is asked of the cluster; nil asks for nothing.
	Want *Want
	// KeysOf finds the keys with an access key ID, for what only their owner may ask. Nil, or keys without an ID, finds none.
	KeysOf func(accessKeyID string) aws.Credentials
	Now    func() time.Time
}

// timeout bounds one explanation: all parts are on this machine.
const timeout = 15 * time.Second

// walk is one explanation on its way.
type walk struct {
	Question
	answer *hop.Answer
	token  string
	// keys are those that the token was signed with; none for a token that somebody else has made.
	keys aws.Credentials
	// caller is the ARN that STS has named; empty as long as nobody knows it.
	caller string
	client *http.Client
}

// Explain walks the hops. It ends at the first that refuses. The error says that the question cannot be asked.
func Explain(ctx context.Context, q Question) (*hop.Answer, error) {
	if (q.Profile == nil) == (q.Token == "") {
		return nil, errors.New("say whose attempt to explain: a profile or a token")
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	w := &walk{Question: q, answer: hop.New(), token: token.Clean(q.Token)}
	defer w.close()
	for _, step := range []func(context.Context) error{w.credentials, w.decode, w.authenticate, w.authorize} {
		if err := step(ctx); err != nil {
			return nil, err
		}
		if w.answer.Refusal() != nil {
			break
		}
	}
	return w.answer, nil
}

// close ends the connections that questions have left open.
func (w *walk) close() {
	if w.client != nil {
		w.client.CloseIdleConnections()
	}
}

// decode checks the token as the authenticator will.
func (w *walk) decode(context.Context) error {
	parsed, err := token.Parse(w.token)
	if err != nil {
		w.answer.Add(hop.TokenFormat, hop.Refused, fmt.Sprintf("%d bytes", len(w.token)),
			hop.Reason{Text: err.Error(), Fix: "aws eks get-token --cluster-name " + w.Cluster.Name})
		return nil //nolint:nilerr // the failure is the answer
	}
	if problem := token.Check(w.token, w.Cluster.Partition, w.Cluster.Region); problem != nil {
		w.answer.Add(hop.TokenFormat, hop.Refused, parsed.Describe(w.Now()), hop.Reason{Cause: problem.Cause, Text: problem.Text, Fix: problem.Fix})
		return nil
	}
	w.answer.Add(hop.TokenFormat, hop.OK, parsed.Describe(w.Now()))
	return nil
}
