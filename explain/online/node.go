package online

import (
	"regexp"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/hop"
)

// instanceID is what EC2 calls the session of an instance's role.
var instanceID = regexp.MustCompile(`^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$`)

// unmappedNode says that the role of an instance is not mapped, so that it does not join the cluster.
func unmappedNode(caller *authenticator.Identity) hop.Reason {
	return hop.Reason{
		Cause: 57, Text: "identity is not mapped: the instance " + caller.SessionName + " cannot join, as its role is not in aws-auth",
		Fix: "mapRoles: |\n  - rolearn: " + caller.CanonicalARN +
			"\n    username: system:node:{{EC2PrivateDNSName}}\n    groups: [system:bootstrappers, system:nodes]",
	}
}
