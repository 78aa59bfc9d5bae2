package online

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/explain/hop"
)

// ask sends an object to the kube-apiserver as the bearer of the token.
func (w *walk) ask(ctx context.Context, path string, object, target any) (status int, err error) {
	return postStatus(ctx, w.kube(), w.Cluster.Server+path, w.token, object, target)
}

// kube is the client of the kube-apiserver: one, so that all questions take one connection. No proxy leads to it.
func (w *walk) kube() *http.Client {
	if w.client == nil {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(w.Cluster.CA)
		w.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	}
	return w.client
}

// authorize asks the kube-apiserver whether the user may do what is wanted.
func (w *walk) authorize(ctx context.Context) error {
	if w.Want == nil {
		w.answer.Add(hop.Authorization, hop.Unknown, "no request was named: add --verb list --resource pods -n NAMESPACE")
		return nil
	}
	if w.resolve(ctx); w.answer.Refusal() != nil {
		return nil
	}
	var answer accessReview
	_, err := w.ask(ctx, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", map[string]any{
		"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
		"spec": w.Want.Review(),
	}, &answer)
	if err != nil {
		return fmt.Errorf("ask the kube-apiserver what the user may do: %w", err)
	}
	seen := w.Want.String()
	if answer.Status.Allowed {
		w.answer.Add(hop.Authorization, hop.OK, w.granted(answer.Status.Reason))
		return nil
	}
	w.answer.Add(hop.Authorization, hop.Refused, seen, w.rightsReason(ctx, w.unbound(answer.Status.Reason)))
	return nil
}

// granted says what lets the user do what is wanted: the binding or access policy that the kube-apiserver names. It names none
// for the group that it asks nobody about.
func (w *walk) granted(reason string) string {
	const masters = "system:masters"
	if reason == "" && slices.Contains(w.answer.User.Groups, masters) {
		reason = "the group " + masters + " may do everything"
	}
	return strings.TrimSuffix(w.Want.String()+": "+reason, ": ")
}

// unbound says that no binding and no access policy gives the right, and gives a binding to paste.
func (w *walk) unbound(reason string) hop.Reason {
	user := w.answer.User
	subject, who := "--user="+user.Username, fmt.Sprintf("user %q", user.Username)
	for _, group := range user.Groups {
		if !strings.HasPrefix(group, "system:") {
			subject = "--group=" + group
			who += " and group " + group
			break
		}
	}
	r := hop.Reason{
		Cause: 60, Text: fmt.Sprintf("no binding and no access policy lets %s %s", who, w.Want),
		Fix: w.Want.Binding(subject),
	}
	if reason != "" {
		r.Evidence = []string{"the kube-apiserver says: " + reason}
	}
	return r
}
