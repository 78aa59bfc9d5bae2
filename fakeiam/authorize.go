package fakeiam

import (
	"context"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// authorize asks the caller's policies before any operation.
func (s *Service) authorize(_ context.Context, call *awswire.Call) error {
	caller := call.Identity.(*directory.Caller)
	if err := admitted(caller); err != nil {
		return err
	}
	in := input{reflect.ValueOf(call.Input).Elem()}
	resource, tags := s.resource(caller, call.Operation, in)
	keys := policy.Context{}
	keys.Set("aws:SourceIp", call.SourceIP)
	keys.Set("aws:UserAgent", call.UserAgent)
	keys.Set("aws:SecureTransport", "true")
	keys.Set("aws:RequestedRegion", call.Region)
	for _, t := range tags {
		keys.Set("aws:ResourceTag/"+t.Key, t.Value)
		keys.Set("iam:ResourceTag/"+t.Key, t.Value)
	}
	in.requestKeys(keys)
	return s.dir.Authorize(caller, directory.Access{Action: "iam:" + call.Operation, Resource: resource, Context: keys})
}

// admitted refuses what IAM does not serve whatever policies say: sessions of users without MFA, and federated users
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html).
func admitted(c *directory.Caller) error {
	userSession := c.Session != nil && c.Session.Kind == directory.UserSession && c.Session.MFA.IsZero()
	if !userSession && c.Kind != directory.FederatedCaller {
		return nil
	}
	return &awswire.Error{Code: "InvalidClientTokenId", Message: "The security token included in the request is invalid",
		Fault: smithy.FaultClient}
}

// input reads an operation's input by the names of its members, which mean the same in all operations.
type input struct{ reflect.Value }

func (in input) text(member string) string {
	field := in.FieldByName(member)
	if !field.IsValid() {
		return ""
	}
	if pointer, ok := field.Interface().(*string); ok {
		return aws.ToString(pointer)
	}
	return ""
}

// requestKeys adds the condition keys that a request's members give
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html).
func (in input) requestKeys(keys policy.Context) {
	if tags, ok := in.member("Tags").([]types.Tag); ok {
		names := make([]string, len(tags))
		for i, t := range tags {
			names[i] = aws.ToString(t.Key)
			keys.Set("aws:RequestTag/"+names[i], aws.ToString(t.Value))
		}
		keys.Set("aws:TagKeys", names...)
	}
	if names, ok := in.member("TagKeys").([]string); ok {
		keys.Set("aws:TagKeys", names...)
	}
	for member, key := range map[string]string{
		"PolicyArn": "iam:PolicyARN", "PermissionsBoundary": "iam:PermissionsBoundary", "AWSServiceName": "iam:AWSServiceName",
	} {
		if value := in.text(member); value != "" {
			keys.Set(key, value)
		}
	}
}

func (in input) member(name string) any {
	field := in.FieldByName(name)
	if !field.IsValid() {
		return nil
	}
	return field.Interface()
}

// resource returns the ARN that an operation is about, and the tags of what has it.
func (s *Service) resource(c *directory.Caller, operation string, in input) (string, []directory.Tag) {
	account := c.Account
	if name := in.text("GroupName"); name != "" {
		return arnOf(c, directory.Get(s.dir, directory.GroupKey(account, name)), "group", name, in)
	}
	if name := in.text("InstanceProfileName"); name != "" {
		return arnOf(c, directory.Get(s.dir, directory.InstanceProfileKey(account, name)), "instance-profile", name, in)
	}
	if name := in.text("RoleName"); name != "" {
		return arnOf(c, directory.Get(s.dir, directory.RoleKey(account, name)), "role", name, in)
	}
	if name := in.text("UserName"); name != "" {
		return arnOf(c, directory.Get(s.dir, directory.UserKey(account, name)), "user", name, in)
	}
	if arn := in.firstText("PolicyArn", "SerialNumber", "OpenIDConnectProviderArn", "PolicySourceArn"); arn != "" {
		return arn, s.tagsByARN(arn)
	}
	if name := in.text("VirtualMFADeviceName"); name != "" {
		return newARN(c, "mfa", in.text("Path"), name), nil
	}
	if name := in.text("PolicyName"); name != "" {
		return newARN(c, "policy", in.text("Path"), name), nil
	}
	if c.User != nil && defaultsToCaller[operation] {
		return c.User.ARN(), c.User.Tags
	}
	return listed(c, operation), nil
}

// defaultsToCaller are the operations that are about the caller's own user where they name none.
var defaultsToCaller = map[string]bool{
	"GetUser": true, "CreateAccessKey": true, "ListAccessKeys": true, "UpdateAccessKey": true, "DeleteAccessKey": true,
	"ListMFADevices": true,
}

// listed is what IAM names where an operation is about all entities of a kind, or about the account.
func listed(c *directory.Caller, operation string) string {
	kinds := map[string]string{
		"ListUsers": "user/", "ListRoles": "role/", "ListGroups": "group/", "ListInstanceProfiles": "instance-profile/",
		"ListVirtualMFADevices": "mfa/", "ListOpenIDConnectProviders": "oidc-provider/",
	}
	if kind := kinds[operation]; kind != "" {
		return "arn:" + c.Partition + ":iam::" + c.Account + ":" + kind
	}
	if operation == "ListPolicies" {
		return "policy path /"
	}
	return "*"
}

func (in input) firstText(members ...string) string {
	for _, member := range members {
		if text := in.text(member); text != "" {
			return text
		}
	}
	return ""
}

// named is a user, group, role or instance profile.
type named[T any] interface {
	*T
	ARN() string
	TagList() []directory.Tag
}

// arnOf returns the ARN and tags of what exists, or the ARN that it would have.
func arnOf[T any, E named[T]](c *directory.Caller, found E, kind, name string, in input) (string, []directory.Tag) {
	if found != nil {
		return found.ARN(), found.TagList()
	}
	return newARN(c, kind, in.text("Path"), name), nil
}

func newARN(c *directory.Caller, kind, path, name string) string {
	if !strings.HasPrefix(path, "/") {
		path = "/"
	}
	return "arn:" + c.Partition + ":iam::" + c.Account + ":" + kind + path + name
}

func (s *Service) tagsByARN(arn string) []directory.Tag {
	if found, ok := s.dir.ByID(arn).(interface{ TagList() []directory.Tag }); ok {
		return found.TagList()
	}
	return nil
}
