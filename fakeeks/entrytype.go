package fakeeks

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// typeStandard is the type of people's and programs' access entries; all others are for nodes.
const typeStandard = "STANDARD"

// nodeType says what an access entry for nodes gets, since none may be given.
type nodeType struct {
	username string
	groups   []string
	// policies tells whether access policies may be associated.
	policies bool
	// service is whom the role has to be passed to; empty asks nothing.
	service string
}

// The usernames are documented (https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html); the
// groups are those without which the nodes' own roles do not work, as aws-auth has them for the same nodes
// (https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html), but system:bootstrappers, which EKS leaves out.
var nodeTypes = map[string]nodeType{
	"EC2":           {username: "system:node:{{EC2PrivateDNSName}}", groups: []string{"system:nodes"}, policies: true, service: ec2Principal},
	"EC2_LINUX":     {username: "system:node:{{EC2PrivateDNSName}}", groups: []string{"system:nodes"}, service: ec2Principal},
	"EC2_WINDOWS":   {username: "system:node:{{EC2PrivateDNSName}}", groups: []string{"eks:kube-proxy-windows", "system:nodes"}, service: ec2Principal},
	"FARGATE_LINUX": {username: "system:node:{{SessionName}}", groups: []string{"system:node-proxier", "system:nodes"}},
	"HYBRID_LINUX":  {username: "system:node:{{SessionName}}", groups: []string{"system:nodes"}},
}

// entryTypes are all types, in the order of EKS's sentence.
func entryTypes() []string {
	return append(slices.Sorted(maps.Keys(nodeTypes)), typeStandard)
}

// reservedPrefixes begin no username of a STANDARD entry (the same page).
var reservedPrefixes = []string{"system:", "eks:", "aws:", "amazon:", "iam:"}

// template is a word that the authenticator replaces.
var template = regexp.MustCompile(`\{\{.*?\}\}`)

// checkUsername holds a username against the rules of the same page. The sentence on prefixes is EKS's
// (https://github.com/aws-ia/terraform-aws-eks-blueprints/issues/2004); those on templates are modelled on it.
func checkUsername(username string) error {
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(username, prefix) {
			return invalidParameter("The username must not begin with %s", prefix)
		}
	}
	for _, at := range template.FindAllStringIndex(username, -1) {
		switch word := username[at[0]:at[1]]; {
		case word != "{{SessionName}}" && word != "{{SessionNameRaw}}" && word != "{{AccountID}}":
			return invalidParameter("The username must not have the template %s", word)
		case word != "{{AccountID}}" && !strings.Contains(username[:at[0]], ":"):
			return invalidParameter("The username must have a colon before %s", word)
		}
	}
	return nil
}

// checkGroups has EKS's sentence (https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2915).
func checkGroups(groups []string) error {
	for _, group := range groups {
		for _, prefix := range reservedPrefixes {
			if strings.HasPrefix(group, prefix) {
				return invalidParameter("The kubernetes group name %s is invalid, it cannot start with %s", group, prefix)
			}
		}
		if group == "" {
			return invalidParameter("The kubernetes group name is invalid, it cannot be empty")
		}
	}
	return nil
}
