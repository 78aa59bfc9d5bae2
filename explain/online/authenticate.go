package online

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/cluster"
	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/mapping"
	"github.com/eksauth/eksauth/internal/events"
)

// authenticate asks the authenticator, as the kube-apiserver does, and then the kube-apiserver itself.
func (w *walk) authenticate(ctx context.Context) error {
	var verdict *review
	if w.Cluster.Webhook != "" {
		var err error
		if verdict, err = w.askWebhook(ctx); err != nil {
			w.answer.Add(hop.Webhook, hop.Refused, "the authenticator does not answer", hop.Reason{
				Cause: 53, Text: err.Error(), Fix: "see eksauth status and eksauth logs authenticator",
			})
			w.sort()
			return nil //nolint:nilerr // the failure is the answer
		}
		if w.explainVerdict(ctx, verdict); !verdict.allowed {
			w.answer.Add(hop.Webhook, hop.OK, "the authenticator answers")
			w.sort()
			return nil
		}
	}
	user, refusal, err := w.whoAmI(ctx)
	if err != nil {
		return err
	}
	if user == nil {
		w.refusedByServer(verdict, refusal)
		return nil
	}
	w.answer.Add(hop.Webhook, hop.OK, "the kube-apiserver lets in user "+user.Username)
	w.sort()
	w.answer.User = user
	w.noteDenial(ctx)
	return nil
}

// explainVerdict turns what the authenticator says, in its answer and its log, into hops.
func (w *walk) explainVerdict(ctx context.Context, verdict *review) {
	if verdict.caller != "" {
		w.caller = verdict.caller
	}
	if verdict.allowed {
		w.answer.Add(hop.STS, hop.OK, w.caller)
		w.answer.Add(hop.Mapping, hop.OK, fmt.Sprintf("user %q, groups [%s]", verdict.user.Username, strings.Join(verdict.user.Groups, ", ")))
		w.username(ctx, verdict.user)
		return
	}
	text, at := "the authenticator refuses, and its log does not say why", hop.Mapping
	if verdict.line != nil {
		text, at = verdict.line.Text, verdict.line.Hop
	}
	reason := hop.Reason{Text: text}
	if verdict.line != nil {
		reason.Evidence = []string{"the authenticator logs: " + verdict.line.Text}
	}
	switch at {
	case hop.STS:
		w.answer.Add(hop.STS, hop.Refused, "for the cluster "+w.Cluster.Name, w.stsReasons(ctx, reason)...)
	case hop.Mapping:
		w.answer.Add(hop.STS, hop.OK, w.caller)
		w.answer.Add(hop.Mapping, hop.Refused, w.caller, w.mappingReasons(ctx, reason)...)
	case hop.Username:
		w.answer.Add(hop.STS, hop.OK, w.caller)
		w.answer.Add(hop.Username, hop.Refused, w.caller, usernameReason(reason))
	default:
		w.answer.Add(at, hop.Refused, w.caller, reason)
	}
}

// username reports a username that only Kubernetes minds.
func (w *walk) username(ctx context.Context, user *hop.User) {
	if user.Username != "" {
		w.answer.Add(hop.Username, hop.OK, user.Username)
		return
	}
	text, _ := cluster.ReadAWSAuth(ctx, w.Cluster.Admin, "") // without it the reason stands without its place
	caller, err := mapping.NewCaller(w.caller)
	if err != nil {
		caller = &authenticator.Identity{}
	}
	w.answer.Add(hop.Username, hop.Refused, `""`, mapping.AWSAuth{Name: "aws-auth", Text: text}.EmptyUsername(caller))
}

func usernameReason(reason hop.Reason) hop.Reason {
	switch {
	case strings.Contains(reason.Text, "instance id"):
		reason.Cause, reason.Fix = 55, "map people by a role of their own"
	case strings.Contains(reason.Text, "private DNS"):
		reason.Cause, reason.Fix = 56, "let the authenticator's role call ec2:DescribeInstances"
	default:
		reason.Cause, reason.Fix = 26, "choose a username without a reserved prefix"
	}
	return reason
}

// refusedByServer records that the kube-apiserver refuses whom the authenticator may have let in.
func (w *walk) refusedByServer(verdict *review, refusal string) {
	reason := hop.Reason{Text: "the kube-apiserver answers " + refusal}
	switch {
	case verdict != nil:
		reason.Cause, reason.Fix = 54, "check the flags of the kube-apiserver's token webhook and its audiences"
		reason.Text += " though the authenticator lets in"
	default:
		reason.Fix = "eksauth logs authenticator"
		reason.Text += "; the authenticator cannot be asked from here"
	}
	w.answer.Add(hop.Webhook, hop.Refused, "401 Unauthorized", reason)
	w.sort()
}

// sort brings the hops into the order of the way.
func (w *walk) sort() {
	slices.SortStableFunc(w.answer.Steps, func(a, b hop.Step) int { return strings.Compare(a.Hop, b.Hop) })
}

// whoAmI asks the kube-apiserver whom it takes the token for; user is nil if for nobody.
func (w *walk) whoAmI(ctx context.Context) (user *hop.User, refusal string, err error) {
	var answer struct {
		Status struct {
			UserInfo hop.User `json:"userInfo"`
		} `json:"status"`
		Message string `json:"message"`
	}
	status, err := w.ask(ctx, "/apis/authentication.k8s.io/v1/selfsubjectreviews",
		map[string]any{"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}, &answer)
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("ask the kube-apiserver who the token is for: %w", err)
	case status == http.StatusUnauthorized:
		return nil, "401 " + answer.Message, nil
	case status != http.StatusCreated:
		return nil, "", fmt.Errorf("ask the kube-apiserver who the token is for: it answers %d %s", status, answer.Message)
	}
	return &answer.Status.UserInfo, "", nil
}

// review is the authenticator's verdict.
type review struct {
	allowed bool
	user    *hop.User
	caller  string
	// line is the line of the log that refuses; nil if there is none.
	line *events.Event
}
