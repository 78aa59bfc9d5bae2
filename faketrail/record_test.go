package faketrail_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/faketrail"
	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
)

func TestIdentities(t *testing.T) {
	w := newWorld(t)
	arseniy, session := w.caller(t, "arseniy"), w.session(t, "release-42")
	account := directory.Get(w.dir, directory.AccountKey(home))
	root := &directory.Caller{Kind: directory.RootCaller, Account: home, Partition: "aws", ARN: account.RootARN(), UserID: home, AccessKeyID: "AKIAROOT"}
	role := session.Role
	tests := []struct {
		name     string
		caller   *directory.Caller
		username string
		want     map[string]any
	}{
		{"a user", arseniy, "arseniy", map[string]any{
			"type": "IAMUser", "principalId": arseniy.UserID, "arn": "arn:aws:iam::534000000385:user/arseniy", "accountId": home,
			"accessKeyId": arseniy.AccessKeyID, "userName": "arseniy",
		}},
		{"the root user", root, "root", map[string]any{
			"type": "Root", "principalId": home, "arn": "arn:aws:iam::534000000385:root", "accountId": home, "accessKeyId": "AKIAROOT",
		}},
		{"a role session", session, "release-42", map[string]any{
			"type": "AssumedRole", "principalId": role.ID + ":release-42", "arn": "arn:aws:sts::534000000385:assumed-role/deployer/release-42",
			"accountId": home, "accessKeyId": session.AccessKeyID,
			"sessionContext": map[string]any{
				"sessionIssuer": map[string]any{"type": "Role", "principalId": role.ID, "arn": "arn:aws:iam::534000000385:role/team/deployer", "accountId": home, "userName": "deployer"},
				"attributes":    map[string]any{"creationDate": w.now.Format("2006-01-02T15:04:05Z"), "mfaAuthenticated": "true"}, "sourceIdentity": "olga",
			},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.creates(tt.caller, tt.name)
			events := w.lookup(t, by(types.LookupAttributeKeyResourceName, tt.name))
			if len(events) != 1 || aws.ToString(events[0].Username) != tt.username || aws.ToString(events[0].AccessKeyId) != tt.caller.AccessKeyID {
				t.Fatalf("events %+v", events)
			}
			if diff := cmp.Diff(tt.want, content(t, events[0])["userIdentity"]); diff != "" {
				t.Errorf("userIdentity (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRecordOfASuccess(t *testing.T) {
	w := newWorld(t)
	w.trail.Observe(w.call(w.caller(t, "arseniy"), "iam", "CreateAccessKey", &iam.CreateAccessKeyInput{UserName: aws.String("nobody")},
		&iam.CreateAccessKeyOutput{AccessKey: &iamtypes.AccessKey{
			AccessKeyId: aws.String("AKIANEW"), SecretAccessKey: aws.String("most secret"), Status: "Active", UserName: aws.String("nobody"),
		}}))
	events := w.lookup(t, by(types.LookupAttributeKeyEventName, "CreateAccessKey"))
	if len(events) != 1 {
		t.Fatalf("%d events", len(events))
	}
	got := content(t, events[0])
	delete(got, "userIdentity")
	want := map[string]any{
		"eventVersion": "1.11", "eventTime": w.now.Format("2006-01-02T15:04:05Z"), "eventSource": "iam.amazonaws.com", "eventName": "CreateAccessKey",
		"awsRegion": region, "sourceIPAddress": "127.0.0.1", "userAgent": "aws-cli", "requestParameters": map[string]any{"userName": "nobody"},
		"responseElements": map[string]any{"accessKey": map[string]any{
			"accessKeyId": "AKIANEW", "secretAccessKey": "HIDDEN_DUE_TO_SECURITY_REASONS", "status": "Active", "userName": "nobody",
		}},
		"requestID": "request-1", "eventID": *events[0].EventId, "readOnly": false, "eventType": "AwsApiCall", "managementEvent": true,
		"recipientAccountId": home, "eventCategory": "Management",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
	wantResources := []types.Resource{
		{ResourceType: aws.String("AWS::IAM::User"), ResourceName: aws.String("nobody")},
		{ResourceType: aws.String("AWS::IAM::AccessKey"), ResourceName: aws.String("AKIANEW")},
	}
	if diff := cmp.Diff(wantResources, events[0].Resources, cmp.Comparer(func(a, b types.Resource) bool {
		return *a.ResourceName == *b.ResourceName && *a.ResourceType == *b.ResourceType
	})); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}

func TestRecordOfARefusal(t *testing.T) {
	w := newWorld(t)
	tests := []struct{ service, operation, code, want string }{
		{"iam", "CreateUser", "AccessDenied", "AccessDenied"},
		{"eks", "CreateCluster", "AccessDeniedException", "AccessDenied"},
		{"ec2", "RunInstances", "UnauthorizedOperation", "Client.UnauthorizedOperation"},
		{"eks", "DeleteCluster", "ResourceNotFoundException", "ResourceNotFoundException"},
	}
	for _, tt := range tests {
		call := w.call(w.caller(t, "nobody"), tt.service, tt.operation, &iam.CreateUserInput{UserName: aws.String("x")}, nil)
		call.Failure = &awswire.Error{Code: tt.code, Message: "no"}
		call.Err = errors.New("no")
		w.trail.Observe(call)
		got := content(t, w.lookup(t, by(types.LookupAttributeKeyEventName, tt.operation))[0])
		if got["errorCode"] != tt.want || got["errorMessage"] != "no" || got["responseElements"] != nil {
			t.Errorf("%s: code %v, message %v, response %v", tt.operation, got["errorCode"], got["errorMessage"], got["responseElements"])
		}
	}
}

func TestCallsOfNobodyAreInNoHistory(t *testing.T) {
	w := newWorld(t)
	call := w.call(nil, "sts", "GetCallerIdentity", &sts.GetCallerIdentityInput{}, nil)
	call.Identity = nil
	w.trail.Observe(call)
	if events := w.lookup(t, by(types.LookupAttributeKeyEventName, "GetCallerIdentity")); len(events) > 0 {
		t.Errorf("events %+v", events)
	}
}

func assumeRole(w *world, caller *directory.Caller) *awswire.Call {
	arn := "arn:aws:iam::534000000385:role/team/deployer"
	return w.call(caller, "sts", "AssumeRole", &sts.AssumeRoleInput{RoleArn: aws.String(arn), RoleSessionName: aws.String("s")},
		&sts.AssumeRoleOutput{
			Credentials:     &ststypes.Credentials{AccessKeyId: aws.String("ASIANEW"), SecretAccessKey: aws.String("most secret"), SessionToken: aws.String("token")},
			AssumedRoleUser: &ststypes.AssumedRoleUser{AssumedRoleId: aws.String("AROAX:s"), Arn: aws.String("arn:session")},
		})
}

func TestAssumeRoleIsInBothAccounts(t *testing.T) {
	w := newWorld(t)
	w.trail.Observe(assumeRole(w, w.caller(t, "guest")))
	ours := content(t, w.lookup(t, by(types.LookupAttributeKeyEventName, "AssumeRole"))[0])
	out, err := w.client("guest", region).LookupEvents(t.Context(), by(types.LookupAttributeKeyEventName, "AssumeRole"))
	if err != nil {
		t.Fatal(err)
	}
	theirs := content(t, out.Events[0])
	guest := w.caller(t, "guest")
	want := map[string]any{"type": "AWSAccount", "principalId": guest.UserID, "accountId": abroad}
	if diff := cmp.Diff(want, ours["userIdentity"]); diff != "" {
		t.Errorf("the role's account sees (-want +got):\n%s", diff)
	}
	if ours["sharedEventID"] != theirs["sharedEventID"] || ours["sharedEventID"] == nil || ours["eventID"] == theirs["eventID"] {
		t.Errorf("IDs %v and %v, shared %v and %v", ours["eventID"], theirs["eventID"], ours["sharedEventID"], theirs["sharedEventID"])
	}
	credentials := theirs["responseElements"].(map[string]any)["credentials"].(map[string]any)
	if credentials["accessKeyId"] != "ASIANEW" || credentials["secretAccessKey"] != "HIDDEN_DUE_TO_SECURITY_REASONS" {
		t.Errorf("credentials %v", credentials)
	}
}

func TestAssumeRoleByAService(t *testing.T) {
	w := newWorld(t)
	role := directory.Get(w.dir, directory.RoleKey(home, "deployer"))
	w.trail.ObserveService(faketrail.ServiceSession{
		Service: "ec2.amazonaws.com", Region: region, Role: role, Name: "i-0123456789abcdef0", At: w.now,
		Credentials: directory.Credentials{AccessKeyID: "ASIAX", SecretAccessKey: "most secret", SessionToken: "token"},
	})
	events := w.lookup(t, by(types.LookupAttributeKeyResourceName, role.ARN()))
	if len(events) != 1 || *events[0].EventName != "AssumeRole" {
		t.Fatalf("events %+v", events)
	}
	got := content(t, events[0])
	if diff := cmp.Diff(map[string]any{"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}, got["userIdentity"]); diff != "" {
		t.Errorf("userIdentity (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"roleArn": role.ARN(), "roleSessionName": "i-0123456789abcdef0"}, got["requestParameters"]); diff != "" {
		t.Errorf("requestParameters (-want +got):\n%s", diff)
	}
}
