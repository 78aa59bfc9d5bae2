package fakeiam_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"
)

func TestInstanceProfiles(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	name := aws.String("node")
	ok[*iam.CreateRoleOutput](t)(c.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: name, AssumeRolePolicyDocument: aws.String(trustEC2)}))
	created := ok[*iam.CreateInstanceProfileOutput](t)(c.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: name})).InstanceProfile
	if *created.Arn != "arn:aws:iam::534000000385:instance-profile/node" || (*created.InstanceProfileId)[:4] != "AIPA" {
		t.Errorf("instance profile %s %s", *created.Arn, *created.InstanceProfileId)
	}
	add := &iam.AddRoleToInstanceProfileInput{InstanceProfileName: name, RoleName: name}
	ok[*iam.AddRoleToInstanceProfileOutput](t)(c.AddRoleToInstanceProfile(t.Context(), add))
	_, err := c.AddRoleToInstanceProfile(t.Context(), add)
	refused(t, err, "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
	_, err = c.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: name})
	refused(t, err, "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.")
	_, err = c.DeleteInstanceProfile(t.Context(), &iam.DeleteInstanceProfileInput{InstanceProfileName: name})
	refused(t, err, "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.")
	of := ok[*iam.ListInstanceProfilesForRoleOutput](t)(c.ListInstanceProfilesForRole(t.Context(), &iam.ListInstanceProfilesForRoleInput{RoleName: name})).InstanceProfiles
	if len(of) != 1 || len(of[0].Roles) != 1 || *of[0].Roles[0].RoleName != "node" {
		t.Errorf("instance profiles of the role: %+v", of)
	}
	ok[*iam.RemoveRoleFromInstanceProfileOutput](t)(c.RemoveRoleFromInstanceProfile(t.Context(), &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: name, RoleName: name}))
	ok[*iam.DeleteRoleOutput](t)(c.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: name}))
	ok[*iam.DeleteInstanceProfileOutput](t)(c.DeleteInstanceProfile(t.Context(), &iam.DeleteInstanceProfileInput{InstanceProfileName: name}))
}

// TestPassingARoleNeedsItsOwnPermission has a user who may change instance profiles and no more.
func TestPassingARoleNeedsItsOwnPermission(t *testing.T) {
	w := newWorld(t)
	c, name := w.as("arseniy"), aws.String("node")
	ok[*iam.CreateRoleOutput](t)(c.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: name, AssumeRolePolicyDocument: aws.String(trustEC2)}))
	ok[*iam.CreateInstanceProfileOutput](t)(c.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: name}))
	ok[*iam.PutUserPolicyOutput](t)(c.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{
		UserName: aws.String("nobody"), PolicyName: aws.String("p"), PolicyDocument: aws.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:AddRoleToInstanceProfile","Resource":"*"}]}`)}))
	_, err := w.as("nobody").AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: name, RoleName: name})
	refused(t, err, "AccessDenied", "User: arn:aws:iam::534000000385:user/nobody is not authorized to perform: iam:PassRole "+
		"on resource: arn:aws:iam::534000000385:role/node because no identity-based policy allows the iam:PassRole action")
}

// codes returns the one-time passwords of a device for this time step and the next.
func codes(t *testing.T, seed []byte, at time.Time) (first, second *string) {
	t.Helper()
	key := ok[[]byte](t)(base32.StdEncoding.DecodeString(string(seed)))
	code := func(step int64) *string {
		mac := hmac.New(sha1.New, key)
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
		sum := mac.Sum(nil)
		offset := sum[19] & 15
		return aws.String(fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1000000))
	}
	step := at.Unix() / 30
	return code(step), code(step + 1)
}

func TestAVirtualMFADevicesLife(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	device := ok[*iam.CreateVirtualMFADeviceOutput](t)(c.CreateVirtualMFADevice(t.Context(), &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("phone")})).VirtualMFADevice
	if *device.SerialNumber != "arn:aws:iam::534000000385:mfa/phone" || len(device.Base32StringSeed) != 64 {
		t.Errorf("device %s, seed %s", *device.SerialNumber, device.Base32StringSeed)
	}
	first, second := codes(t, device.Base32StringSeed, w.now)
	enable := &iam.EnableMFADeviceInput{UserName: aws.String("nobody"), SerialNumber: device.SerialNumber, AuthenticationCode1: second, AuthenticationCode2: first}
	_, err := c.EnableMFADevice(t.Context(), enable)
	refused(t, err, "InvalidAuthenticationCode", "Authentication code for device is not valid.")
	enable.AuthenticationCode1, enable.AuthenticationCode2 = first, second
	ok[*iam.EnableMFADeviceOutput](t)(c.EnableMFADevice(t.Context(), enable))
	_, err = c.EnableMFADevice(t.Context(), enable)
	refused(t, err, "EntityAlreadyExists", "MFA Device is already in use")
	_, err = c.DeleteVirtualMFADevice(t.Context(), &iam.DeleteVirtualMFADeviceInput{SerialNumber: device.SerialNumber})
	refused(t, err, "DeleteConflict", "…")
	listed := ok[*iam.ListMFADevicesOutput](t)(c.ListMFADevices(t.Context(), &iam.ListMFADevicesInput{UserName: aws.String("nobody")})).MFADevices
	if len(listed) != 1 || *listed[0].SerialNumber != *device.SerialNumber {
		t.Errorf("devices %+v", listed)
	}
	assigned := ok[*iam.ListVirtualMFADevicesOutput](t)(c.ListVirtualMFADevices(t.Context(), &iam.ListVirtualMFADevicesInput{AssignmentStatus: "Assigned"})).VirtualMFADevices
	if len(assigned) != 1 || *assigned[0].User.UserName != "nobody" {
		t.Errorf("assigned %+v", assigned)
	}
	ok[*iam.DeactivateMFADeviceOutput](t)(c.DeactivateMFADevice(t.Context(), &iam.DeactivateMFADeviceInput{UserName: aws.String("nobody"), SerialNumber: device.SerialNumber}))
	ok[*iam.DeleteVirtualMFADeviceOutput](t)(c.DeleteVirtualMFADevice(t.Context(), &iam.DeleteVirtualMFADeviceInput{SerialNumber: device.SerialNumber}))
}

func TestOpenIDConnectProviders(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	in := &iam.CreateOpenIDConnectProviderInput{Url: aws.String("https://oidc.eks.us-east-2.amazonaws.com/id/ABC"), ClientIDList: []string{"sts.amazonaws.com"}}
	arn := ok[*iam.CreateOpenIDConnectProviderOutput](t)(c.CreateOpenIDConnectProvider(t.Context(), in)).OpenIDConnectProviderArn
	if *arn != "arn:aws:iam::534000000385:oidc-provider/oidc.eks.us-east-2.amazonaws.com/id/ABC" {
		t.Errorf("ARN %s", *arn)
	}
	_, err := c.CreateOpenIDConnectProvider(t.Context(), in)
	refused(t, err, "EntityAlreadyExists", "Provider with url "+*in.Url+" already exists.")
	ok[*iam.AddClientIDToOpenIDConnectProviderOutput](t)(c.AddClientIDToOpenIDConnectProvider(t.Context(), &iam.AddClientIDToOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, ClientID: aws.String("me")}))
	got := ok[*iam.GetOpenIDConnectProviderOutput](t)(c.GetOpenIDConnectProvider(t.Context(), &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn}))
	if diff := cmp.Diff([]string{"sts.amazonaws.com", "me"}, got.ClientIDList); diff != "" || *got.Url != "oidc.eks.us-east-2.amazonaws.com/id/ABC" {
		t.Errorf("provider %s, audiences (-want +got):\n%s", *got.Url, diff)
	}
	ok[*iam.DeleteOpenIDConnectProviderOutput](t)(c.DeleteOpenIDConnectProvider(t.Context(), &iam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn}))
	_, err = c.GetOpenIDConnectProvider(t.Context(), &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn})
	refused(t, err, "NoSuchEntity", "OpenIDConnect Provider not found for arn "+*arn)
}

func TestTags(t *testing.T) {
	w := newWorld(t)
	c, nobody := w.as("arseniy"), aws.String("nobody")
	tag := func(key, value string) types.Tag { return types.Tag{Key: aws.String(key), Value: aws.String(value)} }
	ok[*iam.TagUserOutput](t)(c.TagUser(t.Context(), &iam.TagUserInput{UserName: nobody, Tags: []types.Tag{tag("Team", "red"), tag("env", "")}}))
	ok[*iam.TagUserOutput](t)(c.TagUser(t.Context(), &iam.TagUserInput{UserName: nobody, Tags: []types.Tag{tag("team", "blue")}}))
	ok[*iam.UntagUserOutput](t)(c.UntagUser(t.Context(), &iam.UntagUserInput{UserName: nobody, TagKeys: []string{"ENV"}}))
	tags := ok[*iam.ListUserTagsOutput](t)(c.ListUserTags(t.Context(), &iam.ListUserTagsInput{UserName: nobody})).Tags
	if len(tags) != 1 || *tags[0].Key != "team" || *tags[0].Value != "blue" {
		t.Errorf("tags %+v", tags)
	}
	_, err := c.TagUser(t.Context(), &iam.TagUserInput{UserName: nobody, Tags: []types.Tag{tag("a", "1"), tag("A", "2")}})
	refused(t, err, "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
}

func TestServiceLinkedRoles(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	in := &iam.CreateServiceLinkedRoleInput{AWSServiceName: aws.String("eks-nodegroup.amazonaws.com")}
	role := ok[*iam.CreateServiceLinkedRoleOutput](t)(c.CreateServiceLinkedRole(t.Context(), in)).Role
	if *role.Arn != "arn:aws:iam::534000000385:role/aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup" {
		t.Errorf("ARN %s", *role.Arn)
	}
	_, err := c.CreateServiceLinkedRole(t.Context(), in)
	refused(t, err, "InvalidInput", "Service role name AWSServiceRoleForAmazonEKSNodegroup has been taken in this account, please try a different suffix.")
	_, err = c.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: role.RoleName})
	refused(t, err, "UnmodifiableEntity", "Cannot perform the operation on the protected role…")
	task := ok[*iam.DeleteServiceLinkedRoleOutput](t)(c.DeleteServiceLinkedRole(t.Context(), &iam.DeleteServiceLinkedRoleInput{RoleName: role.RoleName})).DeletionTaskId
	done := ok[*iam.GetServiceLinkedRoleDeletionStatusOutput](t)(c.GetServiceLinkedRoleDeletionStatus(t.Context(), &iam.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: task}))
	if done.Status != types.DeletionTaskStatusTypeSucceeded {
		t.Errorf("status %s", done.Status)
	}
}
