package recording

import (
	"context"
	"net/http"
	"time"

	"github.com/eksauth/eksauth/explain/token"
	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/sigv4"
)

// MadeFor returns the one of some clusters for which a token was made that STS refuses for its signature; empty if for none of
// them. Only now can that be told: nothing that is recorded has the signature.
func MadeFor(c *awswire.Call, clusters []string, keys sigv4.KeySource, now func() time.Time) string {
	if !presigned(c.URL) || c.Failure == nil || c.Failure.Code != sigv4.CodeMismatch {
		return ""
	}
	verifier := &sigv4.Verifier{Now: now, Keys: keys}
	for _, cluster := range clusters {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://"+c.Target.Host+c.URL, nil)
		if err != nil {
			return ""
		}
		request.Header.Set(token.ClusterHeader, cluster)
		if _, err := verifier.Verify(request, sigv4.Expectation{Service: "sts", Lifetime: token.Lifetime}); err == nil {
			return cluster
		}
	}
	return ""
}
