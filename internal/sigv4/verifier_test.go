package sigv4

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestVerifyGivesWhatASignatureProves(t *testing.T) {
	scope := Scope{Date: "20260314", Region: "us-east-2", Service: "sts"}
	tests := map[string]struct {
		request *http.Request
		want    Signature
	}{
		"signed with a long-term key": {
			request: order{}.signed(t),
			want: Signature{Identity: "user/arseniy", PayloadHash: emptyHash, Claim: Claim{
				AccessKeyID: accessKeyID, Scope: scope, SignedAt: signingTime, SignedHeaders: []string{"host", "x-amz-date"},
			}},
		},
		"signed with session credentials": {
			request: order{credentials: session}.signed(t),
			want: Signature{Identity: "user/arseniy", PayloadHash: emptyHash, Claim: Claim{
				AccessKeyID: session.AccessKeyID, SessionToken: session.SessionToken, Scope: scope, SignedAt: signingTime,
				SignedHeaders: []string{"host", "x-amz-date", "x-amz-security-token"},
			}},
		},
		"presigned with session credentials": {
			request: order{credentials: session}.presigned(t),
			want: Signature{Identity: "user/arseniy", PayloadHash: emptyHash, Claim: Claim{
				AccessKeyID: session.AccessKeyID, SessionToken: session.SessionToken, Scope: scope, SignedAt: signingTime,
				Presigned: true, SignedHeaders: []string{"host", "x-k8s-aws-id"},
			}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := newVerifier(signingTime.Add(time.Minute)).Verify(tt.request, wantSTS)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, *got, cmpopts.IgnoreUnexported(Signature{}, Claim{})); diff != "" {
				t.Errorf("signature (-want +got):\n%s", diff)
			}
		})
	}
}

// The SDK's signer is the oracle of the canonical request: what it signs, in all these shapes, has to verify.
func TestVerifyAcceptsWhatTheSDKSigns(t *testing.T) {
	const form = "Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A534000000385%3Arole%2Fdev&Version=2011-06-15"
	formHeader := http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}}
	tests := map[string]order{
		"post":                         {method: http.MethodPost, url: "https://sts.us-east-2.amazonaws.com/", body: form, header: formHeader},
		"escaped slash in the path":    {url: "https://eks.us-east-2.amazonaws.com/tags/arn%3Aaws%3Aeks%3Aus-east-2%3A534000000385%3Acluster%2Fdev"},
		"tilde and blank in the path":  {url: "https://eks.us-east-2.amazonaws.com/a~b/c%20d/e+f"},
		"trailing slash":               {url: "https://eks.us-east-2.amazonaws.com/clusters/"},
		"empty path":                   {url: "https://sts.us-east-2.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"},
		"no query":                     {url: "https://sts.us-east-2.amazonaws.com"},
		"plus, tilde and slash":        {url: stsURL + "&a=b%2Bc~d%2Fe%20f"},
		"empty values":                 {url: stsURL + "&empty=&none"},
		"repeated names":               {url: stsURL + "&tag=b&tag=a&tag=B"},
		"order of encoded bytes":       {url: stsURL + "&v=a-b&v=a%2Fb&v-1=x&v=%C3%A9"},
		"names that need encoding":     {url: stsURL + "&filter%5B0%5D=x&filter%3A1=y"},
		"non-default port":             {url: "http://127.0.0.1:4566/?Action=GetCallerIdentity&Version=2011-06-15"},
		"signed header of two lines":   {header: http.Header{"X-Tag": {"  one  two ", "three"}}},
		"inner runs of blanks":         {header: http.Header{"X-Tag": {"a   b \t c"}}},
		"empty signed header":          {header: http.Header{"X-Tag": {""}}},
		"declared payload hash":        {header: http.Header{"X-Amz-Content-Sha256": {emptyHash}}},
		"headers that nobody signs":    {header: http.Header{"User-Agent": {"aws-cli/2"}, "Expect": {"100-continue"}, "X-Amzn-Trace-Id": {"Root=1"}}},
		"content type without a value": {header: http.Header{"Content-Type": {"application/json "}}},
	}
	for name, o := range tests {
		t.Run(name, func(t *testing.T) {
			for _, o.credentials = range []aws.Credentials{longTerm, session} {
				if _, err := newVerifier(signingTime).Verify(o.signed(t), wantSTS); err != nil {
					t.Errorf("signed: %v", err)
				}
				if o.header == nil {
					o.header = http.Header{}
				}
				if _, err := newVerifier(signingTime).Verify(o.presigned(t), wantSTS); err != nil {
					t.Errorf("presigned: %v", err)
				}
			}
		})
	}
}

func TestVerifyShowsWhatWasSigned(t *testing.T) {
	got, err := newVerifier(signingTime).Verify(order{}.signed(t), wantSTS)
	if err != nil {
		t.Fatal(err)
	}
	canonical := "GET\n/\nAction=GetCallerIdentity&Version=2011-06-15\nhost:sts.us-east-2.amazonaws.com\nx-amz-date:20260314T150926Z\n\nhost;x-amz-date\n" + emptyHash
	if diff := cmp.Diff(canonical, got.CanonicalRequest()); diff != "" {
		t.Errorf("canonical request (-want +got):\n%s", diff)
	}
	sum := sha256.Sum256([]byte(canonical))
	toSign := "AWS4-HMAC-SHA256\n20260314T150926Z\n20260314/us-east-2/sts/aws4_request\n" + hex.EncodeToString(sum[:])
	if diff := cmp.Diff(toSign, got.StringToSign()); diff != "" {
		t.Errorf("string to sign (-want +got):\n%s", diff)
	}
}

func TestVerifyHandsOnTheErrorsOfTheKeySource(t *testing.T) {
	unknown := order{credentials: aws.Credentials{AccessKeyID: "AKIAUNKNOWN", SecretAccessKey: secret}}.signed(t)
	_, err := newVerifier(signingTime).Verify(unknown, wantSTS)
	refusal(t, err, "InvalidClientTokenId", "The security token included in the request is invalid.")

	down := errors.New("store is down")
	v := newVerifier(signingTime)
	v.Keys = func(context.Context, string, string) (Key, error) { return Key{}, down }
	if _, err := v.Verify(order{}.signed(t), wantSTS); !errors.Is(err, down) {
		t.Errorf("got %v, want %v", err, down)
	}
}

// A key source that forgets its error must not open the door: an empty secret is one that everybody knows.
func TestVerifyRefusesAnEmptySecret(t *testing.T) {
	v := newVerifier(signingTime)
	v.Keys = func(context.Context, string, string) (Key, error) { return Key{}, nil }
	r := order{credentials: aws.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: ""}}.signed(t)
	if s, err := v.Verify(r, wantSTS); err == nil {
		t.Errorf("got %+v, want an error", s)
	}
}

func TestVerifyPrintsBothStringsOfAMismatch(t *testing.T) {
	wrong := longTerm
	wrong.SecretAccessKey = "another"
	_, err := newVerifier(signingTime).Verify(order{credentials: wrong}.signed(t), wantSTS)
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want an *Error", err)
	}
	want := "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. " +
		"Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'" + refused.Canonical +
		"'\n\nThe String-to-Sign should have been\n'" + refused.StringToSign + "'\n"
	if diff := cmp.Diff(want, refused.Message); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	if refused.Status != http.StatusForbidden || refused.Canonical == "" || refused.StringToSign == "" {
		t.Errorf("got status %d, canonical %q, string to sign %q", refused.Status, refused.Canonical, refused.StringToSign)
	}
}

func TestParseReadsTheScopeOfAnyRequest(t *testing.T) {
	wrong := longTerm
	wrong.SecretAccessKey = "another"
	for name, r := range map[string]*http.Request{"signed": order{credentials: wrong}.signed(t), "presigned": order{credentials: wrong}.presigned(t)} {
		t.Run(name, func(t *testing.T) {
			claim, err := Parse(r)
			if err != nil {
				t.Fatal(err)
			}
			if want := (Scope{Date: "20260314", Region: "us-east-2", Service: "sts"}); claim.Scope != want {
				t.Errorf("got scope %+v, want %+v", claim.Scope, want)
			}
		})
	}
}
