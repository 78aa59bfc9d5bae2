package fakeiam

import (
	"context"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/callers"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// authorize asks the caller's policies before any operation.
func (s *Service) authorize(_ context.Context, call *awswire.Call) error {
	caller := callers.Of(call)
	if err := admitted(caller); err != nil {
		return err
	}
	in := input{reflect.ValueOf(call.Input).Elem()}
	target := s.target(caller, call.Operation, in)
	keys := s.requestKeys(call, in, target)
	for _, ask := range questions(caller, call.Operation, in, target) {
		ask.Context = keys
		if err := s.dir.Authorize(caller, ask); err != nil {
			return err
		}
	}
	return nil
}

// questions are all that the caller must be allowed to do: besides the operation itself to tag what it makes with tags
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html), and to change what a renamed entity becomes
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html).
func questions(c *directory.Caller, operation string, in input, target target) []directory.Access {
	all := []directory.Access{{Action: "iam:" + operation, Resource: target.arn}}
	if tags, _ := in.member("Tags").([]types.Tag); len(tags) > 0 && strings.HasPrefix(operation, "Create") {
		kind := strings.TrimPrefix(strings.TrimPrefix(operation, "Create"), "Virtual")
		all = append(all, directory.Access{Action: "iam:Tag" + kind, Resource: target.arn})
	}
	for member, kind := range map[string]string{"NewUserName": "user", "NewGroupName": "group"} {
		if name := in.text(member); name != "" {
			all = append(all, directory.Access{Action: "iam:" + operation, Resource: newARN(c, kind, in.text("NewPath"), name)})
		}
	}
	return all
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

// requestKeys are the condition keys that the request and its target give
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html).
func (s *Service) requestKeys(call *awswire.Call, in input, target target) policy.Context {
	keys := callers.Context(call)
	for _, t := range target.tags {
		keys.Set("aws:ResourceTag/"+t.Key, t.Value)
		keys.Set("iam:ResourceTag/"+t.Key, t.Value)
	}
	if target.boundary != "" {
		keys.Set("iam:PermissionsBoundary", target.boundary)
	}
	in.setKeys(keys)
	return keys
}

func (in input) setKeys(keys policy.Context) {
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

func (in input) firstText(members ...string) string {
	for _, member := range members {
		if text := in.text(member); text != "" {
			return text
		}
	}
	return ""
}
