package accesspolicy

import (
	"slices"
	"strings"
)

// Rule allows verbs on resources, or on URLs that are no resources. It means what a rule of a ClusterRole means
// (https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-v1/), but that an API group may
// begin with *. for all groups below one, of which AWS makes new ones without telling.
type Rule struct {
	APIGroups       []string `yaml:"apiGroups"`
	Resources       []string `yaml:"resources"`
	ResourceNames   []string `yaml:"resourceNames"`
	NonResourceURLs []string `yaml:"nonResourceURLs"`
	Verbs           []string `yaml:"verbs"`
}

// Request is what somebody wants to do in the cluster: with a resource, or with the URL Path if Resource is empty.
type Request struct {
	Verb                                             string
	Namespace, APIGroup, Resource, Subresource, Name string
	Path                                             string
}

// Scope is where a policy holds: in the namespaces that match one of the patterns, in which * stands for any characters;
// or, without patterns, in the whole cluster.
type Scope []string

// Allows tells whether the policy, associated with the scope, allows the request.
func (p *Policy) Allows(r *Request, in Scope) bool {
	return in.holds(r) && slices.ContainsFunc(p.Rules, func(rule Rule) bool { return rule.allows(r) })
}

// holds tells whether a request is within the scope. A request for a Namespace object by its name is in that namespace,
// as in RBAC; what belongs to no namespace is in none.
func (s Scope) holds(r *Request) bool {
	if len(s) == 0 {
		return true
	}
	return r.Resource != "" && r.Namespace != "" &&
		slices.ContainsFunc(s, func(pattern string) bool { return matches(pattern, r.Namespace) })
}

func (rule *Rule) allows(r *Request) bool {
	if !hasOrAll(rule.Verbs, r.Verb) {
		return false
	}
	if r.Resource == "" {
		return slices.ContainsFunc(rule.NonResourceURLs, func(pattern string) bool { return pathMatches(pattern, r.Path) })
	}
	return rule.inGroup(r.APIGroup) && rule.covers(r) &&
		(len(rule.ResourceNames) == 0 || slices.Contains(rule.ResourceNames, r.Name))
}

func (rule *Rule) inGroup(group string) bool {
	return slices.ContainsFunc(rule.APIGroups, func(pattern string) bool {
		below, wild := strings.CutPrefix(pattern, "*.")
		return pattern == "*" || pattern == group || wild && strings.HasSuffix(group, "."+below)
	})
}

// covers knows the forms of a resource: pods, pods/log, */scale and *, which covers subresources too.
func (rule *Rule) covers(r *Request) bool {
	if r.Subresource == "" {
		return hasOrAll(rule.Resources, r.Resource)
	}
	return hasOrAll(rule.Resources, r.Resource+"/"+r.Subresource) || slices.Contains(rule.Resources, "*/"+r.Subresource)
}

func hasOrAll(list []string, value string) bool {
	return slices.Contains(list, value) || slices.Contains(list, "*")
}

// pathMatches knows a * at the end alone, as RBAC does.
func pathMatches(pattern, path string) bool {
	if prefix, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(path, prefix)
	}
	return pattern == path
}

// matches compares a namespace with a pattern in which * stands for any characters, none included.
func matches(pattern, name string) bool {
	head, rest, open := strings.Cut(pattern, "*")
	if !open {
		return pattern == name
	}
	name, ok := strings.CutPrefix(name, head)
	if !ok {
		return false
	}
	for i := 0; i <= len(name); i++ {
		if matches(rest, name[i:]) {
			return true
		}
	}
	return false
}
