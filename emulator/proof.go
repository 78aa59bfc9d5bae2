package emulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/eksauth/eksauth/emulator/profile"
)

const (
	// emptyPayload is the SHA-256 of nothing, which a GET carries.
	emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	proofTimeout = 20 * time.Second
)

// makeToken makes an EKS token with a profile's key.
func makeToken(ctx context.Context, p profile.Profile, cluster, stsHost string, now time.Time) (string, error) {
	credentials := aws.Credentials{AccessKeyID: p.AccessKeyID, SecretAccessKey: p.SecretAccessKey}
	return presignToken(ctx, credentials, p.Region, cluster, stsHost, now)
}

// presignToken makes an EKS token for a cluster as aws eks get-token does: a presigned GetCallerIdentity that carries the
// cluster's name in a signed header.
func presignToken(ctx context.Context, credentials aws.Credentials, region, cluster, stsHost string, now time.Time) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+stsHost+"/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60", nil)
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	request.Header.Set("x-k8s-aws-id", cluster)
	url, _, err := v4.NewSigner().PresignHTTP(ctx, credentials, request, emptyPayload, "sts", region, now)
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return "k8s-aws-v1." + base64.RawURLEncoding.EncodeToString([]byte(url)), nil
}

// whoAmI asks the kube-apiserver at server, whose authority is ca, whom it takes the bearer of token for
// (SelfSubjectReview, the question behind kubectl auth whoami).
func whoAmI(ctx context.Context, server string, ca []byte, token string) (username string, groups []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, proofTimeout)
	defer cancel()
	body := []byte(`{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}`)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server+"/apis/authentication.k8s.io/v1/selfsubjectreviews", bytes.NewReader(body))
	if err != nil {
		return "", nil, fmt.Errorf("ask who the token is for: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return "", nil, fmt.Errorf("ask who the token is for: %w", err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return "", nil, fmt.Errorf("ask who the token is for: %w", err)
	}
	if response.StatusCode != http.StatusCreated {
		return "", nil, fmt.Errorf("ask who the token is for: %s: %s", response.Status, answer)
	}
	var review struct {
		Status struct {
			UserInfo struct {
				Username string   `json:"username"`
				Groups   []string `json:"groups"`
			} `json:"userInfo"`
		} `json:"status"`
	}
	if err := json.Unmarshal(answer, &review); err != nil {
		return "", nil, fmt.Errorf("read who the token is for: %w", err)
	}
	return review.Status.UserInfo.Username, review.Status.UserInfo.Groups, nil
}
