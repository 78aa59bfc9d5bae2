package directory_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

func caller(t *testing.T, d *directory.Directory, key, token string) *directory.Caller {
	t.Helper()
	_, c, err := d.Authenticate(t.Context(), key, token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// grant gives a user an inline policy of one statement.
func grant(t *testing.T, d *directory.Directory, name, statement string) {
	t.Helper()
	err := d.Update(t.Context(), func(tx *directory.Tx) error {
		u := directory.Get(tx, directory.UserKey(account, name))
		u.SetInline("p", `{"Version":"2012-10-17","Statement":[`+statement+`]}`)
		u.Tags = []directory.Tag{{Key: "team", Value: "blue"}}
		directory.Put(tx, u)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestKeysOfTheCaller holds that policies see who calls, and how.
func TestKeysOfTheCaller(t *testing.T) {
	cases := map[string]struct {
		condition     string
		key, sessions bool // whether it holds for a long-term key, and for a session with MFA
	}{
		"name":          {`"StringEquals":{"aws:username":"yaroslav"}`, true, true},
		"tag":           {`"StringEquals":{"aws:PrincipalTag/team":"blue"}`, true, true},
		"ARN":           {`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/ops/*"}`, true, true},
		"MFA":           {`"Bool":{"aws:MultiFactorAuthPresent":"true"}`, false, true},
		"no MFA":        {`"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}`, true, false},
		"age of MFA":    {`"NumericLessThan":{"aws:MultiFactorAuthAge":"60"}`, false, true},
		"issued":        {`"DateGreaterThan":{"aws:TokenIssueTime":"2026-01-01T00:00:00Z"}`, false, true},
		"now":           {`"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}`, true, true},
		"the request's": {`"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}`, true, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			d, keys, _ := people(t)
			grant(t, d, "yaroslav", `{"Effect":"Allow","Action":"eks:DescribeCluster","Resource":"*","Condition":{`+tc.condition+`}}`)
			issued := issue(t, d, &directory.Session{
				Kind: directory.UserSession, PrincipalID: user(t, d, "yaroslav").ID, Issued: start, Expires: start.Add(time.Hour),
				MFA: start.Add(-10 * time.Second),
			})
			request := policy.Context{}
			request.Set("aws:SourceIp", "127.0.0.1")
			ask := directory.Access{Action: "eks:DescribeCluster", Resource: "arn:aws:eks:us-east-2:534000000385:cluster/a", Context: request}
			if err := d.Authorize(caller(t, d, keys[1].AccessKeyID, ""), ask); (err == nil) != tc.key {
				t.Errorf("with a key: %v", err)
			}
			if err := d.Authorize(caller(t, d, issued.AccessKeyID, issued.SessionToken), ask); (err == nil) != tc.sessions {
				t.Errorf("with a session: %v", err)
			}
		})
	}
}

func TestDenialsAreToldToThoseWhoMayDecode(t *testing.T) {
	d, keys, _ := people(t)
	grant(t, d, "yaroslav", `{"Sid":"No","Effect":"Deny","Action":"eks:*","Resource":"*"}`)
	err := d.Authorize(caller(t, d, keys[1].AccessKeyID, ""), directory.Access{Action: "eks:ListClusters", Resource: "*"})
	var denied *directory.DeniedError
	if !errors.As(err, &denied) {
		t.Fatalf("authorize: %v", err)
	}
	const want = "User: arn:aws:iam::534000000385:user/ops/yaroslav is not authorized to perform: eks:ListClusters on resource: * " +
		"with an explicit deny in an identity-based policy"
	if denied.ErrorMessage() != want {
		t.Errorf("message %q, want %q", denied.ErrorMessage(), want)
	}
	message, err := d.EncodeDenial(denied)
	if err != nil {
		t.Fatal(err)
	}
	text, ok := d.DecodeDenial(account, message)
	var said struct {
		ExplicitDeny      bool
		MatchedStatements struct {
			Items []struct{ StatementID string }
		}
		Context struct{ Action string }
	}
	if err := json.Unmarshal([]byte(text), &said); !ok || err != nil {
		t.Fatalf("decoded %q, %v, %v", text, ok, err)
	}
	if !said.ExplicitDeny || said.Context.Action != "eks:ListClusters" || said.MatchedStatements.Items[0].StatementID != "No" {
		t.Errorf("the message says %s", text)
	}
	if _, ok := d.DecodeDenial("111122223333", message); ok {
		t.Error("another account decodes the message")
	}
	if _, ok := d.DecodeDenial(account, message[1:]); ok {
		t.Error("a changed message is decoded")
	}
}

func TestAServiceAssumesOnlyRolesThatTrustIt(t *testing.T) {
	d, _, _ := people(t)
	role := directory.Get(d, directory.RoleKey(account, "node"))
	c, err := d.IssueToService(role, "ec2.amazonaws.com", "i-0123456789abcdef0", 6*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if got := caller(t, d, c.AccessKeyID, c.SessionToken).ARN; got != "arn:aws:sts::534000000385:assumed-role/node/i-0123456789abcdef0" {
		t.Errorf("the instance is %s", got)
	}
	var denied *directory.DeniedError
	if _, err := d.IssueToService(role, "lambda.amazonaws.com", "f", time.Hour); !errors.As(err, &denied) {
		t.Errorf("another service: %v", err)
	}
}

func TestAFederatedUserMayDoNothingWithoutASessionPolicy(t *testing.T) {
	d, keys, _ := people(t)
	arseniy := caller(t, d, keys[0].AccessKeyID, "")
	ask := directory.Access{Action: "eks:ListClusters", Resource: "*"}
	federated := func(text string) error {
		c := issue(t, d, &directory.Session{
			Kind: directory.FederatedSession, PrincipalID: arseniy.UserID, Name: "bob", Issued: start, Expires: start.Add(time.Hour), Policy: text,
		})
		return d.Authorize(caller(t, d, c.AccessKeyID, c.SessionToken), ask)
	}
	if err := federated(""); err == nil {
		t.Error("a federated user without a policy is let in")
	}
	if err := federated(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"eks:*","Resource":"*"}]}`); err != nil {
		t.Errorf("a federated user with a policy: %v", err)
	}
}
