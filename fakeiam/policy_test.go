package fakeiam_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"
)

const listUsers = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*"}]}`

func createPolicy(t *testing.T, c *iam.Client, name, document string) *string {
	t.Helper()
	return ok[*iam.CreatePolicyOutput](t)(c.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName: aws.String(name), PolicyDocument: aws.String(document),
	})).Policy.Arn
}

func TestAManagedPolicysLife(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	arn := createPolicy(t, c, "look", listUsers)
	if *arn != "arn:aws:iam::534000000385:policy/look" {
		t.Errorf("ARN %s", *arn)
	}
	_, err := c.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String("Look"), PolicyDocument: aws.String(listUsers)})
	refused(t, err, "EntityAlreadyExists", "A policy called Look already exists. Duplicate names are not allowed.")

	nobody := aws.String("nobody")
	ok[*iam.AttachUserPolicyOutput](t)(c.AttachUserPolicy(t.Context(), &iam.AttachUserPolicyInput{UserName: nobody, PolicyArn: arn}))
	ok[*iam.AttachUserPolicyOutput](t)(c.AttachUserPolicy(t.Context(), &iam.AttachUserPolicyInput{UserName: nobody, PolicyArn: arn}))
	ok[*iam.ListUsersOutput](t)(w.as("nobody").ListUsers(t.Context(), &iam.ListUsersInput{}))
	got := ok[*iam.GetPolicyOutput](t)(c.GetPolicy(t.Context(), &iam.GetPolicyInput{PolicyArn: arn})).Policy
	if *got.AttachmentCount != 1 || *got.DefaultVersionId != "v1" {
		t.Errorf("attached %d times, version %s", *got.AttachmentCount, *got.DefaultVersionId)
	}
	_, err = c.DeletePolicy(t.Context(), &iam.DeletePolicyInput{PolicyArn: arn})
	refused(t, err, "DeleteConflict", "Cannot delete a policy attached to entities.")
	_, err = c.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("arseniy")})
	refused(t, err, "DeleteConflict", "Cannot delete entity, must delete access keys first.")
	entities := ok[*iam.ListEntitiesForPolicyOutput](t)(c.ListEntitiesForPolicy(t.Context(), &iam.ListEntitiesForPolicyInput{PolicyArn: arn}))
	if len(entities.PolicyUsers) != 1 || *entities.PolicyUsers[0].UserName != "nobody" {
		t.Errorf("entities %+v", entities)
	}
	ok[*iam.DetachUserPolicyOutput](t)(c.DetachUserPolicy(t.Context(), &iam.DetachUserPolicyInput{UserName: nobody, PolicyArn: arn}))
	_, err = c.DetachUserPolicy(t.Context(), &iam.DetachUserPolicyInput{UserName: nobody, PolicyArn: arn})
	refused(t, err, "NoSuchEntity", "Policy "+*arn+" was not found.")
	_, err = w.as("nobody").ListUsers(t.Context(), &iam.ListUsersInput{})
	refused(t, err, "AccessDenied", "User: arn:aws:iam::534000000385:user/nobody is not authorized to perform: iam:ListUsers …")
	ok[*iam.DeletePolicyOutput](t)(c.DeletePolicy(t.Context(), &iam.DeletePolicyInput{PolicyArn: arn}))
	_, err = c.AttachUserPolicy(t.Context(), &iam.AttachUserPolicyInput{UserName: nobody, PolicyArn: arn})
	refused(t, err, "NoSuchEntity", "Policy "+*arn+" does not exist or is not attachable.")
}

func TestVersionsOfAPolicy(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	arn := createPolicy(t, c, "p", listUsers)
	add := func(isDefault bool) (*iam.CreatePolicyVersionOutput, error) {
		return c.CreatePolicyVersion(t.Context(), &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: aws.String(listUsers), SetAsDefault: isDefault})
	}
	for range 4 {
		ok[*iam.CreatePolicyVersionOutput](t)(add(false))
	}
	_, err := add(false)
	refused(t, err, "LimitExceeded", "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.")
	_, err = c.DeletePolicyVersion(t.Context(), &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v1")})
	refused(t, err, "DeleteConflict", "Cannot delete the default version of a policy.")
	ok[*iam.SetDefaultPolicyVersionOutput](t)(c.SetDefaultPolicyVersion(t.Context(), &iam.SetDefaultPolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v3")}))
	for _, v := range []string{"v1", "v5"} {
		ok[*iam.DeletePolicyVersionOutput](t)(c.DeletePolicyVersion(t.Context(), &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: aws.String(v)}))
	}
	if v := ok[*iam.CreatePolicyVersionOutput](t)(add(true)).PolicyVersion; *v.VersionId != "v6" {
		t.Errorf("the version after v5 is %s", *v.VersionId)
	}
	var listed []string
	for _, v := range ok[*iam.ListPolicyVersionsOutput](t)(c.ListPolicyVersions(t.Context(), &iam.ListPolicyVersionsInput{PolicyArn: arn})).Versions {
		listed = append(listed, fmt.Sprintf("%s %t", *v.VersionId, v.IsDefaultVersion))
	}
	if diff := cmp.Diff([]string{"v6 true", "v4 false", "v3 false", "v2 false"}, listed); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	got := ok[*iam.GetPolicyVersionOutput](t)(c.GetPolicyVersion(t.Context(), &iam.GetPolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v2")}))
	if document := ok[string](t)(url.PathUnescape(*got.PolicyVersion.Document)); document != listUsers {
		t.Errorf("document %s", document)
	}
	_, err = c.DeletePolicy(t.Context(), &iam.DeletePolicyInput{PolicyArn: arn})
	refused(t, err, "DeleteConflict", "This policy has more than one version.…")
}

func TestAWSManagedPolicies(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	const admin = "arn:aws:iam::aws:policy/AdministratorAccess"
	got := ok[*iam.GetPolicyOutput](t)(c.GetPolicy(t.Context(), &iam.GetPolicyInput{PolicyArn: aws.String(admin)})).Policy
	if *got.AttachmentCount != 1 || !strings.HasPrefix(*got.PolicyId, "ANPA") {
		t.Errorf("policy %+v", got)
	}
	createPolicy(t, c, "mine", listUsers)
	names := func(in *iam.ListPoliciesInput) (names []string) {
		in.MaxItems = aws.Int32(5)
		pages := iam.NewListPoliciesPaginator(c, in)
		for pages.HasMorePages() {
			for _, p := range ok[*iam.ListPoliciesOutput](t)(pages.NextPage(t.Context())).Policies {
				names = append(names, *p.PolicyName)
			}
		}
		return names
	}
	if all := names(&iam.ListPoliciesInput{}); len(all) < 20 || all[len(all)-1] != "mine" {
		t.Errorf("all policies: %v", all)
	}
	if diff := cmp.Diff([]string{"mine"}, names(&iam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal})); diff != "" {
		t.Errorf("own policies (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"AdministratorAccess"}, names(&iam.ListPoliciesInput{OnlyAttached: true})); diff != "" {
		t.Errorf("attached policies (-want +got):\n%s", diff)
	}
	_, err := c.DeletePolicy(t.Context(), &iam.DeletePolicyInput{PolicyArn: aws.String(admin)})
	refused(t, err, "NoSuchEntity", "Policy "+admin+" was not found.")
	other := createPolicy(t, w.root(t, "111122223333"), "theirs", listUsers)
	_, err = c.AttachUserPolicy(t.Context(), &iam.AttachUserPolicyInput{UserName: aws.String("nobody"), PolicyArn: other})
	refused(t, err, "NoSuchEntity", "Policy "+*other+" does not exist or is not attachable.")
}

func TestInlinePolicies(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	put := func(name, document string) error {
		_, err := c.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{
			UserName: aws.String("nobody"), PolicyName: aws.String(name), PolicyDocument: aws.String(document),
		})
		return err
	}
	if err := put("look", listUsers); err != nil {
		t.Fatal(err)
	}
	ok[*iam.ListUsersOutput](t)(w.as("nobody").ListUsers(t.Context(), &iam.ListUsersInput{}))
	refused(t, put("bad", `{"Version":"2012-10-17"`), "MalformedPolicyDocument", "Syntax errors in policy.")
	large := strings.Replace(listUsers, `"*"`, `"arn:aws:iam::534000000385:user/`+strings.Repeat("x", 1990)+`"`, 1)
	refused(t, put("large", large), "LimitExceeded", "Maximum policy size of 2048 bytes exceeded for user nobody")
	names := ok[*iam.ListUserPoliciesOutput](t)(c.ListUserPolicies(t.Context(), &iam.ListUserPoliciesInput{UserName: aws.String("nobody")})).PolicyNames
	if diff := cmp.Diff([]string{"look"}, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	ok[*iam.DeleteUserPolicyOutput](t)(c.DeleteUserPolicy(t.Context(), &iam.DeleteUserPolicyInput{UserName: aws.String("nobody"), PolicyName: aws.String("look")}))
	_, err := c.GetUserPolicy(t.Context(), &iam.GetUserPolicyInput{UserName: aws.String("nobody"), PolicyName: aws.String("look")})
	refused(t, err, "NoSuchEntity", "The user policy with name look cannot be found.")
}

func TestGroupsGrant(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	group, nobody := aws.String("readers"), aws.String("nobody")
	ok[*iam.CreateGroupOutput](t)(c.CreateGroup(t.Context(), &iam.CreateGroupInput{GroupName: group}))
	ok[*iam.PutGroupPolicyOutput](t)(c.PutGroupPolicy(t.Context(), &iam.PutGroupPolicyInput{GroupName: group, PolicyName: aws.String("look"), PolicyDocument: aws.String(listUsers)}))
	ok[*iam.AddUserToGroupOutput](t)(c.AddUserToGroup(t.Context(), &iam.AddUserToGroupInput{GroupName: group, UserName: nobody}))
	ok[*iam.ListUsersOutput](t)(w.as("nobody").ListUsers(t.Context(), &iam.ListUsersInput{}))
	_, err := c.DeleteGroup(t.Context(), &iam.DeleteGroupInput{GroupName: group})
	refused(t, err, "DeleteConflict", "Cannot delete entity, must remove users from group first.")
	ok[*iam.UpdateGroupOutput](t)(c.UpdateGroup(t.Context(), &iam.UpdateGroupInput{GroupName: group, NewGroupName: aws.String("lookers")}))
	groups := ok[*iam.ListGroupsForUserOutput](t)(c.ListGroupsForUser(t.Context(), &iam.ListGroupsForUserInput{UserName: nobody})).Groups
	if len(groups) != 1 || *groups[0].GroupName != "lookers" {
		t.Errorf("groups %+v", groups)
	}
	members := ok[*iam.GetGroupOutput](t)(c.GetGroup(t.Context(), &iam.GetGroupInput{GroupName: aws.String("lookers")})).Users
	if len(members) != 1 || *members[0].UserName != "nobody" {
		t.Errorf("members %+v", members)
	}
	ok[*iam.RemoveUserFromGroupOutput](t)(c.RemoveUserFromGroup(t.Context(), &iam.RemoveUserFromGroupInput{GroupName: aws.String("lookers"), UserName: nobody}))
	_, err = w.as("nobody").ListUsers(t.Context(), &iam.ListUsersInput{})
	refused(t, err, "AccessDenied", "User: …")
}

func TestABoundaryLimits(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	limit, nobody := createPolicy(t, c, "limit", listUsers), aws.String("nobody")
	admin := aws.String("arn:aws:iam::aws:policy/AdministratorAccess")
	ok[*iam.AttachUserPolicyOutput](t)(c.AttachUserPolicy(t.Context(), &iam.AttachUserPolicyInput{UserName: nobody, PolicyArn: admin}))
	ok[*iam.PutUserPermissionsBoundaryOutput](t)(c.PutUserPermissionsBoundary(t.Context(), &iam.PutUserPermissionsBoundaryInput{UserName: nobody, PermissionsBoundary: limit}))
	ok[*iam.ListUsersOutput](t)(w.as("nobody").ListUsers(t.Context(), &iam.ListUsersInput{}))
	_, err := w.as("nobody").ListGroups(t.Context(), &iam.ListGroupsInput{})
	refused(t, err, "AccessDenied", "User: arn:aws:iam::534000000385:user/nobody is not authorized to perform: iam:ListGroups on resource: "+
		"arn:aws:iam::534000000385:group/ because no permissions boundary allows the iam:ListGroups action")
	_, err = c.DeletePolicy(t.Context(), &iam.DeletePolicyInput{PolicyArn: limit})
	refused(t, err, "DeleteConflict", "Cannot delete a policy attached to entities.")
	ok[*iam.DeleteUserPermissionsBoundaryOutput](t)(c.DeleteUserPermissionsBoundary(t.Context(), &iam.DeleteUserPermissionsBoundaryInput{UserName: nobody}))
	ok[*iam.ListGroupsOutput](t)(w.as("nobody").ListGroups(t.Context(), &iam.ListGroupsInput{}))
	ok[*iam.DeletePolicyOutput](t)(c.DeletePolicy(t.Context(), &iam.DeletePolicyInput{PolicyArn: limit}))
}
