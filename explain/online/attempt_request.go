package online

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/internal/events"
)

// recordedRequest tells what the user wanted of the cluster, and asks the kube-apiserver whether it is so still.
func (w *walk) recordedRequest(ctx context.Context, a attempt) error {
	if a.request == nil || w.answer.User == nil {
		return nil
	}
	// The kube-apiserver adds system:authenticated to the groups of whomever it lets in.
	w.answer.User = &hop.User{Username: a.request.Username, Groups: append([]string{}, a.request.Groups...)}
	w.Want = wantOf(a.request)
	if a.request.Outcome == events.Allowed {
		w.answer.Add(hop.Authorization, hop.OK, w.granted(a.request.Text))
		return nil
	}
	reason := w.unbound(a.request.Text)
	if allowed, why := w.allowedNow(ctx); allowed {
		reason = hop.Reason{Text: "it is allowed by now: " + why, Fix: "try again"}
	}
	w.answer.Add(hop.Authorization, hop.Refused, w.Want.String(), reason)
	return nil
}

// wantOf is the request of an event, whose resource is written as kubectl does: deployments.apps/scale name.
func wantOf(e *events.Event) *Want {
	if strings.HasPrefix(e.Resource, "/") {
		path, _, _ := strings.Cut(e.Resource, "?")
		return &Want{Verb: e.Verb, Path: path}
	}
	want := &Want{Verb: e.Verb, Namespace: e.Namespace}
	kind, name, _ := strings.Cut(e.Resource, " ")
	kind, want.Subresource, _ = strings.Cut(kind, "/")
	want.Resource, want.Group, _ = strings.Cut(kind, ".")
	want.Name = name
	return want
}

// allowedNow asks the kube-apiserver, as its administrator, whether the user may do what was wanted.
func (w *walk) allowedNow(ctx context.Context) (allowed bool, reason string) {
	if w.Cluster.Admin == "" {
		return false, ""
	}
	config, err := clientcmd.BuildConfigFromFlags("", w.Cluster.Admin)
	if err != nil {
		return false, "" // without an administrator the record stands
	}
	config.Proxy = http.ProxyURL(nil)
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return false, ""
	}
	defer client.CloseIdleConnections()
	spec := w.Want.Review()
	spec["user"], spec["groups"] = w.answer.User.Username, w.answer.User.Groups
	var answer accessReview
	_, err = postStatus(ctx, client, config.Host+"/apis/authorization.k8s.io/v1/subjectaccessreviews", "", map[string]any{
		"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec,
	}, &answer)
	return err == nil && answer.Status.Allowed, answer.Status.Reason
}

// accessReview is the answer to a question for rights.
type accessReview struct {
	Status struct {
		Allowed bool   `json:"allowed"`
		Reason  string `json:"reason"`
	} `json:"status"`
}

// hasEntryOf tells whether an access entry is of a principal, whose ID the authenticator writes as account:ID:session.
func (w *walk) hasEntryOf(principal string) bool {
	entries := w.entries()
	parts := strings.Split(principal, ":")
	is := func(id string) bool { return id != "" && slices.Contains(parts, id) }
	return slices.ContainsFunc(entries.Roles, func(r authenticator.Role) bool { return is(r.UserId) }) ||
		slices.ContainsFunc(entries.Users, func(u authenticator.User) bool { return is(u.UserId) })
}

// LastRefused returns the events of the attempt that was refused last, or if none was, of the last one; nil if there is none.
// Attempts of explanations do not count.
func LastRefused(recorded []events.Event) []events.Event {
	var last, refused uint64
	for _, e := range recorded {
		if e.Attempt == 0 || e.Explanation {
			continue
		}
		last = max(last, e.Attempt)
		if e.Outcome == events.Refused {
			refused = e.Attempt
		}
	}
	if refused != 0 {
		last = refused
	}
	var found []events.Event
	for _, e := range recorded {
		if e.Attempt == last && last != 0 {
			found = append(found, e)
		}
	}
	return found
}

// ClusterOf is the name of the cluster that an attempt was made on; empty if it came to none.
func ClusterOf(recorded []events.Event) string {
	i := slices.IndexFunc(recorded, func(e events.Event) bool { return e.Cluster != "" })
	if i < 0 {
		return ""
	}
	return recorded[i].Cluster
}
