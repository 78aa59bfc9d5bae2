package fakeiam_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"
)

// TestEveryOfferedOperationAnswers calls each operation that the service says it offers, with something in every text: the answer
// is AWS-shaped, be it a refusal, and never a failure of ours. The others refuse by name.
func TestEveryOfferedOperationAnswers(t *testing.T) {
	w := newWorld(t)
	client := reflect.ValueOf(w.as("arseniy"))
	offered := 0
	for _, op := range w.service.Operations() {
		method := client.MethodByName(op.Name)
		if !method.IsValid() {
			continue // newer in the model than in the SDK
		}
		if op.Offered {
			offered++
		}
		in := reflect.New(method.Type().In(1).Elem())
		fill(in.Elem())
		results := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), in})
		err, _ := results[1].Interface().(error)
		if err == nil {
			continue
		}
		var api smithy.APIError
		switch {
		case !op.Offered && errors.As(err, new(smithy.InvalidParamsError)):
			// The SDK wants more, and the service does not.
		case !errors.As(err, &api):
			t.Errorf("%s: %v", op.Name, err)
		case op.Offered && (api.ErrorCode() == "InternalFailure" || api.ErrorCode() == "NotImplemented"):
			t.Errorf("%s: %v", op.Name, err)
		case !op.Offered && api.ErrorCode() != "NotImplemented":
			t.Errorf("%s is not offered, and answers %v", op.Name, err)
		}
	}
	if offered < 105 {
		t.Errorf("%d operations are offered, want at least 105", offered)
	}
}

// texts are inputs that a request can be made of; other texts are names.
var texts = map[string]string{
	"UserName": "nobody", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "PolicyDocument": listUsers,
	"AssumeRolePolicyDocument": trustEC2, "PolicySourceArn": "arn:aws:iam::534000000385:user/nobody", "Url": "https://example.com",
	"PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess", "SerialNumber": "arn:aws:iam::534000000385:mfa/x",
	"OpenIDConnectProviderArn": "arn:aws:iam::534000000385:oidc-provider/example.com", "Path": "/", "NewPath": "/", "PathPrefix": "/",
	"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "AuthenticationCode1": "123456", "AuthenticationCode2": "123457", "VersionId": "v1",
	"AWSServiceName": "eks.amazonaws.com", "AccountAlias": "pirog", "DeletionTaskId": "task/aws-service-role/a/b/AROAX",
}

// fill gives every text, and every list of texts, tags and the like that an operation may need, a value.
func fill(in reflect.Value) {
	for i := range in.NumField() {
		name, field := in.Type().Field(i).Name, in.Field(i)
		if !field.CanSet() {
			continue
		}
		text := texts[name]
		if text == "" {
			text = "something"
		}
		switch field.Interface().(type) {
		case *string:
			if name != "Marker" && name != "CallerArn" && name != "ResourcePolicy" && name != "CustomSuffix" && name != "ResourceOwner" {
				field.Set(reflect.ValueOf(&text))
			}
		case []string:
			switch name {
			case "ActionNames":
				field.Set(reflect.ValueOf([]string{"iam:GetUser"}))
			case "PolicyInputList":
				field.Set(reflect.ValueOf([]string{listUsers}))
			case "ThumbprintList":
				field.Set(reflect.ValueOf([]string{"990f4193972f2becf12ddeda5237f9c952f20d9e"}))
			case "TagKeys":
				field.Set(reflect.ValueOf([]string{"team"}))
			}
		case []types.Tag:
			field.Set(reflect.ValueOf([]types.Tag{{Key: &text, Value: &text}}))
		case types.StatusType:
			field.SetString("Active")
		}
	}
}
