package lint

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// policyARN is the ARN of an access policy, which is none of IAM's
// (https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html).
var policyARN = regexp.MustCompile(`^arn:[a-z-]+:eks::aws:cluster-access-policy/\w+$`)

// policies checks the access policies of an entry and their scopes.
func (c *entryChecker) policies(n *yaml.Node) {
	if n == nil || n.Kind != yaml.SequenceNode {
		return
	}
	for _, item := range n.Content {
		policy := resolve(item)
		arn := childFold(policy, "policyArn")
		if arn == nil {
			c.add(rulePolicyARN, nodePlace(policy), "policyArn: …", "the access policy has no policyArn")
			continue
		}
		if !policyARN.MatchString(arn.Value) {
			fix := ""
			if i := strings.LastIndexByte(arn.Value, '/'); i >= 0 && strings.HasPrefix(arn.Value, "arn:aws:") {
				fix = "arn:aws:eks::aws:cluster-access-policy/" + arn.Value[i+1:]
			}
			c.add(rulePolicyARN, nodePlace(arn), fix, "%s is not the ARN of an access policy: those begin with arn:aws:eks::aws:cluster-access-policy/", arn.Value)
		}
		c.scope(policy, strings.HasSuffix(arn.Value, clusterAdmin))
	}
}

func (c *entryChecker) scope(policy *yaml.Node, admin bool) {
	scope := childFold(policy, "accessScope")
	if scope == nil {
		c.add(ruleScope, nodePlace(policy), "accessScope: {type: cluster}", "the access policy has no accessScope")
		return
	}
	kind, namespaces := childFold(scope, "type"), childFold(scope, "namespaces")
	switch {
	case kind == nil || kind.Value != "cluster" && kind.Value != "namespace":
		c.add(ruleScope, nodePlace(scope), "type: cluster", "the type of an accessScope is cluster or namespace")
	case kind.Value == "namespace" && empty(namespaces):
		c.add(ruleScope, nodePlace(scope), "namespaces: […]", "a scope of the type namespace names at least one namespace")
	case kind.Value == "cluster" && !empty(namespaces):
		c.add(ruleScope, nodePlace(namespaces), "type: namespace", "a scope of the type cluster names no namespaces")
	}
	if admin && kind != nil && kind.Value == "cluster" {
		c.admin = true
	}
}
