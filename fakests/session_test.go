package fakests_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/eksauth/eksauth/internal/directory"
)

func tag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

// session opens credentials as the services do.
func (w *world) session(t *testing.T, c *types.Credentials) *directory.Session {
	t.Helper()
	_, caller, err := w.dir.Authenticate(t.Context(), *c.AccessKeyId, *c.SessionToken)
	if err != nil {
		t.Fatal(err)
	}
	return caller.Session
}

func TestSessionTags(t *testing.T) {
	w := newWorld(t)
	in := &sts.AssumeRoleInput{RoleArn: role("tagged"), RoleSessionName: aws.String("test")}
	_, err := w.as("arseniy").AssumeRole(t.Context(), in)
	refused(t, err, "AccessDenied", "User: arn:aws:iam::534000000385:user/arseniy is not authorized to perform: sts:AssumeRole…")
	in.Tags = []types.Tag{tag("team", "blue"), tag("place", "home")}
	in.TransitiveTagKeys = []string{"team"}
	out := assume(t, w.as("arseniy"), in)
	if p := aws.ToInt32(out.PackedPolicySize); p < 1 || p > 10 {
		t.Errorf("packed size %d percent", p)
	}
	if got := fmt.Sprint(w.session(t, out.Credentials).Tags); got != "[{team blue} {place home}]" {
		t.Errorf("tags %s", got)
	}
	in.TransitiveTagKeys = []string{"other"}
	_, err = w.as("arseniy").AssumeRole(t.Context(), in)
	refused(t, err, "InvalidParameterValue", "The specified transitive tag key must be included in the requested tags.")
	in.Tags, in.TransitiveTagKeys = []types.Tag{tag("team", "blue"), tag("TEAM", "red")}, nil
	_, err = w.as("arseniy").AssumeRole(t.Context(), in)
	refused(t, err, "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
}

// TestAChainHandsOn follows transitive tags and source identity from one role to the next.
func TestAChainHandsOn(t *testing.T) {
	w := newWorld(t)
	first := assume(t, w.as("arseniy"), &sts.AssumeRoleInput{
		RoleArn: role("team/for-arseniy"), SourceIdentity: aws.String("arseniy"),
		Tags: []types.Tag{tag("team", "blue"), tag("place", "home")}, TransitiveTagKeys: []string{"team"},
	})
	if aws.ToString(first.SourceIdentity) != "arseniy" {
		t.Errorf("source identity %s", aws.ToString(first.SourceIdentity))
	}
	chain := w.with(first.Credentials)
	second := assume(t, chain, &sts.AssumeRoleInput{RoleArn: role("chained")})
	s := w.session(t, second.Credentials)
	if fmt.Sprintf("%v %v %s", s.Tags, s.Transitive, s.SourceIdentity) != "[{team blue}] [team] arseniy" {
		t.Errorf("the second session has %v %v %s", s.Tags, s.Transitive, s.SourceIdentity)
	}
	_, err := chain.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: role("chained"), RoleSessionName: aws.String("test"),
		Tags: []types.Tag{tag("Team", "red")}})
	refused(t, err, "InvalidParameterValue", "One of the specified transitive tag keys can't be set because it conflicts with…")
	_, err = chain.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: role("chained"), RoleSessionName: aws.String("test"),
		SourceIdentity: aws.String("somebody")})
	refused(t, err, "AccessDenied", "SourceIdentity can't be changed during role chaining…")
}

func TestSessionPoliciesLimit(t *testing.T) {
	w := newWorld(t)
	in := &sts.AssumeRoleInput{RoleArn: role("team/for-arseniy"), Policy: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:DecodeAuthorizationMessage","Resource":"*"}]}`)}
	limited := w.with(assume(t, w.as("arseniy"), in).Credentials)
	_, err := limited.GetAccessKeyInfo(t.Context(), &sts.GetAccessKeyInfoInput{AccessKeyId: aws.String(w.keys["guest"].AccessKeyID)})
	refused(t, err, "AccessDenied", "User: arn:aws:sts::534000000385:assumed-role/for-arseniy/test is not authorized to perform: "+
		"sts:GetAccessKeyInfo on resource: * because no session policy allows the sts:GetAccessKeyInfo action")
	if got := whoami(t, limited); !strings.HasSuffix(got, "/test") {
		t.Errorf("the session is %s", got)
	}
	in.Policy = aws.String(`{"Version":"2012-10-17"`)
	_, err = w.as("arseniy").AssumeRole(t.Context(), in)
	refused(t, err, "MalformedPolicyDocument", "The policy is not in the valid JSON format.")
	in.Policy, in.PolicyArns = nil, []types.PolicyDescriptorType{{Arn: aws.String("arn:aws:iam::aws:policy/Missing")}}
	_, err = w.as("arseniy").AssumeRole(t.Context(), in)
	refused(t, err, "ValidationError", "The specified managed policy ARN is not valid: arn:aws:iam::aws:policy/Missing")
}

func TestFederatedUsers(t *testing.T) {
	w := newWorld(t)
	in := &sts.GetFederationTokenInput{Name: aws.String("bob"), Policy: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Resource":"*"}]}`)}
	out, err := w.as("arseniy").GetFederationToken(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:sts::534000000385:federated-user/bob"
	if *out.FederatedUser.Arn != arn || *out.FederatedUser.FederatedUserId != "534000000385:bob" {
		t.Errorf("federated user %s %s", *out.FederatedUser.Arn, *out.FederatedUser.FederatedUserId)
	}
	bob := w.with(out.Credentials)
	if got := whoami(t, bob); got != arn {
		t.Errorf("the session is %s", got)
	}
	_, err = bob.GetFederationToken(t.Context(), in)
	refused(t, err, "AccessDenied", "Cannot call GetFederationToken with session credentials")
	_, err = bob.GetAccessKeyInfo(t.Context(), &sts.GetAccessKeyInfoInput{AccessKeyId: aws.String(w.keys["guest"].AccessKeyID)})
	refused(t, err, "AccessDenied", "Cannot call GetAccessKeyInfo with session credentials")
	_, err = bob.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: role("for-account"), RoleSessionName: aws.String("test")})
	refused(t, err, "AccessDenied", "Cannot call AssumeRole with session credentials…")
	_, err = w.as("nobody").GetFederationToken(t.Context(), in)
	refused(t, err, "AccessDenied", "User: arn:aws:iam::534000000385:user/nobody is not authorized to perform: sts:GetFederationToken "+
		"on resource: "+arn+" because no identity-based policy allows the sts:GetFederationToken action")
}

// giveDevice gives a user an MFA device and returns its serial number and a function that reads codes off it.
func (w *world) giveDevice(t *testing.T, name string) (serial *string, code func() *string) {
	t.Helper()
	seed := []byte("twelve times twelve is a gross of bytes.")
	err := w.dir.Update(t.Context(), func(tx *directory.Tx) error {
		user := directory.Get(tx, directory.UserKey(home, name))
		device := &directory.MFADevice{Seed: seed, User: user.ID}
		var err error
		device.Resource, err = w.dir.NewResource(tx, directory.UserID, home, name, "", nil)
		user.MFADevices = []directory.MFALink{{Serial: device.Serial()}}
		serial = aws.String(device.Serial())
		directory.Put(tx, user)
		directory.Put(tx, device)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return serial, func() *string { return aws.String(totp(t, base32.StdEncoding.EncodeToString(seed), w.now)) }
}

// totp reads a code off a seed as an authenticator app does (RFC 6238).
func totp(t *testing.T, seed string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.DecodeString(seed)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	offset := sum[19] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1000000)
}

func TestMFA(t *testing.T) {
	w := newWorld(t)
	serial, code := w.giveDevice(t, "nobody")
	get := func(serial, code *string) (*sts.GetSessionTokenOutput, error) {
		return w.as("nobody").GetSessionToken(t.Context(), &sts.GetSessionTokenInput{SerialNumber: serial, TokenCode: code})
	}
	const invalid = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
	_, err := get(serial, nil)
	refused(t, err, "AccessDenied", "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
	_, err = get(aws.String("arn:aws:iam::534000000385:mfa/arseniy"), code())
	refused(t, err, "AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.…")
	_, err = get(serial, aws.String("000000"))
	refused(t, err, "AccessDenied", invalid)
	now := code()
	out, err := get(serial, now)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := w.session(t, out.Credentials).MFA, w.now.UTC().Truncate(time.Second); !got.Equal(want) {
		t.Errorf("MFA at %v, want %v", got, want)
	}
	_, err = get(serial, now)
	refused(t, err, "AccessDenied", invalid) // no code counts twice
	w.now = w.now.Add(30 * time.Second)
	if _, err := get(serial, code()); err != nil {
		t.Errorf("the next code: %v", err)
	}
}

func TestDecodeAuthorizationMessage(t *testing.T) {
	w := newWorld(t)
	_, err := w.as("arseniy").DecodeAuthorizationMessage(t.Context(), &sts.DecodeAuthorizationMessageInput{EncodedMessage: aws.String("x")})
	refused(t, err, "InvalidAuthorizationMessageException", "Message is not valid")
	_, caller, err := w.dir.Authenticate(t.Context(), w.keys["nobody"].AccessKeyID, "")
	if err != nil {
		t.Fatal(err)
	}
	denied, ok := errors.AsType[*directory.DeniedError](w.dir.Authorize(caller, directory.Access{Action: "ec2:RunInstances", Resource: "*"}))
	if !ok {
		t.Fatal("nobody may run instances")
	}
	message, err := w.dir.EncodeDenial(denied)
	if err != nil {
		t.Fatal(err)
	}
	out, err := w.as("arseniy").DecodeAuthorizationMessage(t.Context(), &sts.DecodeAuthorizationMessageInput{EncodedMessage: aws.String(message)})
	if err != nil || !strings.Contains(*out.DecodedMessage, `"action":"ec2:RunInstances"`) {
		t.Errorf("decoded %v, %v", out, err)
	}
}

func TestSessionsHaveASize(t *testing.T) {
	w := newWorld(t)
	in := &sts.AssumeRoleInput{RoleArn: role("team/for-arseniy"), RoleSessionName: aws.String("test")}
	for i := range 50 {
		sum := hmac.New(sha1.New, []byte{byte(i)}).Sum(nil) // text that does not compress
		in.Tags = append(in.Tags, tag(fmt.Sprintf("key-%d", i), fmt.Sprintf("%x%x", sum, hmac.New(sha1.New, sum).Sum(nil))))
	}
	_, err := w.as("arseniy").AssumeRole(t.Context(), in)
	refused(t, err, "PackedPolicyTooLarge", "Packed size of session tags consumes 1…")
}

func TestARootUsersSessionIsShort(t *testing.T) {
	w := newWorld(t)
	key, err := w.dir.CreateAccount(t.Context(), "222233334444", "")
	if err != nil {
		t.Fatal(err)
	}
	out, err := w.client(key.ID, key.Secret, "").GetSessionToken(t.Context(), &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(7200)})
	if err != nil {
		t.Fatal(err)
	}
	if lasts := out.Credentials.Expiration.Sub(w.now); lasts > time.Hour {
		t.Errorf("the session lasts %v", lasts)
	}
	if got := whoami(t, w.with(out.Credentials)); got != "arn:aws:iam::222233334444:root" {
		t.Errorf("the session is %s", got)
	}
}
