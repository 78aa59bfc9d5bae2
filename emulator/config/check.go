package config

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The forms of AWS's names, from the IAM and EKS API references (CreateUser, CreateAccessKey, CreateCluster).
var (
	regionForm      = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
	accountForm     = regexp.MustCompile(`^\d{12}$`)
	nameForm        = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)
	pathForm        = regexp.MustCompile(`^/([!-~]{1,510}/)?$`)
	accessKeyForm   = regexp.MustCompile(`^AKIA[A-Z2-7]{16}$`)
	policyNameForm  = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)
	versionForm     = regexp.MustCompile(`^1\.\d+$`)
	clusterNameForm = regexp.MustCompile(`^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$`)
)

// checker collects problems; each carries the path of the value that it concerns.
type checker struct {
	root     *yaml.Node
	problems InvalidError
	profiles map[string]bool
	keys     map[string]bool
}

func (c *checker) problem(path []any, format string, args ...any) {
	c.problems.List = append(c.problems.List, Problem{Line: lineOf(c.root, path), Text: fmt.Sprintf(format, args...)})
}

// at extends a path by a copy, so that siblings do not share a backing array.
func at(path []any, steps ...any) []any { return append(slices.Clone(path), steps...) }

func (c *checker) form(path []any, form *regexp.Regexp, value, what, example string) {
	if !form.MatchString(value) {
		c.problem(path, "%q is not %s: write something like %s", value, what, example)
	}
}

func (c *checker) file(f *File) {
	c.profiles, c.keys = map[string]bool{}, map[string]bool{}
	c.form([]any{"region"}, regionForm, f.Region, "an AWS region", "us-east-2")
	if f.Runtime != "" && f.Runtime != RuntimeLocal && f.Runtime != RuntimeKind {
		c.problem([]any{"runtime"}, "runtime %q is unknown: write %s or %s", f.Runtime, RuntimeLocal, RuntimeKind)
	}
	if f.Workers < 0 || f.Workers > 0 && f.Runtime != RuntimeKind {
		c.problem([]any{"workers"}, "%d workers: only the runtime %s has worker nodes, and not below none", f.Workers, RuntimeKind)
	}
	for i, folder := range f.Versions {
		if !filepath.IsAbs(folder) {
			c.problem([]any{"versions", i}, "folder %q is not absolute: write something like /opt/kubernetes-1.37", folder)
		}
	}
	if len(f.Accounts) == 0 {
		c.problem([]any{"accounts"}, "no account is configured: list at least one under accounts, with its id")
	}
	seen := map[string]bool{}
	for i := range f.Accounts {
		path := []any{"accounts", i}
		c.account(path, &f.Accounts[i])
		c.once(at(path, "id"), seen, f.Accounts[i].ID, "account")
	}
	for i := range f.Accounts {
		c.sourceProfiles([]any{"accounts", i}, &f.Accounts[i])
	}
	names, ports := map[string]bool{}, map[string]bool{}
	for i := range f.Clusters {
		path := []any{"clusters", i}
		c.cluster(path, &f.Clusters[i], f.Accounts)
		c.once(at(path, "name"), names, f.Clusters[i].Name, "cluster")
		if port := f.Clusters[i].Port; port != 0 {
			c.once(at(path, "port"), ports, strconv.Itoa(port), "port")
		}
	}
}

// once reports a value that is already taken. IAM names are unique whatever their letter case.
func (c *checker) once(path []any, seen map[string]bool, value, what string) {
	key := strings.ToLower(value)
	if value != "" && seen[key] {
		c.problem(path, "%s %q is configured twice: remove one", what, value)
	}
	seen[key] = true
}

func (c *checker) account(path []any, a *Account) {
	c.form(at(path, "id"), accountForm, a.ID, "an account number of twelve digits in quotes", `"534000000385"`)
	users, roles := map[string]bool{}, map[string]bool{}
	for i := range a.Users {
		c.user(at(path, "users", i), &a.Users[i])
		c.once(at(path, "users", i, "name"), users, a.Users[i].Name, "user")
	}
	for i := range a.Roles {
		c.role(at(path, "roles", i), &a.Roles[i])
		c.once(at(path, "roles", i, "name"), roles, a.Roles[i].Name, "role")
	}
}

func (c *checker) principal(path []any, name, iamPath, profile string, policies []string) {
	c.form(at(path, "name"), nameForm, name, "an IAM name", "arseniy")
	if iamPath != "" {
		c.form(at(path, "path"), pathForm, iamPath, "an IAM path", "/team/")
	}
	if profile != "" {
		c.once(at(path, "profile"), c.profiles, profile, "profile")
		c.form(at(path, "profile"), nameForm, profile, "a profile name", "arseniy")
	}
	for i, policy := range policies {
		if !policyNameForm.MatchString(policy) && !strings.HasPrefix(policy, "arn:") {
			c.problem(at(path, "policies", i), "%q is neither the name of an AWS managed policy nor a policy ARN: write something like AdministratorAccess", policy)
		}
	}
}

func (c *checker) user(path []any, u *User) {
	c.principal(path, u.Name, u.Path, u.Profile, u.Policies)
	switch {
	case u.AccessKeyID == "" && u.SecretAccessKey == "":
	case u.AccessKeyID == "" || u.SecretAccessKey == "":
		c.problem(path, "user %q has half an access key: give both accessKeyId and secretAccessKey, or neither to have one made", u.Name)
	default:
		c.form(at(path, "accessKeyId"), accessKeyForm, u.AccessKeyID, "an access key ID", "AKIAIOSFODNN7EXAMPLE")
		c.once(at(path, "accessKeyId"), c.keys, u.AccessKeyID, "access key")
	}
}

func (c *checker) role(path []any, r *Role) {
	c.principal(path, r.Name, r.Path, r.Profile, r.Policies)
	given := 0
	for _, ok := range []bool{r.Trust.Service != "", len(r.Trust.AWS) > 0, r.Trust.Policy != ""} {
		if ok {
			given++
		}
	}
	if given != 1 {
		c.problem(at(path, "trust"), "role %q needs exactly one of trust.service, trust.aws and trust.policy, such as trust: {service: ec2.amazonaws.com}", r.Name)
	}
	if r.Trust.Policy != "" && !json.Valid([]byte(r.Trust.Policy)) {
		c.problem(at(path, "trust", "policy"), "the trust policy of role %q is not valid JSON", r.Name)
	}
	if (r.Profile == "") != (r.SourceProfile == "") {
		c.problem(path, "role %q needs both profile and sourceProfile, or neither", r.Name)
	}
}

func (c *checker) sourceProfiles(path []any, a *Account) {
	for i, r := range a.Roles {
		if r.SourceProfile != "" && !c.profiles[strings.ToLower(r.SourceProfile)] {
			c.problem(at(path, "roles", i, "sourceProfile"), "profile %q is not configured: name the profile of a user", r.SourceProfile)
		}
	}
}

func (c *checker) cluster(path []any, cl *Cluster, accounts []Account) {
	c.form(at(path, "name"), clusterNameForm, cl.Name, "a cluster name", "mobilebackend-dev-eks-0-cluster")
	if cl.Endpoint != "" && cl.Endpoint != EndpointAWS && cl.Endpoint != EndpointLoopback {
		c.problem(at(path, "endpoint"), "endpoint %q is unknown: write %s or %s", cl.Endpoint, EndpointAWS, EndpointLoopback)
	}
	if cl.Port < 0 || cl.Port > math.MaxUint16 {
		c.problem(at(path, "port"), "port %d of cluster %q is none: write a number from 1 to %d, or leave it out for a free one", cl.Port, cl.Name, math.MaxUint16)
	}
	if cl.Version != "" {
		c.form(at(path, "version"), versionForm, cl.Version, "a minor version of Kubernetes in quotes", `"1.36"`)
	}
	owner := slices.IndexFunc(accounts, func(a Account) bool { return a.ID == cl.Account })
	if owner < 0 {
		c.problem(at(path, "account"), "account %q of cluster %q is not configured: add it under accounts", cl.Account, cl.Name)
		return
	}
	c.access(path, cl, &accounts[owner])
	if !accounts[owner].has(cl.Creator) {
		c.problem(at(path, "creator"), "creator %q of cluster %q is not in account %s: write user/NAME or role/NAME of that account", cl.Creator, cl.Name, cl.Account)
	}
}

// has tells whether ref, user/NAME or role/NAME, is one of the account's principals.
func (a *Account) has(ref string) bool {
	kind, name, _ := strings.Cut(ref, "/")
	switch kind {
	case "user":
		return slices.ContainsFunc(a.Users, func(u User) bool { return u.Name == name })
	case "role":
		return slices.ContainsFunc(a.Roles, func(r Role) bool { return r.Name == name })
	}
	return false
}
