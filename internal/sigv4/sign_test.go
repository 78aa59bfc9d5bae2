package sigv4

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	accessKeyID = "AKIAIOSFODNN7EXAMPLE"
	secret      = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	stsURL      = "https://sts.us-east-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
	clusterID   = "mobilebackend-dev-eks-0-cluster"
)

var (
	signingTime = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	longTerm    = aws.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: secret}
	session     = aws.Credentials{AccessKeyID: "ASIAIOSFODNN7EXAMPLE", SecretAccessKey: secret, SessionToken: "FwoGZXIvYXdzE+/token=="}
	wantSTS     = Expectation{Service: "sts", Region: "us-east-2", Lifetime: 15 * time.Minute}
)

func newVerifier(now time.Time) *Verifier {
	return &Verifier{Now: func() time.Time { return now }, Keys: knownKeys}
}

func knownKeys(_ context.Context, id, token string) (Key, error) {
	for _, c := range []aws.Credentials{longTerm, session} {
		if c.AccessKeyID == id && c.SessionToken == token {
			return Key{Secret: c.SecretAccessKey, Identity: "user/arseniy"}, nil
		}
	}
	return Key{}, &Error{Code: "InvalidClientTokenId", Message: "The security token included in the request is invalid.", Status: http.StatusForbidden}
}

// order describes a request for the SDK's signer; the zero fields take the values of a signed GetCallerIdentity.
type order struct {
	method, url, body string
	header            http.Header
	credentials       aws.Credentials
	payloadHash       string
	at                time.Time
	host              string
}

func (o order) request(t testing.TB) *http.Request {
	t.Helper()
	if o.method == "" {
		o.method = http.MethodGet
	}
	if o.url == "" {
		o.url = stsURL
	}
	r, err := http.NewRequest(o.method, o.url, strings.NewReader(o.body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range o.header {
		r.Header[name] = values
	}
	if o.host != "" {
		r.Host = o.host
	}
	return r
}

func (o order) fill() (aws.Credentials, string, time.Time) {
	if o.credentials.AccessKeyID == "" {
		o.credentials = longTerm
	}
	if o.payloadHash == "" {
		sum := sha256.Sum256([]byte(o.body))
		o.payloadHash = hex.EncodeToString(sum[:])
	}
	if o.at.IsZero() {
		o.at = signingTime
	}
	return o.credentials, o.payloadHash, o.at
}

// signed is the request with an Authorization header.
func (o order) signed(t testing.TB) *http.Request {
	t.Helper()
	r := o.request(t)
	credentials, hash, at := o.fill()
	if err := v4.NewSigner().SignHTTP(t.Context(), credentials, r, hash, "sts", "us-east-2", at); err != nil {
		t.Fatal(err)
	}
	return r
}

// presigned is the request as an EKS token carries it: the cluster ID is a signed header.
func (o order) presigned(t testing.TB) *http.Request {
	t.Helper()
	if o.url == "" {
		o.url = stsURL + "&X-Amz-Expires=60"
	}
	if o.header == nil {
		o.header = http.Header{"X-K8s-Aws-Id": {clusterID}}
	}
	r := o.request(t)
	credentials, hash, at := o.fill()
	url, header, err := v4.NewSigner().PresignHTTP(t.Context(), credentials, r, hash, "sts", "us-east-2", at)
	if err != nil {
		t.Fatal(err)
	}
	presigned, err := http.NewRequest(r.Method, url, strings.NewReader(o.body))
	if err != nil {
		t.Fatal(err)
	}
	delete(header, "Host")
	presigned.Header = header
	presigned.Host = r.Host
	return presigned
}

// refusal asserts that err is an *Error with the code and a message that contains text.
func refusal(t testing.TB, err error, code, text string) {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("got error %v, want an *Error with code %s", err, code)
	}
	if refused.Code != code || !strings.Contains(refused.Message, text) {
		t.Errorf("got %s (%d): %s\nwant %s with %q", refused.Code, refused.Status, refused.Message, code, text)
	}
	if refused.Status < 400 || refused.Status > 499 {
		t.Errorf("got status %d, want 4xx", refused.Status)
	}
}

func readAll(t testing.TB, r io.Reader) string {
	t.Helper()
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
