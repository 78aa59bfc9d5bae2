package fakeiam_test

import (
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

const trustEC2 = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

func trustUser(name string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + name + `"},"Action":"sts:AssumeRole"}]}`
}

func TestARolesLife(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	in := &iam.CreateRoleInput{
		RoleName: aws.String("node"), Path: aws.String("/k8s/"), AssumeRolePolicyDocument: aws.String(trustEC2),
		Description: aws.String("for nodes"), MaxSessionDuration: aws.Int32(7200),
	}
	created := ok[*iam.CreateRoleOutput](t)(c.CreateRole(t.Context(), in)).Role
	_, err := c.CreateRole(t.Context(), in)
	refused(t, err, "EntityAlreadyExists", "Role with name node already exists.")
	got := ok[*iam.GetRoleOutput](t)(c.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("node")})).Role
	if *got.Arn != "arn:aws:iam::534000000385:role/k8s/node" || *got.RoleId != *created.RoleId || *got.MaxSessionDuration != 7200 {
		t.Errorf("role %s %s %d", *got.Arn, *got.RoleId, *got.MaxSessionDuration)
	}
	trust := ok[string](t)(url.PathUnescape(*got.AssumeRolePolicyDocument))
	if trust != trustEC2 {
		t.Errorf("trust policy %s", trust)
	}
	listed := ok[*iam.ListRolesOutput](t)(c.ListRoles(t.Context(), &iam.ListRolesInput{PathPrefix: aws.String("/k8s/")})).Roles
	if len(listed) != 1 || *listed[0].RoleName != "node" || *listed[0].Description != "for nodes" {
		t.Errorf("roles %+v", listed)
	}
	ok[*iam.DeleteRoleOutput](t)(c.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String("node")}))
	_, err = c.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("node")})
	refused(t, err, "NoSuchEntity", "The role with name node cannot be found.")
}

// TestTrustIsInWhoeverHadTheName holds that a user who is made anew is not the one that was trusted.
func TestTrustIsInWhoeverHadTheName(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	const arn = "arn:aws:iam::534000000385:user/temp"
	role := &iam.CreateRoleInput{RoleName: aws.String("r"), AssumeRolePolicyDocument: aws.String(trustUser(arn))}
	_, err := c.CreateRole(t.Context(), role)
	refused(t, err, "MalformedPolicyDocument", `Invalid principal in policy: "AWS":"`+arn+`"`)

	user := ok[*iam.CreateUserOutput](t)(c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("temp")})).User
	ok[*iam.CreateRoleOutput](t)(c.CreateRole(t.Context(), role))
	shows := func(want string) {
		t.Helper()
		got := ok[*iam.GetRoleOutput](t)(c.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("r")})).Role
		if trust := ok[string](t)(url.PathUnescape(*got.AssumeRolePolicyDocument)); trust != trustUser(want) {
			t.Errorf("trust policy %s, want %s in it", trust, want)
		}
	}
	shows(arn)
	ok[*iam.UpdateUserOutput](t)(c.UpdateUser(t.Context(), &iam.UpdateUserInput{UserName: aws.String("temp"), NewPath: aws.String("/moved/")}))
	shows("arn:aws:iam::534000000385:user/moved/temp")
	ok[*iam.DeleteUserOutput](t)(c.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("temp")}))
	shows(*user.UserId)
	ok[*iam.CreateUserOutput](t)(c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("temp")}))
	shows(*user.UserId)
	_, err = c.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("r"), PolicyDocument: aws.String("{")})
	refused(t, err, "MalformedPolicyDocument", "This policy contains invalid Json")
	ok[*iam.UpdateAssumeRolePolicyOutput](t)(c.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{
		RoleName: aws.String("r"), PolicyDocument: aws.String(trustUser(arn))}))
	shows(arn)
}
