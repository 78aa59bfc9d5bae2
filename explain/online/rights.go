package online

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/cluster"
	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/mapping"
)

// rightsReason looks for what has taken the rights from the user; without such a thing nobody has given them.
func (w *walk) rightsReason(ctx context.Context, unbound hop.Reason) hop.Reason {
	if strings.HasPrefix(w.answer.User.Username, "system:node:") {
		unbound.Cause, unbound.Text = 59, "the caller enters as a node, by a role that nodes have as well: "+unbound.Text
		unbound.Fix = "map people by a role of their own"
		return unbound
	}
	caller, err := mapping.NewCaller(w.caller)
	if err != nil {
		return unbound
	}
	text, err := cluster.ReadAWSAuth(ctx, w.Cluster.Admin, "")
	auth := mapping.AWSAuth{Name: "aws-auth", Text: text}
	if w.hasEntry(caller) {
		if err == nil && !w.entriesOnly() {
			if found := auth.Find(caller); found != nil {
				return entryWins(unbound, found)
			}
		}
		return w.policiesReason(unbound)
	}
	if err == nil {
		if lost := auth.LostRights(caller); lost != nil {
			lost.Evidence = append(lost.Evidence, unbound.Text)
			return *lost
		}
	}
	return unbound
}

// entryWins says that aws-auth has rights for the caller which the access entry keeps from being asked for.
func entryWins(unbound hop.Reason, found *authenticator.Mapping) hop.Reason {
	unbound.Evidence = append(unbound.Evidence, unbound.Text)
	unbound.Cause = 24
	unbound.Text = fmt.Sprintf("the access entry wins: aws-auth, which maps the caller to user %q, groups [%s], is not asked",
		found.Username, strings.Join(found.Groups, ", "))
	unbound.Fix = "put all rights into the access entry: aws eks update-access-entry --kubernetes-groups …, or aws eks associate-access-policy"
	return unbound
}

// policiesReason says that an access policy cannot give rights to a custom resource; only the cluster administrator's gives
// them to all (https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html).
func (w *walk) policiesReason(unbound hop.Reason) hop.Reason {
	if !custom(w.Want.Group) {
		return unbound
	}
	unbound.Evidence = append(unbound.Evidence, unbound.Text)
	unbound.Cause, unbound.Text = 61, "access policies name no custom resources, but for AmazonEKSClusterAdminPolicy"
	return unbound
}

// custom tells whether an API group is none of Kubernetes itself.
func custom(group string) bool {
	return strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io")
}

// hasEntry tells whether the caller has an access entry.
func (w *walk) hasEntry(caller *authenticator.Identity) bool {
	entries := w.entries()
	found, err := authenticator.FindEntry(entries.Roles, entries.Users, caller)
	return err == nil && found != nil
}

// noteDenial mentions that a caller who is let in is denied by a policy to whom nothing else would be: GetCallerIdentity, by
// which a cluster tells who calls, needs no permission and cannot be denied
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
func (w *walk) noteDenial(ctx context.Context) {
	if w.keys.AccessKeyID == "" {
		return
	}
	client := eks.New(eks.Options{
		Region: w.Cluster.Region, BaseEndpoint: &w.Gateway, HTTPClient: &http.Client{Transport: &http.Transport{}}, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return w.keys, nil }),
	})
	_, err := client.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &w.Cluster.Name})
	refusal, ok := errors.AsType[smithy.APIError](err)
	at := slices.IndexFunc(w.answer.Steps, func(s hop.Step) bool { return s.Hop == hop.STS })
	if !ok || at < 0 || !strings.Contains(refusal.ErrorMessage(), "with an explicit deny") {
		return
	}
	w.answer.Steps[at].Reasons = append(w.answer.Steps[at].Reasons, hop.Reason{
		Cause: 34, Text: "a policy denies the caller even eks:DescribeCluster, and yet they enter: no policy can deny GetCallerIdentity",
		Evidence: []string{refusal.ErrorMessage()},
		Fix:      "map a role whose trust policy has the condition, such as aws:MultiFactorAuthPresent, instead of the user",
	})
}
