package fakeiam_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
)

// allow gives the user nobody one statement.
func (w *world) allow(t *testing.T, statement string) *iam.Client {
	t.Helper()
	ok[*iam.PutUserPolicyOutput](t)(w.as("arseniy").PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{
		UserName: aws.String("nobody"), PolicyName: aws.String("p"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[` + statement + `]}`),
	}))
	return w.as("nobody")
}

func TestMakingWithTagsIsTagging(t *testing.T) {
	w := newWorld(t)
	c := w.allow(t, `{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"}`)
	in := &iam.CreateUserInput{UserName: aws.String("olga")}
	in.Tags = []types.Tag{{Key: aws.String("team"), Value: aws.String("blue")}}
	_, err := c.CreateUser(t.Context(), in)
	refused(t, err, "AccessDenied", "User: arn:aws:iam::534000000385:user/nobody is not authorized to perform: iam:TagUser "+
		"on resource: arn:aws:iam::534000000385:user/olga because no identity-based policy allows the iam:TagUser action")
	in.Tags = nil
	ok[*iam.CreateUserOutput](t)(c.CreateUser(t.Context(), in))
}

// TestADelegateMayOnlyMakeBoundedRoles is the delegation that boundaries are for.
func TestADelegateMayOnlyMakeBoundedRoles(t *testing.T) {
	w := newWorld(t)
	limit := createPolicy(t, w.as("arseniy"), "limit", listUsers)
	c := w.allow(t, `{"Effect":"Allow","Action":["iam:CreateRole","iam:PutRolePolicy"],"Resource":"*",`+
		`"Condition":{"StringEquals":{"iam:PermissionsBoundary":"`+*limit+`"}}}`)
	in := &iam.CreateRoleInput{RoleName: aws.String("bounded"), AssumeRolePolicyDocument: aws.String(trustEC2)}
	_, err := c.CreateRole(t.Context(), in)
	refused(t, err, "AccessDenied", "User: …")
	in.PermissionsBoundary = limit
	ok[*iam.CreateRoleOutput](t)(c.CreateRole(t.Context(), in))
	put := &iam.PutRolePolicyInput{RoleName: in.RoleName, PolicyName: aws.String("p"), PolicyDocument: aws.String(listUsers)}
	ok[*iam.PutRolePolicyOutput](t)(c.PutRolePolicy(t.Context(), put))
	ok[*iam.DeleteRolePermissionsBoundaryOutput](t)(w.as("arseniy").DeleteRolePermissionsBoundary(t.Context(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: in.RoleName}))
	_, err = c.PutRolePolicy(t.Context(), put)
	refused(t, err, "AccessDenied", "User: …")
}

func TestRenamingNeedsBothNames(t *testing.T) {
	w := newWorld(t)
	c := w.allow(t, `{"Effect":"Allow","Action":"iam:UpdateUser","Resource":"arn:aws:iam::534000000385:user/nobody"}`)
	_, err := c.UpdateUser(t.Context(), &iam.UpdateUserInput{UserName: aws.String("nobody"), NewUserName: aws.String("boss")})
	refused(t, err, "AccessDenied", "User: arn:aws:iam::534000000385:user/nobody is not authorized to perform: iam:UpdateUser "+
		"on resource: arn:aws:iam::534000000385:user/boss…")
}

func TestTagsOfTheTargetCount(t *testing.T) {
	w := newWorld(t)
	c := w.allow(t, `{"Effect":"Allow","Action":"iam:GetUser","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"blue"}}}`)
	_, err := c.GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("arseniy")})
	refused(t, err, "AccessDenied", "User: …")
	ok[*iam.TagUserOutput](t)(w.as("arseniy").TagUser(t.Context(), &iam.TagUserInput{UserName: aws.String("arseniy"),
		Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("blue")}}}))
	ok[*iam.GetUserOutput](t)(c.GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("arseniy")}))
}

func TestSessionsOfUsersNeedMFA(t *testing.T) {
	w := newWorld(t)
	arseniy := directory.Get(w.dir, directory.UserKey(account, "arseniy"))
	with := func(mfa time.Time) *iam.Client {
		c, err := w.dir.Issue(account, &directory.Session{
			Kind: directory.UserSession, PrincipalID: arseniy.ID, Issued: w.now, Expires: w.now.Add(time.Hour), MFA: mfa,
		})
		if err != nil {
			t.Fatal(err)
		}
		return w.client(c.AccessKeyID, c.SecretAccessKey, c.SessionToken)
	}
	_, err := with(time.Time{}).GetUser(t.Context(), &iam.GetUserInput{})
	refused(t, err, "InvalidClientTokenId", "The security token included in the request is invalid")
	ok[*iam.GetUserOutput](t)(with(w.now).GetUser(t.Context(), &iam.GetUserInput{}))
}
