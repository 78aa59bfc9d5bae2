package fakests_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/fakests"
	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

const (
	home   = "534000000385"
	abroad = "111122223333"
)

// world is an STS over two accounts, and their people.
type world struct {
	dir       *directory.Directory
	server    *httptest.Server
	now       time.Time
	partition string // of the endpoint; empty where its name tells none
	keys      map[string]directory.SeededKey
}

func trust(principal string, condition ...string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal +
		`,"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]` + strings.Join(condition, "") + `}]}`
}

func people() []directory.SeedAccount {
	return []directory.SeedAccount{{
		ID: home,
		Users: []directory.SeedUser{
			{Name: "arseniy", Policies: []string{"AdministratorAccess"}},
			{Name: "nobody"},
		},
		Roles: []directory.SeedRole{
			{Name: "for-arseniy", Path: "/team/", Trust: trust(`{"AWS":"arn:aws:iam::534000000385:user/arseniy"}`),
				Policies: []string{"AdministratorAccess"}},
			{Name: "for-nobody", Trust: trust(`{"AWS":"arn:aws:iam::534000000385:user/nobody"}`), MaxSession: 2 * time.Hour},
			{Name: "for-account", Trust: trust(`{"AWS":"534000000385"}`)},
			{Name: "for-abroad", Trust: trust(`{"AWS":"111122223333"}`,
				`,"Condition":{"StringEquals":{"sts:ExternalId":"sesame"}}`)},
			{Name: "for-nodes", Trust: trust(`{"Service":"ec2.amazonaws.com"}`)},
			{Name: "chained", Trust: trust(`{"AWS":"arn:aws:iam::534000000385:role/team/for-arseniy"}`), MaxSession: 4 * time.Hour},
			{Name: "tagged", Trust: trust(`{"AWS":"534000000385"}`, `,"Condition":{"StringEquals":{"aws:RequestTag/team":"blue"}}`)},
		},
	}, {
		ID:    abroad,
		Users: []directory.SeedUser{{Name: "guest", Policies: []string{"AdministratorAccess"}}, {Name: "stranger"}},
	}}
}

func newWorld(t *testing.T, change ...func(*directory.Config, *fakests.Config)) *world {
	t.Helper()
	w := &world{now: time.Now(), keys: map[string]directory.SeededKey{}}
	now := func() time.Time { return w.now }
	stored := directory.Config{Store: store.NewMemory(), SealingKey: bytes.Repeat([]byte{1}, directory.SealingKeySize), Now: now}
	cfg := fakests.Config{Now: now}
	for _, change := range change {
		change(&stored, &cfg)
	}
	var err error
	w.dir, err = directory.Open(t.Context(), stored)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := w.dir.Seed(t.Context(), people())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		w.keys[k.User] = k
	}
	cfg.Directory = w.dir
	service, err := fakests.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		ctx := awswire.WithTarget(r.Context(), awswire.Target{Service: "sts", Partition: w.partition})
		service.ServeHTTP(rw, r.WithContext(ctx))
	}))
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) client(id, secret, token string) *sts.Client {
	return sts.New(sts.Options{
		BaseEndpoint: aws.String(w.server.URL), Region: "us-east-2", RetryMaxAttempts: 3,
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, token),
	})
}

// as returns a client with a user's long-term key.
func (w *world) as(user string) *sts.Client {
	return w.client(w.keys[user].AccessKeyID, w.keys[user].SecretAccessKey, "")
}

// with returns a client with temporary credentials.
func (w *world) with(c *types.Credentials) *sts.Client {
	return w.client(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

func role(name string) *string { return aws.String("arn:aws:iam::" + home + ":role/" + name) }

func assume(t *testing.T, c *sts.Client, in *sts.AssumeRoleInput) *sts.AssumeRoleOutput {
	t.Helper()
	if in.RoleSessionName == nil {
		in.RoleSessionName = aws.String("test")
	}
	out, err := c.AssumeRole(t.Context(), in)
	if err != nil {
		t.Fatalf("assume %s: %v", *in.RoleArn, err)
	}
	return out
}

// refused checks code and message of an error; a message that ends in … may go on.
func refused(t *testing.T, err error, code, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Errorf("got %v, want %s", err, code)
		return
	}
	head, open := strings.CutSuffix(message, "…")
	if api.ErrorCode() != code || !(api.ErrorMessage() == message || open && strings.HasPrefix(api.ErrorMessage(), head)) {
		t.Errorf("got  %s: %q\nwant %s: %q", api.ErrorCode(), api.ErrorMessage(), code, message)
	}
}

func whoami(t *testing.T, c *sts.Client) string {
	t.Helper()
	out, err := c.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	return *out.Arn
}

func TestGetCallerIdentity(t *testing.T) {
	w := newWorld(t)
	out, err := w.as("nobody").GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	user := directory.Get(w.dir, directory.UserKey(home, "nobody"))
	if *out.Account != home || *out.Arn != user.ARN() || *out.UserId != user.ID {
		t.Errorf("identity %s %s %s", *out.Account, *out.Arn, *out.UserId)
	}
	k := w.keys["nobody"]
	_, err = w.client(k.AccessKeyID, "wrong", "").GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	refused(t, err, "SignatureDoesNotMatch", "The request signature we calculated does not match…")
	_, err = w.client("AKIAQNZGKIQYQNZGKIQY", "wrong", "").GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	refused(t, err, "InvalidClientTokenId", "The security token included in the request is invalid.")
}

func TestGetAccessKeyInfo(t *testing.T) {
	w := newWorld(t)
	out, err := w.as("arseniy").GetAccessKeyInfo(t.Context(), &sts.GetAccessKeyInfoInput{AccessKeyId: aws.String(w.keys["guest"].AccessKeyID)})
	if err != nil || *out.Account != abroad {
		t.Errorf("account %v, %v", out, err)
	}
	_, err = w.as("nobody").GetAccessKeyInfo(t.Context(), &sts.GetAccessKeyInfoInput{AccessKeyId: aws.String(w.keys["guest"].AccessKeyID)})
	refused(t, err, "AccessDenied", "User: arn:aws:iam::534000000385:user/nobody is not authorized to perform: sts:GetAccessKeyInfo…")
}

func TestAssumeRole(t *testing.T) {
	w := newWorld(t)
	out := assume(t, w.as("arseniy"), &sts.AssumeRoleInput{RoleArn: role("team/for-arseniy"), RoleSessionName: aws.String("s-1")})
	id := directory.Get(w.dir, directory.RoleKey(home, "for-arseniy")).ID
	arn := "arn:aws:sts::534000000385:assumed-role/for-arseniy/s-1"
	if *out.AssumedRoleUser.Arn != arn || *out.AssumedRoleUser.AssumedRoleId != id+":s-1" {
		t.Errorf("assumed %s %s", *out.AssumedRoleUser.Arn, *out.AssumedRoleUser.AssumedRoleId)
	}
	if !strings.HasPrefix(*out.Credentials.AccessKeyId, "ASIA") || out.PackedPolicySize != nil {
		t.Errorf("key %s, packed %v", *out.Credentials.AccessKeyId, out.PackedPolicySize)
	}
	if got := whoami(t, w.with(out.Credentials)); got != arn {
		t.Errorf("the session is %s", got)
	}
	w.now = w.now.Add(time.Hour)
	_, err := w.with(out.Credentials).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if w.now.Before(*out.Credentials.Expiration) {
		t.Errorf("expires %v", out.Credentials.Expiration)
	}
	if err == nil {
		t.Error("an expired session works")
	}
}

// TestWhoMayAssume holds trust policy and the caller's own policies against each other.
func TestWhoMayAssume(t *testing.T) {
	w := newWorld(t)
	sesame := aws.String("sesame")
	cases := []struct {
		user, role string
		externalID *string
		want       bool
	}{
		{"arseniy", "team/for-arseniy", nil, true},
		{"nobody", "team/for-arseniy", nil, false},
		{"nobody", "for-nobody", nil, true},       // in one account a trust policy that names the user is enough
		{"arseniy", "for-nobody", nil, false},     // and no policy of the user makes up for it
		{"arseniy", "for-account", nil, true},     // a trusted account leaves it to its users' policies
		{"nobody", "for-account", nil, false},     // which nobody has not
		{"guest", "for-abroad", sesame, true},     // across accounts both sides allow
		{"guest", "for-abroad", nil, false},       // the condition does not hold
		{"stranger", "for-abroad", sesame, false}, // only the trust policy allows
		{"guest", "for-account", nil, false},      // only the caller's policy allows
		{"arseniy", "for-nodes", nil, false},      // a service is trusted, not an administrator
		{"arseniy", "missing", nil, false},
		{"arseniy", "for-arseniy", nil, false}, // the ARN lacks the path
	}
	for _, tc := range cases {
		in := &sts.AssumeRoleInput{RoleArn: role(tc.role), RoleSessionName: aws.String("test"), ExternalId: tc.externalID}
		_, err := w.as(tc.user).AssumeRole(t.Context(), in)
		if tc.want && err != nil {
			t.Errorf("%s may not assume %s: %v", tc.user, tc.role, err)
		}
		if !tc.want {
			refused(t, err, "AccessDenied", "User: arn:aws:iam::"+w.keys[tc.user].Account+":user/"+tc.user+
				" is not authorized to perform: sts:AssumeRole on resource: "+*role(tc.role))
		}
	}
}

func TestRootAssumesNothing(t *testing.T) {
	w := newWorld(t)
	key, err := w.dir.CreateAccount(t.Context(), "222233334444", "")
	if err != nil {
		t.Fatal(err)
	}
	root := w.client(key.ID, key.Secret, "")
	_, err = root.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: role("for-account"), RoleSessionName: aws.String("test")})
	refused(t, err, "AccessDenied", "Roles may not be assumed by root accounts.")
	if got := whoami(t, root); got != "arn:aws:iam::222233334444:root" {
		t.Errorf("root is %s", got)
	}
}

func TestSessionDurations(t *testing.T) {
	w := newWorld(t)
	chain := w.with(assume(t, w.as("arseniy"), &sts.AssumeRoleInput{RoleArn: role("team/for-arseniy")}).Credentials)
	const tooLong = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
	const tooLongChain = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
	cases := []struct {
		name    string
		client  *sts.Client
		role    string
		seconds int32
		message string
	}{
		{"the role's limit", w.as("nobody"), "for-nobody", 7200, ""},
		{"above it", w.as("nobody"), "for-nobody", 7201, tooLong},
		{"the least", w.as("nobody"), "for-nobody", 900, ""},
		{"an hour in a chain", chain, "chained", 3600, ""},
		{"more in a chain", chain, "chained", 3601, tooLongChain},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			out, err := tc.client.AssumeRole(t.Context(), &sts.AssumeRoleInput{
				RoleArn: role(tc.role), RoleSessionName: aws.String("test"), DurationSeconds: aws.Int32(tc.seconds),
			})
			if tc.message != "" {
				refused(t, err, "ValidationError", tc.message)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			lasts := out.Credentials.Expiration.Sub(w.now.UTC().Truncate(time.Second))
			if lasts != time.Duration(tc.seconds)*time.Second {
				t.Errorf("lasts %v", lasts)
			}
		})
	}
}

func TestGetSessionToken(t *testing.T) {
	w := newWorld(t)
	out, err := w.as("nobody").GetSessionToken(t.Context(), &sts.GetSessionTokenInput{})
	if err != nil {
		t.Fatal(err)
	}
	if got := whoami(t, w.with(out.Credentials)); got != "arn:aws:iam::534000000385:user/nobody" {
		t.Errorf("the session is %s", got)
	}
	_, err = w.with(out.Credentials).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{})
	refused(t, err, "AccessDenied", "Cannot call GetSessionToken with session credentials")
}

func TestConstraintsOfTheModel(t *testing.T) {
	w := newWorld(t)
	_, err := w.as("nobody").AssumeRole(context.Background(), &sts.AssumeRoleInput{
		RoleArn: role("for-nobody"), RoleSessionName: aws.String("a b"),
	})
	refused(t, err, "ValidationError", "1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: …")
}

func TestPartitionsAreApart(t *testing.T) {
	w := newWorld(t)
	for partition, want := range map[string]bool{"": true, "aws": true, "aws-cn": false, "aws-us-gov": false} {
		w.partition = partition
		_, err := w.as("nobody").GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if want && err != nil {
			t.Errorf("partition %q: %v", partition, err)
		}
		if !want {
			refused(t, err, "InvalidClientTokenId", "The security token included in the request is invalid.")
		}
	}
}
