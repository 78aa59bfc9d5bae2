package lint

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// placeholders are those that the authenticator fills in.
var placeholders = []string{"{{AccountID}}", "{{SessionName}}", "{{SessionNameRaw}}", "{{AccessKeyID}}", "{{EC2PrivateDNSName}}"}

var placeholder = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// nodeGroups are the groups of nodes
// (https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html).
var nodeGroups = []string{"system:bootstrappers", "system:nodes", "system:node-proxier", "eks:kube-proxy-windows"}

// user checks what an entry makes of its principal in Kubernetes.
func (c *checker) user(e *entry, fields map[string]json.RawMessage) {
	raw, ok := fieldFold(fields, "username")
	if e.username == "" && (!ok || isString(raw)) {
		c.add(ruleNoUsername, e.at("username"), "username: …",
			`the mapping has no username: it lets in a user "" whom aggregated APIs refuse and audit logs do not name`)
	}
	for _, found := range placeholder.FindAllString(e.username, -1) {
		c.checkPlaceholder(e, "username", found)
	}
	for _, group := range e.groups {
		if group != strings.TrimSpace(group) {
			c.add(ruleGroupBlank, e.at("groups"), "- "+strings.TrimSpace(group), "the group %q has a blank, so that no binding names it", group)
		}
		for _, found := range placeholder.FindAllString(group, -1) {
			c.checkPlaceholder(e, "groups", found)
		}
	}
	if strings.Contains(e.username, "{{EC2PrivateDNSName}}") {
		c.nodeOnly(e)
	}
}

func (c *checker) checkPlaceholder(e *entry, field, found string) {
	if slices.Contains(placeholders, found) {
		return
	}
	fix := strings.Join(placeholders, ", ")
	for _, known := range placeholders {
		if strings.EqualFold(squeezer.Replace(found), known) {
			fix = known
		}
	}
	c.add(rulePlaceholder, e.at(field), fix, "%s has %s, which the authenticator does not know and leaves as it is", field, found)
}

// nodeOnly reports groups of people in the mapping of a node's role.
func (c *checker) nodeOnly(e *entry) {
	i := slices.IndexFunc(e.groups, func(group string) bool { return group != "" && !slices.Contains(nodeGroups, group) })
	if i < 0 {
		return
	}
	c.add(ruleNodePerson, e.at("groups"), "give people a role of their own",
		"the group %q is given to nodes: with {{EC2PrivateDNSName}} in the username only EC2 instances enter by this role, and people are refused", e.groups[i])
}
