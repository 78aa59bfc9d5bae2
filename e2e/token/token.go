package token

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// prefix starts every EKS token; what follows is a presigned URL in base64url without padding
// (https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster).
const prefix = "k8s-aws-v1."

// emptyHash is the SHA-256 of no body.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// Decode returns the presigned URL that a token holds.
func Decode(token string) (*url.URL, error) {
	encoded, ok := strings.CutPrefix(token, prefix)
	if !ok {
		return nil, fmt.Errorf("token %.20q does not start with %q", token, prefix)
	}
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("decode the token: %w", err)
	}
	u, err := url.Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("parse the token's URL: %w", err)
	}
	return u, nil
}

// Encode makes a token of a presigned URL.
func Encode(presigned string) string {
	return prefix + base64.RawURLEncoding.EncodeToString([]byte(presigned))
}

// Sign makes a token for a cluster as if it had been made at a given time.
func Sign(ctx context.Context, credentials aws.Credentials, region, cluster string, at time.Time) (string, error) {
	target := fmt.Sprintf("https://sts.%s.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60", region)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return "", fmt.Errorf("make the request to sign: %w", err)
	}
	request.Header.Set("X-K8s-Aws-Id", cluster)
	presigned, _, err := v4.NewSigner().PresignHTTP(ctx, credentials, request, emptyHash, "sts", region, at)
	if err != nil {
		return "", fmt.Errorf("presign the request: %w", err)
	}
	return Encode(presigned), nil
}

// Tamper returns the token with one query parameter changed by change, and everything else as it was.
func Tamper(token, parameter string, change func(string) string) (string, error) {
	u, err := Decode(token)
	if err != nil {
		return "", err
	}
	pairs := strings.Split(u.RawQuery, "&")
	changed := 0
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		if name == parameter {
			pairs[i] = name + "=" + change(value)
			changed++
		}
	}
	if changed != 1 {
		return "", fmt.Errorf("token has %d parameters %s: it must have exactly one to change", changed, parameter)
	}
	u.RawQuery = strings.Join(pairs, "&")
	return Encode(u.String()), nil
}

// FlipLast changes the last character of a hexadecimal text.
func FlipLast(text string) string {
	last := "0"
	if strings.HasSuffix(text, "0") {
		last = "1"
	}
	return text[:len(text)-1] + last
}
