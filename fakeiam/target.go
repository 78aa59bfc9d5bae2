package fakeiam

import (
	"strings"

	"github.com/eksauth/eksauth/internal/directory"
)

// target is what an operation is about, as policies see it.
type target struct {
	arn      string
	tags     []directory.Tag
	boundary string // ARN of its permissions boundary
}

// target finds it by the names that the request has; what does not exist yet has the ARN that it would have. A request that
// names a group and a user is about the group, and one that names a role and a policy about the role.
func (s *Service) target(c *directory.Caller, operation string, in input) target {
	if name := in.text("GroupName"); name != "" {
		return targetOr(directory.Get(s.dir, directory.GroupKey(c.Account, name)), newARN(c, "group", in.text("Path"), name))
	}
	if name := in.text("InstanceProfileName"); name != "" {
		found := directory.Get(s.dir, directory.InstanceProfileKey(c.Account, name))
		return targetOr(found, newARN(c, "instance-profile", in.text("Path"), name))
	}
	if name := in.text("RoleName"); name != "" {
		return targetOr(directory.Get(s.dir, directory.RoleKey(c.Account, name)), newARN(c, "role", in.text("Path"), name))
	}
	if name := in.text("UserName"); name != "" {
		return targetOr(directory.Get(s.dir, directory.UserKey(c.Account, name)), newARN(c, "user", in.text("Path"), name))
	}
	if arn := in.firstText("PolicyArn", "SerialNumber", "OpenIDConnectProviderArn", "PolicySourceArn"); arn != "" {
		return target{arn: arn, tags: s.tagsByARN(arn)}
	}
	if c.User != nil && defaultsToCaller[operation] {
		return targetOr(c.User, "")
	}
	return target{arn: unnamed(c, operation, in)}
}

// entity is a user, group, role or instance profile.
type entity[T any] interface {
	*T
	ARN() string
	TagList() []directory.Tag
}

func targetOr[T any, E entity[T]](found E, arn string) target {
	if found == nil {
		return target{arn: arn}
	}
	t := target{arn: found.ARN(), tags: found.TagList()}
	switch bounded := any(found).(type) {
	case *directory.User:
		t.boundary = bounded.Boundary
	case *directory.Role:
		t.boundary = bounded.Boundary
	}
	return t
}

func (s *Service) tagsByARN(arn string) []directory.Tag {
	if found, ok := s.dir.ByID(arn).(interface{ TagList() []directory.Tag }); ok {
		return found.TagList()
	}
	return nil
}

// defaultsToCaller are the operations that are about the caller's own user where they name none.
var defaultsToCaller = map[string]bool{
	"GetUser": true, "CreateAccessKey": true, "ListAccessKeys": true, "UpdateAccessKey": true, "DeleteAccessKey": true,
	"ListMFADevices": true,
}

// unnamed is what IAM names where an operation makes something, is about all entities of a kind, or about the account.
func unnamed(c *directory.Caller, operation string, in input) string {
	switch operation {
	case "CreateVirtualMFADevice":
		return newARN(c, "mfa", in.text("Path"), in.text("VirtualMFADeviceName"))
	case "CreatePolicy":
		return newARN(c, "policy", in.text("Path"), in.text("PolicyName"))
	case "CreateOpenIDConnectProvider":
		return newARN(c, "oidc-provider", "", strings.TrimPrefix(in.text("Url"), "https://"))
	case "ListPolicies":
		return "policy path /"
	}
	kind, ok := strings.CutPrefix(operation, "List")
	if path := listedPaths[kind]; ok && path != "" {
		return newARN(c, path, "", "")
	}
	return "*"
}

var listedPaths = map[string]string{
	"Users": "user", "Roles": "role", "Groups": "group", "InstanceProfiles": "instance-profile", "VirtualMFADevices": "mfa",
	"OpenIDConnectProviders": "oidc-provider",
}

func newARN(c *directory.Caller, kind, path, name string) string {
	if !strings.HasPrefix(path, "/") {
		path = "/"
	}
	return "arn:" + c.Partition + ":iam::" + c.Account + ":" + kind + path + name
}
