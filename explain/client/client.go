package client

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/eksauth/eksauth/explain/hop"
)

// Question is the attempt of a kubeconfig's context.
type Question struct {
	// Config is the kubeconfig, its relative paths resolved; Name is how the user knows it.
	Config *api.Config
	Name   string
	// Context is the name of the context, empty for the current one.
	Context string
	// Cluster is the EKS name of the cluster that is meant, for fixes.
	Cluster string
	// Environ is the client's environment, as os.Environ gives it.
	Environ []string
	Now     time.Time
}

// Credential is what the client sends to the kube-apiserver.
type Credential struct {
	Token string
}

// question is a Question on its way.
type question struct {
	Question
	answer *hop.Answer
}

// Ask finds out what the client sends, and adds to the answer what happened on the way. A nil credential is one that is not
// there, or that no authenticator is asked about.
func Ask(ctx context.Context, asked Question, answer *hop.Answer) *Credential {
	q := &question{asked, answer}
	user, name := q.user()
	if user == nil {
		return nil
	}
	if user.Exec == nil {
		return q.withoutPlugin(user, name)
	}
	if !q.checkPlugin(user.Exec) {
		return nil
	}
	return q.run(ctx, user.Exec)
}

// Check looks at the plugin of a context without running it.
func Check(asked Question, answer *hop.Answer) {
	q := &question{asked, answer}
	user, name := q.user()
	switch {
	case user == nil:
	case user.Exec == nil:
		q.withoutPlugin(user, name)
	case q.checkPlugin(user.Exec):
		answer.Add(hop.Client, hop.OK, q.where()+" runs "+describe(user.Exec))
	}
}

// user finds the user of the context; nil if there is none, which is then said.
func (q *question) user() (user *api.AuthInfo, name string) {
	if q.Context = cmp.Or(q.Context, q.Config.CurrentContext); q.Context == "" {
		q.refuse(hop.Reason{Cause: 44, Text: q.Name + " has no current context, so that kubectl asks localhost without a token", Fix: "kubectl config use-context " + q.anyContext()})
		return nil, ""
	}
	found := q.Config.Contexts[q.Context]
	if found == nil {
		q.refuse(hop.Reason{Text: fmt.Sprintf("context %q does not exist: there is %q", q.Context, q.contexts()), Fix: "kubectl config use-context " + q.anyContext()})
		return nil, ""
	}
	user = q.Config.AuthInfos[found.AuthInfo]
	if user == nil {
		q.refuse(hop.Reason{
			Cause: 44, Text: fmt.Sprintf("the context names the user %q, who is not in the file: kubectl sends no token", found.AuthInfo), Fix: q.rewrite(),
		})
	}
	return user, found.AuthInfo
}

func (q *question) contexts() []string { return slices.Sorted(maps.Keys(q.Config.Contexts)) }

func (q *question) anyContext() string { return append(q.contexts(), "CONTEXT")[0] }

// rewrite makes the kubeconfig anew.
func (q *question) rewrite() string {
	return "aws eks update-kubeconfig --name " + cmp.Or(q.Cluster, "CLUSTER") + " --kubeconfig " + q.Name
}

func (q *question) where() string { return "context " + q.Context + " of " + q.Name }

func (q *question) refuse(reason hop.Reason) {
	q.answer.Add(hop.Client, hop.Refused, q.where(), reason)
}

// withoutPlugin says what a user without a plugin sends.
func (q *question) withoutPlugin(user *api.AuthInfo, name string) *Credential {
	switch {
	case user.Token != "":
		q.answer.Add(hop.Client, hop.OK, q.where()+" has a fixed token", hop.Reason{
			Text: "a token of EKS is good for 15 minutes, and this one is not made anew", Fix: q.rewrite(),
		})
		return &Credential{Token: user.Token}
	case user.TokenFile != "":
		return q.tokenFile(user.TokenFile)
	case len(user.ClientCertificateData) > 0 || user.ClientCertificate != "":
		q.answer.Add(hop.Client, hop.Unknown, q.where()+" has a client certificate: the kube-apiserver checks it itself, and no authenticator is asked")
	case user.AuthProvider != nil:
		q.refuse(hop.Reason{
			Cause: 43, Text: fmt.Sprintf("the auth-provider %q is no part of kubectl any more, which runs plugins (exec) instead", user.AuthProvider.Name), Fix: q.rewrite(),
		})
	case user.Username != "":
		q.refuse(hop.Reason{Cause: 44, Text: "the user has a name and a password, which no kube-apiserver takes: no token is sent", Fix: q.rewrite()})
	default:
		q.refuse(hop.Reason{
			Cause: 44, Text: fmt.Sprintf("the user %q has neither a plugin (exec) nor a token: kubectl sends none, and is nobody", name), Fix: q.rewrite(),
		})
	}
	return nil
}

// describe is a plugin's command line.
func describe(plugin *api.ExecConfig) string {
	words := strings.Join(append([]string{plugin.Command}, plugin.Args...), " ")
	return fmt.Sprintf("%s (%s)", words, strings.TrimPrefix(plugin.APIVersion, group))
}
