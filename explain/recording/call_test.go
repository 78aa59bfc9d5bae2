package recording

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eksauth/eksauth/explain/token"
	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/events"
	"github.com/eksauth/eksauth/internal/sigv4"
)

// fakeSTS has the operations of which attempts are made.
type fakeSTS struct{}

func (fakeSTS) GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	return &sts.GetCallerIdentityOutput{}, nil
}

func (fakeSTS) AssumeRole(context.Context, *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	return &sts.AssumeRoleOutput{Credentials: &types.Credentials{
		AccessKeyId: aws.String("ASIAISSUED"), SecretAccessKey: aws.String("issued-secret"), SessionToken: aws.String("issued-session"), Expiration: aws.Time(time.Now()),
	}}, nil
}

const (
	key    = "AKIAIOSFODNN7EXAMPLE"
	secret = "wJalrXUtnFEMI"
)

// observed sends a request to STS and returns its event.
func observed(t *testing.T, request *http.Request) events.Event {
	t.Helper()
	var got events.Event
	service, err := awswire.New(awswire.Options{
		Service: "sts", Fake: fakeSTS{}, Observe: func(c *awswire.Call) { got = Call(c) }, Lifetime: func(string) time.Duration { return time.Hour },
		Keys: func(context.Context, string, string) (sigv4.Key, error) {
			return sigv4.Key{Secret: secret, Identity: &directory.Caller{ARN: "arn:aws:iam::111122223333:user/yaroslav"}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	service.ServeHTTP(httptest.NewRecorder(), request)
	return got
}

// presignedRequest is the request that the authenticator makes of a token, and the token.
func presignedRequest(t *testing.T, cluster string) (request *http.Request, eksToken string) {
	t.Helper()
	made, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://sts.us-east-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60", nil)
	if err != nil {
		t.Fatal(err)
	}
	made.Header.Set(token.ClusterHeader, "dev")
	signed, _, err := v4.NewSigner().PresignHTTP(t.Context(), aws.Credentials{AccessKeyID: key, SecretAccessKey: secret, SessionToken: "session"}, made,
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "sts", "us-east-2", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	request = httptest.NewRequest(http.MethodGet, signed, nil)
	request.RequestURI, request.Host = "", "sts.us-east-2.amazonaws.com"
	request.Header.Set(token.ClusterHeader, cluster)
	return request, token.Prefix + base64.RawURLEncoding.EncodeToString([]byte(signed))
}

var unset = cmpopts.IgnoreFields(events.Event{}, "Time", "Took", "RequestID", "Text", "SourceIP", "UserAgent")

func TestCallOfAToken(t *testing.T) {
	for cluster, outcome := range map[string]events.Outcome{"dev": events.Allowed, "other": events.Refused} {
		request, eksToken := presignedRequest(t, cluster)
		query := request.URL.Query()
		got := observed(t, request)
		want := events.Event{
			Source: events.Gateway, Hop: "H6", Outcome: outcome, AccessKeyID: key, Token: events.Fingerprint(query.Get("X-Amz-Credential"), query.Get("X-Amz-Signature")),
			Service: "sts", Operation: "GetCallerIdentity", Region: "us-east-2", Status: 200, ARN: "arn:aws:iam::111122223333:user/yaroslav",
		}
		if outcome == events.Refused {
			want.Status, want.Code, want.ARN, want.Region = 403, "SignatureDoesNotMatch", "", ""
		}
		if diff := cmp.Diff(want, got, unset); diff != "" {
			t.Errorf("token for %s (-want +got):\n%s", cluster, diff)
		}
		holdsNoSecret(t, got, request.URL.Query().Get("X-Amz-Signature"), eksToken[20:60])
	}
}

func TestCallThatAssumesARole(t *testing.T) {
	body := "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::111122223333:role/dev&RoleSessionName=me"
	request := httptest.NewRequest(http.MethodPost, "https://sts.us-east-2.amazonaws.com/", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	hash := sha256Hex(body)
	if err := v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: key, SecretAccessKey: secret}, request, hash, "sts", "us-east-2", time.Now()); err != nil {
		t.Fatal(err)
	}
	request.Body = io.NopCloser(strings.NewReader(body))
	got := observed(t, request)
	want := events.Event{
		Source: events.Gateway, Hop: "H3", Outcome: events.Allowed, AccessKeyID: key, Issued: "ASIAISSUED",
		Service: "sts", Operation: "AssumeRole", Region: "us-east-2", Status: 200, ARN: "arn:aws:iam::111122223333:user/yaroslav",
		Resource: "arn:aws:iam::111122223333:role/dev",
	}
	if diff := cmp.Diff(want, got, unset); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	holdsNoSecret(t, got, "issued-secret", "issued-session")
}

// TestCallWithABadKey holds that a key that STS refuses is hop H1, whatever was called.
func TestCallWithABadKey(t *testing.T) {
	request := httptest.NewRequest(http.MethodGet, "https://sts.us-east-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", nil)
	if err := v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: key, SecretAccessKey: "another"}, request, sha256Hex(""), "sts", "us-east-2", time.Now()); err != nil {
		t.Fatal(err)
	}
	got := observed(t, request)
	want := events.Event{Source: events.Gateway, Hop: "H1", Outcome: events.Refused, Service: "sts", Status: 403, Code: "SignatureDoesNotMatch", AccessKeyID: key}
	if diff := cmp.Diff(want, got, unset); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

func holdsNoSecret(t *testing.T, e events.Event, secrets ...string) {
	t.Helper()
	r := events.New(events.Config{})
	r.Record(e)
	data, err := json.Marshal(r.Since(0))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range append(secrets, "wJalrXUtnFEMI") {
		if strings.Contains(string(data), secret) {
			t.Errorf("the event has the secret %s: %s", secret, data)
		}
	}
}

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
