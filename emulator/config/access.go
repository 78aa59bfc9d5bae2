package config

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/fakeeks/accesspolicy"
)

var (
	modes      = []string{"CONFIG_MAP", "API_AND_CONFIG_MAP", "API"}
	entryTypes = []string{"STANDARD", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX", "EC2"}

	principalForm = regexp.MustCompile(`^arn:[a-z-]+:iam::\d{12}:(user|role)/[!-~]+$`)
	namespaceForm = regexp.MustCompile(`^[a-z0-9*]([-a-z0-9*]{0,61}[a-z0-9*])?$`)
)

// access checks a cluster's authentication mode and access entries. EKS itself checks the rest when it makes them.
func (c *checker) access(path []any, cl *Cluster, owner *Account) {
	if cl.AuthenticationMode != "" && !slices.Contains(modes, cl.AuthenticationMode) {
		c.problem(at(path, "authenticationMode"), "authenticationMode %q is unknown: write one of %s", cl.AuthenticationMode, strings.Join(modes, ", "))
	}
	if len(cl.AccessEntries) > 0 && (cl.AuthenticationMode == "" || cl.AuthenticationMode == "CONFIG_MAP") {
		c.problem(at(path, "accessEntries"), "cluster %q has access entries in CONFIG_MAP mode, where they do not count: write authenticationMode: API_AND_CONFIG_MAP or API", cl.Name)
	}
	if cl.AWSAuth != nil && cl.AuthenticationMode == "API" {
		c.problem(at(path, "awsAuth"), "cluster %q has awsAuth in API mode, where it does not count: write authenticationMode: API_AND_CONFIG_MAP, or remove awsAuth", cl.Name)
	}
	seen := map[string]bool{}
	for i := range cl.AccessEntries {
		entry := at(path, "accessEntries", i)
		c.entry(entry, &cl.AccessEntries[i], owner)
		c.once(at(entry, "principal"), seen, cl.AccessEntries[i].Principal, "access entry")
	}
}

func (c *checker) entry(path []any, e *AccessEntry, owner *Account) {
	if !owner.has(e.Principal) && !principalForm.MatchString(e.Principal) {
		c.problem(at(path, "principal"), "principal %q is neither user/NAME or role/NAME of account %s nor the ARN of a user or role", e.Principal, owner.ID)
	}
	if e.Type != "" && !slices.Contains(entryTypes, e.Type) {
		c.problem(at(path, "type"), "type %q is unknown: write one of %s", e.Type, strings.Join(entryTypes, ", "))
	}
	if e.Type != "" && e.Type != "STANDARD" && (e.Username != "" || len(e.Groups) > 0) {
		c.problem(path, "an access entry of type %s gets its username and groups from EKS: remove them", e.Type)
	}
	for i, p := range e.Policies {
		c.policy(at(path, "policies", i), p)
	}
}

func (c *checker) policy(path []any, p AccessPolicy) {
	if !slices.ContainsFunc(accesspolicy.All(), func(known *accesspolicy.Policy) bool { return known.Name == p.Name }) {
		c.problem(at(path, "name"), "%q is not an access policy: write something like AmazonEKSViewPolicy (aws eks list-access-policies lists all)", p.Name)
	}
	for i, namespace := range p.Namespaces {
		c.form(at(path, "namespaces", i), namespaceForm, namespace, "a namespace or a pattern of namespaces", "dev-*")
	}
}
