package fakeiam_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestAUsersLife(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	created := ok[*iam.CreateUserOutput](t)(c.CreateUser(t.Context(), &iam.CreateUserInput{
		UserName: aws.String("olga"), Path: aws.String("/ops/"), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("blue")}},
	})).User
	if got, want := *created.Arn, "arn:aws:iam::534000000385:user/ops/olga"; got != want {
		t.Errorf("ARN %s, want %s", got, want)
	}
	_, err := c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("OLGA")})
	refused(t, err, "EntityAlreadyExists", "User with name OLGA already exists.")

	got := ok[*iam.GetUserOutput](t)(c.GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("olga")})).User
	if diff := cmp.Diff(created, got, cmpopts.IgnoreUnexported(types.User{}, types.Tag{})); diff != "" {
		t.Errorf("user (-created +got):\n%s", diff)
	}
	key := ok[*iam.CreateAccessKeyOutput](t)(c.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: aws.String("olga")})).AccessKey
	_, err = c.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("olga")})
	refused(t, err, "DeleteConflict", "Cannot delete entity, must delete access keys first.")
	ok[*iam.DeleteAccessKeyOutput](t)(c.DeleteAccessKey(t.Context(), &iam.DeleteAccessKeyInput{UserName: aws.String("olga"), AccessKeyId: key.AccessKeyId}))

	ok[*iam.UpdateUserOutput](t)(c.UpdateUser(t.Context(), &iam.UpdateUserInput{UserName: aws.String("olga"), NewUserName: aws.String("helga")}))
	_, err = c.GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("olga")})
	refused(t, err, "NoSuchEntity", "The user with name olga cannot be found.")
	renamed := ok[*iam.GetUserOutput](t)(c.GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("helga")})).User
	if *renamed.UserId != *created.UserId || *renamed.Path != "/ops/" {
		t.Errorf("renamed: %s %s", *renamed.UserId, *renamed.Path)
	}
	ok[*iam.DeleteUserOutput](t)(c.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("helga")}))
	_, err = c.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("helga")})
	refused(t, err, "NoSuchEntity", "The user with name helga cannot be found.")
}

func TestUpdateUserKeepsNamesApart(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	_, err := c.UpdateUser(t.Context(), &iam.UpdateUserInput{UserName: aws.String("nobody"), NewUserName: aws.String("Arseniy")})
	refused(t, err, "EntityAlreadyExists", "User with name Arseniy already exists.")
	ok[*iam.UpdateUserOutput](t)(c.UpdateUser(t.Context(), &iam.UpdateUserInput{UserName: aws.String("nobody"), NewUserName: aws.String("Nobody")}))
	got := ok[*iam.GetUserOutput](t)(c.GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("nobody")}))
	if *got.User.UserName != "Nobody" {
		t.Errorf("the name is %s", *got.User.UserName)
	}
}

func TestGetUserWithoutAName(t *testing.T) {
	w := newWorld(t)
	got := ok[*iam.GetUserOutput](t)(w.as("arseniy").GetUser(t.Context(), &iam.GetUserInput{}))
	if *got.User.UserName != "arseniy" {
		t.Errorf("the user is %s", *got.User.UserName)
	}
	got = ok[*iam.GetUserOutput](t)(w.root(t, "111122223333").GetUser(t.Context(), &iam.GetUserInput{}))
	if *got.User.Arn != "arn:aws:iam::111122223333:root" || got.User.UserName != nil {
		t.Errorf("the root user is %s %v", *got.User.Arn, got.User.UserName)
	}
}

func TestUsersArePaged(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	var want []string
	for i := range 7 {
		name := fmt.Sprintf("u%d", i)
		want = append(want, name)
		ok[*iam.CreateUserOutput](t)(c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String(name), Path: aws.String("/u/")}))
	}
	var got []string
	pages := iam.NewListUsersPaginator(c, &iam.ListUsersInput{MaxItems: aws.Int32(3), PathPrefix: aws.String("/u/")})
	sizes := []int{}
	for pages.HasMorePages() {
		page := ok[*iam.ListUsersOutput](t)(pages.NextPage(t.Context()))
		sizes = append(sizes, len(page.Users))
		for _, u := range page.Users {
			got = append(got, *u.UserName)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{3, 3, 1}, sizes); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	_, err := c.ListUsers(t.Context(), &iam.ListUsersInput{Marker: aws.String("!")})
	refused(t, err, "ValidationError", "Invalid Marker: !")
}

func TestAccountsAreApart(t *testing.T) {
	w := newWorld(t)
	other := w.root(t, "111122223333")
	_, err := other.GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("arseniy")})
	refused(t, err, "NoSuchEntity", "The user with name arseniy cannot be found.")
	if got := ok[*iam.ListUsersOutput](t)(other.ListUsers(t.Context(), &iam.ListUsersInput{})); len(got.Users) != 0 {
		t.Errorf("the other account has %d users", len(got.Users))
	}
}

func TestAccessKeys(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	second := ok[*iam.CreateAccessKeyOutput](t)(c.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{})).AccessKey
	if *second.UserName != "arseniy" || len(*second.SecretAccessKey) != 40 {
		t.Errorf("key of %s with secret %q", *second.UserName, *second.SecretAccessKey)
	}
	_, err := c.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{})
	refused(t, err, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")

	mine := w.client(*second.AccessKeyId, *second.SecretAccessKey, "")
	ok[*iam.GetUserOutput](t)(mine.GetUser(t.Context(), &iam.GetUserInput{}))
	ok[*iam.UpdateAccessKeyOutput](t)(c.UpdateAccessKey(t.Context(), &iam.UpdateAccessKeyInput{AccessKeyId: second.AccessKeyId, Status: "Inactive"}))
	_, err = mine.GetUser(t.Context(), &iam.GetUserInput{})
	refused(t, err, "InvalidClientTokenId", "The security token included in the request is invalid.")

	listed := ok[*iam.ListAccessKeysOutput](t)(c.ListAccessKeys(t.Context(), &iam.ListAccessKeysInput{})).AccessKeyMetadata
	if len(listed) != 2 || listed[1].Status != "Inactive" || *listed[1].AccessKeyId != *second.AccessKeyId {
		t.Errorf("keys %+v", listed)
	}
	_, err = c.DeleteAccessKey(t.Context(), &iam.DeleteAccessKeyInput{UserName: aws.String("nobody"), AccessKeyId: second.AccessKeyId})
	refused(t, err, "NoSuchEntity", "The Access Key with id "+*second.AccessKeyId+" cannot be found.")
	ok[*iam.DeleteAccessKeyOutput](t)(c.DeleteAccessKey(t.Context(), &iam.DeleteAccessKeyInput{AccessKeyId: second.AccessKeyId}))
}

func TestPoliciesAreEnforced(t *testing.T) {
	w := newWorld(t)
	_, err := w.as("nobody").ListUsers(t.Context(), &iam.ListUsersInput{})
	refused(t, err, "AccessDenied", "User: arn:aws:iam::534000000385:user/nobody is not authorized to perform: iam:ListUsers "+
		"on resource: arn:aws:iam::534000000385:user/ because no identity-based policy allows the iam:ListUsers action")
	_, err = w.as("nobody").CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("r"), Path: aws.String("/p/"), AssumeRolePolicyDocument: aws.String(trustEC2),
	})
	refused(t, err, "AccessDenied", "User: arn:aws:iam::534000000385:user/nobody is not authorized to perform: iam:CreateRole "+
		"on resource: arn:aws:iam::534000000385:role/p/r because no identity-based policy allows the iam:CreateRole action")
}
