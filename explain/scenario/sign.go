package scenario

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// token is one that no plugin makes.
type token struct {
	// Age is how long ago it was signed, negative for the future.
	Age time.Duration
	// Unbound leaves the cluster out of what is signed.
	Unbound bool
	// ScopeRegion is the region of its credential scope; empty for that of its host.
	ScopeRegion string
	// Padding is how many bytes its session token has.
	Padding int
}

// emptyPayload is the SHA-256 of nothing, which a GET carries.
const emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// sign makes a token of the user olga with the signer of the AWS SDK.
func (w *world) sign(ctx context.Context, t token) (string, error) {
	target := "https://sts." + w.Region + ".amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	if !t.Unbound {
		request.Header.Set("x-k8s-aws-id", w.cluster)
	}
	keys := w.keys["olga"]
	keys.SessionToken = strings.Repeat("x", t.Padding)
	url, _, err := v4.NewSigner().PresignHTTP(ctx, keys, request, emptyPayload, "sts", cmp.Or(t.ScopeRegion, w.Region), w.Now().Add(-t.Age))
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return "k8s-aws-v1." + base64.RawURLEncoding.EncodeToString([]byte(url)), nil
}
