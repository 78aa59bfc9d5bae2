package token

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
)

var signedAt = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

func sign(t *testing.T) string {
	t.Helper()
	keys := aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	token, err := Sign(t.Context(), keys, "us-east-2", "cluster", signedAt)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestSignMakesWhatClientsMake(t *testing.T) {
	u, err := Decode(sign(t))
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	if signature := query.Get("X-Amz-Signature"); len(signature) != 64 {
		t.Errorf("signature %q is not 64 characters", signature)
	}
	query.Del("X-Amz-Signature")
	want := map[string][]string{
		"Action": {"GetCallerIdentity"}, "Version": {"2011-06-15"},
		"X-Amz-Algorithm":     {"AWS4-HMAC-SHA256"},
		"X-Amz-Credential":    {"AKIAIOSFODNN7EXAMPLE/20260314/us-east-2/sts/aws4_request"},
		"X-Amz-Date":          {"20260314T150926Z"},
		"X-Amz-Expires":       {"60"},
		"X-Amz-SignedHeaders": {"host;x-k8s-aws-id"},
	}
	if diff := cmp.Diff(want, map[string][]string(query)); diff != "" || u.Host != "sts.us-east-2.amazonaws.com" || u.Path != "/" {
		t.Errorf("%s (-want +got):\n%s", u, diff)
	}
}

func TestTamperChangesOneThing(t *testing.T) {
	whole := sign(t)
	tampered, err := Tamper(whole, "X-Amz-Signature", FlipLast)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := Decode(whole)
	after, err := Decode(tampered)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(before.String(), before.Query().Get("X-Amz-Signature"), FlipLast(before.Query().Get("X-Amz-Signature")), 1)
	if after.String() != want || tampered == whole {
		t.Errorf("got %s\nwant %s", after, want)
	}
	if _, err := Tamper(whole, "X-Amz-Security-Token", FlipLast); err == nil {
		t.Error("a parameter that is not there: want an error")
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, token := range []string{"", "eyJhbGciOi", prefix + "!", prefix + "aHR0cDovLyV6eg"} {
		if u, err := Decode(token); err == nil {
			t.Errorf("Decode(%q) = %v, want an error", token, u)
		}
	}
}
