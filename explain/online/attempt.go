package online

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/token"
	"github.com/eksauth/eksauth/internal/events"
)

// attempt is what the flight recorder tells of one attempt, by the part that tells; nil where nobody told.
type attempt struct {
	// key is a call of STS with a key that it refused, assume one that asked for a role, asked the one that carried the token.
	key, assume, asked *events.Event
	// known is the authenticator's line on the caller, decision its last word.
	known, decision *events.Event
	// request is what was wanted of the kube-apiserver: the last that it refused, else the last.
	request *events.Event
}

// ExplainAttempt explains an attempt that was made, from the events that are recorded of it. What they do not say is asked of
// the parts of the stack as they are now; the token, which nobody keeps, cannot be asked for again.
func ExplainAttempt(ctx context.Context, q Question, recorded []events.Event) (*hop.Answer, error) {
	if len(recorded) == 0 {
		return nil, errors.New("nothing is recorded of the attempt")
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	w, a := &walk{Question: q, answer: hop.New()}, newAttempt(recorded)
	w.answer.Attempt = recorded[0].Attempt
	for _, step := range []func(context.Context, attempt) error{w.recordedCredentials, w.recordedToken, w.recordedDecision, w.recordedRequest} {
		if err := step(ctx, a); err != nil {
			return nil, err
		}
		if w.answer.Refusal() != nil {
			break
		}
	}
	w.sort()
	return w.answer, nil
}

func newAttempt(recorded []events.Event) (a attempt) {
	own := slices.ContainsFunc(recorded, func(e events.Event) bool { return !e.Explanation })
	for i := range recorded {
		e := &recorded[i]
		if own && e.Explanation {
			continue // a question of another explanation about this attempt
		}
		switch {
		case e.Source == events.APIServer:
			if a.request == nil || e.Outcome == events.Refused || a.request.Outcome == events.Allowed {
				a.request = e
			}
		case e.Source == events.Authenticator && e.Hop == hop.STS && e.Outcome == events.Allowed:
			a.known = e
		case e.Source == events.Authenticator:
			a.decision = e
		case e.Token != "":
			a.asked = e
		case e.Hop == hop.AssumeRole:
			a.assume = e
		case e.Hop == hop.Credentials:
			a.key = e
		}
	}
	return a
}

// recordedCredentials tells of the key and of the role that was assumed with it.
func (w *walk) recordedCredentials(ctx context.Context, a attempt) error {
	switch {
	case a.key != nil:
		return w.refusedBySTS(hop.Credentials, "key "+a.key.AccessKeyID, refusalOfEvent(a.key))
	case a.assume != nil:
		w.recordedKey(a.assume)
		return w.recordedRole(ctx, a.assume)
	case a.asked != nil && a.asked.Outcome == events.Allowed:
		w.recordedKey(a.asked)
	}
	return nil
}

func (w *walk) recordedKey(e *events.Event) {
	if w.caller = e.ARN; w.caller != "" {
		w.answer.Add(hop.Credentials, hop.OK, fmt.Sprintf("key %s is %s", e.AccessKeyID, e.ARN))
	}
}

func (w *walk) recordedRole(ctx context.Context, e *events.Event) error {
	if e.Outcome == events.Allowed {
		w.answer.Add(hop.AssumeRole, hop.OK, "a session of "+e.Resource)
		return nil
	}
	var keys aws.Credentials
	if w.KeysOf != nil {
		keys = w.KeysOf(e.AccessKeyID)
	}
	w.Profile = &Profile{Keys: keys, RoleARN: e.Resource, Region: w.Cluster.Region}
	return w.refusedRole(ctx, keys, refusalOfEvent(e))
}

// refusalOfEvent is the error that the client got.
func refusalOfEvent(e *events.Event) error {
	return &smithy.GenericAPIError{Code: e.Code, Message: e.Text}
}

// recordedToken tells of a token whose form the authenticator refused, or that came to STS.
func (w *walk) recordedToken(_ context.Context, a attempt) error {
	if a.decision != nil && a.decision.Hop == hop.TokenFormat {
		problem := token.ProblemOf(a.decision.Text)
		w.answer.Add(hop.Webhook, hop.OK, "the authenticator was asked")
		w.answer.Add(hop.TokenFormat, hop.Refused, "a token that is not kept", hop.Reason{
			Cause: problem.Cause, Text: problem.Text, Evidence: logged(a.decision), Fix: cmp.Or(problem.Fix, "aws eks get-token --cluster-name "+w.Cluster.Name),
		})
		return nil
	}
	if a.asked != nil {
		w.answer.Add(hop.TokenFormat, hop.OK, fmt.Sprintf("token %s with the key %s", a.asked.Token, a.asked.AccessKeyID))
	}
	return nil
}

func logged(e *events.Event) []string { return []string{"the authenticator logged: " + shown(e.Text)} }

// shown is a text without what STS adds for those who write a signer.
func shown(text string) string {
	text, _, _ = strings.Cut(text, " Body: ")
	return text
}

// recordedDecision tells what the authenticator made of the token, or why it was not asked.
func (w *walk) recordedDecision(ctx context.Context, a attempt) error {
	if a.decision == nil {
		w.recordedSilence(ctx, a)
		return nil
	}
	w.answer.Add(hop.Webhook, hop.OK, "the authenticator was asked")
	w.caller = cmp.Or(a.decision.ARN, w.caller)
	if a.known != nil {
		w.caller = cmp.Or(a.known.ARN, w.caller)
	}
	if a.decision.Outcome == events.Allowed {
		w.recordedEntry(ctx, a)
		return nil
	}
	reason := hop.Reason{Text: a.decision.Text, Evidence: logged(a.decision)}
	if a.decision.Hop == hop.STS {
		w.answer.Add(hop.STS, hop.Refused, "for the cluster "+a.decision.Cluster, w.recordedSTS(a, reason)...)
		return nil
	}
	w.answer.Add(hop.STS, hop.OK, w.caller)
	if a.decision.Hop == hop.Username {
		w.answer.Add(hop.Username, hop.Refused, w.caller, usernameReason(reason))
		return nil
	}
	w.answer.Add(hop.Mapping, hop.Refused, w.caller, w.recordedMapping(ctx, a, reason)...)
	return nil
}

// recordedMapping says why nobody mapped the caller, unless it is mapped by now.
func (w *walk) recordedMapping(ctx context.Context, a attempt, reason hop.Reason) []hop.Reason {
	if a.known != nil && w.hasEntryOf(a.known.PrincipalID) {
		reason.Text, reason.Fix = "an access entry maps the caller by now: when the attempt was made, none did", "try again"
		return []hop.Reason{reason}
	}
	return w.mappingReasons(ctx, reason)
}

// recordedEntry tells whom the authenticator let in.
func (w *walk) recordedEntry(ctx context.Context, a attempt) {
	user := &hop.User{Username: a.decision.Username, Groups: append([]string{}, a.decision.Groups...)}
	w.answer.Add(hop.STS, hop.OK, w.caller)
	w.answer.Add(hop.Mapping, hop.OK, fmt.Sprintf("user %q, groups [%s]", user.Username, strings.Join(user.Groups, ", ")))
	w.username(ctx, user)
	w.answer.User = user
}

// recordedSilence tells of a client that the kube-apiserver turned away, or of whom it says nothing, without any word of the
// authenticator.
func (w *walk) recordedSilence(ctx context.Context, a attempt) {
	switch {
	case a.request != nil && a.request.Status == http.StatusUnauthorized:
		w.answer.Add(hop.Webhook, hop.Refused, "401 Unauthorized, and the authenticator tells of no decision", w.silenceReasons(ctx)...)
	case a.asked != nil && a.asked.Outcome == events.Refused:
		w.answer.Add(hop.STS, hop.Refused, "token "+a.asked.Token, w.recordedSTS(a, hop.Reason{Text: a.asked.Code + ": " + a.asked.Text})...)
	case a.request == nil:
		w.answer.Add(hop.Client, hop.Unknown, "no cluster was asked: the client made no token, or sent it elsewhere")
	}
}

// silenceReasons asks the authenticator whether it answers now.
func (w *walk) silenceReasons(ctx context.Context) []hop.Reason {
	if w.Cluster.Webhook != "" {
		if err := w.webhookHealth(ctx); err != nil {
			return []hop.Reason{{Cause: 53, Text: err.Error(), Fix: "see eksauth status and eksauth logs authenticator"}}
		}
	}
	return []hop.Reason{
		{Cause: 44, Text: "the client sent no token", Fix: "aws eks update-kubeconfig --name " + w.Cluster.Name},
		{Cause: 53, Text: "or the kube-apiserver did not reach the authenticator, which answers now", Fix: "see eksauth logs kube-apiserver"},
	}
}
