package online

import (
	"strings"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/hop"
)

// isCreator tells whether an ARN is that of who made the cluster; a role's path does not count.
func (w *walk) isCreator(arn string) bool {
	creator, err := authenticator.StripPath(w.Cluster.Creator)
	if err != nil {
		return false
	}
	given, err := authenticator.StripPath(arn)
	return err == nil && strings.EqualFold(creator, given)
}

// shutOut says that the creator was not made an administrator.
func (w *walk) shutOut(reason hop.Reason) hop.Reason {
	reason.Cause = 20
	reason.Text = "the caller made the cluster with bootstrapClusterCreatorAdminPermissions=false, and has no access entry"
	name := " --cluster-name " + w.Cluster.Name + " --principal-arn " + w.Cluster.Creator
	reason.Fix = "aws eks create-access-entry" + name + "\naws eks associate-access-policy" + name +
		" --access-scope type=cluster --policy-arn arn:" + w.Cluster.Partition + ":eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
	return reason
}

// creatorIsGone says that a role that is deleted was the one that enters without a mapping.
func (w *walk) creatorIsGone(reason *hop.Reason) {
	if !w.isCreator(w.Profile.RoleARN) || !w.Cluster.CreatorEnters {
		return
	}
	reason.Cause = 18
	reason.Text = "the role that made the cluster is deleted: it alone enters without a mapping that anybody sees"
	reason.Fix = "make a role of that name again, which the cluster takes for the creator, or create an access entry for another: " +
		"the EKS API needs no access to the cluster"
}
