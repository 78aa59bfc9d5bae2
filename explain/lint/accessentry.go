package lint

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/eksauth/eksauth/explain/authenticator"
)

// reservedPrefixes begin no username and no group of an access entry
// (https://docs.aws.amazon.com/eks/latest/userguide/set-custom-username.html; for groups, the API says so).
var reservedPrefixes = []string{"system:", "eks:", "aws:", "amazon:", "iam:"}

// entry checks one access entry. eksctl's names are accepted beside those of the EKS API.
func (c *entryChecker) entry(n *yaml.Node) {
	c.entries++
	principal := childFold(n, "principalArn")
	kind := "STANDARD"
	if value := childFold(n, "type"); value != nil && value.Value != "" {
		kind = strings.ToUpper(value.Value)
	}
	c.principal(principal, kind)
	groups := childFold(n, "kubernetesGroups")
	username := childFold(n, "kubernetesUsername")
	if username == nil {
		username = childFold(n, "username")
	}
	policies := childFold(n, "accessPolicies")
	if policies == nil {
		policies = childFold(n, "associatedAccessPolicies")
	}
	if kind != "STANDARD" {
		c.nodeEntry(n, groups, policies, kind)
		return
	}
	c.groups(groups)
	c.username(username)
	c.policies(policies)
	// An answer of the API tells of policies in another answer, so that their absence says nothing there.
	if answer := childFold(n, "accessEntryArn") != nil; !answer && empty(groups) && empty(policies) {
		c.add(ruleNoRights, nodePlace(principal), "accessPolicies or kubernetesGroups", "the entry has neither groups nor access policies: its principal enters and may do nothing")
	}
}

func empty(n *yaml.Node) bool { return n == nil || len(n.Content) == 0 }

func (c *entryChecker) principal(n *yaml.Node, kind string) {
	at := nodePlace(n)
	if earlier, ok := c.first[n.Value]; ok {
		c.add(ruleEntryTwice, at, "remove one of both", "%s has an entry in line %d already: EKS refuses the second", n.Value, earlier.line)
	} else {
		c.first[n.Value] = at
	}
	const refused = "EKS answers that the principalArn is invalid: "
	principal, canonical, err := authenticator.Canonicalize(n.Value)
	switch {
	case err != nil:
		c.add(rulePrincipal, at, "", refused+"%v", err)
	case principal == authenticator.SessionPrincipal:
		c.add(rulePrincipal, at, canonical, refused+"%s is a role's session; name the role, with its path if it has one", n.Value)
	case principal == authenticator.RootPrincipal, principal == authenticator.FederatedUser:
		c.add(rulePrincipal, at, "", refused+"%s is neither a user nor a role", n.Value)
	case !validPrincipal.MatchString(n.Value):
		c.add(rulePrincipal, at, "", refused+"%q has not the form arn:aws:iam::<12 digits>:role/<path and name>", n.Value)
	case strings.Contains(n.Value, ":role/AWSReservedSSO_"):
		c.add(ruleSSOPathMissing, at, strings.Replace(n.Value, ":role/", ":role/aws-reserved/sso.amazonaws.com/<region of Identity Center>/", 1),
			refused+"roles of IAM Identity Center have a path, which an access entry must name")
	case principal == authenticator.UserPrincipal && kind != "STANDARD":
		c.add(ruleType, at, "type: STANDARD", "the type %s is for the roles of nodes, not for users", kind)
	}
}

// validPrincipal is the ARN of a user or role with its path
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
var validPrincipal = regexp.MustCompile(`^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/([\x21-\x29\x2b-\x3e\x40-\x7e]+/)?[\w+=,.@-]+$`)

// nodeEntry checks an entry of nodes, whose user and groups EKS sets
// (https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html).
func (c *entryChecker) nodeEntry(n, groups, policies *yaml.Node, kind string) {
	// Answers of the API show what EKS has set.
	if childFold(n, "accessEntryArn") != nil {
		return
	}
	if !empty(groups) {
		c.add(ruleType, nodePlace(groups), "type: STANDARD", "an entry of the type %s takes no groups: EKS sets them", kind)
	}
	if !empty(policies) && kind != "EC2" {
		c.add(ruleType, nodePlace(policies), "type: STANDARD", "an entry of the type %s takes no access policies", kind)
	}
}

func (c *entryChecker) groups(n *yaml.Node) {
	if n == nil || n.Kind != yaml.SequenceNode {
		return
	}
	for _, item := range n.Content {
		group := resolve(item)
		prefix := reserved(group.Value)
		if prefix == "" {
			continue
		}
		fix := "bind a group of another name"
		if group.Value == "system:masters" {
			fix = "associate AmazonEKSClusterAdminPolicy instead"
		}
		c.add(ruleGroupPrefix, nodePlace(group), fix, "EKS refuses the entry: the kubernetes group name %s is invalid, it cannot start with %s", group.Value, prefix)
	}
}

func (c *entryChecker) username(n *yaml.Node) {
	// The ARN that EKS makes a username of, and that of an answer, pass: no prefix that is reserved begins them.
	if n == nil || n.Value == "" {
		return
	}
	if prefix := reserved(n.Value); prefix != "" {
		c.add(ruleUserPrefix, nodePlace(n), strings.TrimPrefix(n.Value, prefix), "EKS refuses the entry: the username must not begin with %s", prefix)
	}
	before, _, found := strings.Cut(n.Value, "{{SessionName")
	if found && !strings.Contains(before, ":") {
		c.add(ruleSessionColon, nodePlace(n), "<prefix>:"+n.Value, "EKS refuses the entry: a username with {{SessionName}} has a colon before it")
	}
}

func reserved(name string) string {
	if i := slices.IndexFunc(reservedPrefixes, func(p string) bool { return strings.HasPrefix(name, p) }); i >= 0 {
		return reservedPrefixes[i]
	}
	return ""
}
