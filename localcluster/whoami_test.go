package localcluster

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eksauth/eksauth/internal/pki"
)

// fakeGateway is an HTTPS proxy behind which every STS host answers that the caller is who the access key stands for. It
// checks no signature: that is not what these tests are about.
type fakeGateway struct {
	url     string
	callers map[string]caller
}

// caller is the identity behind an access key.
type caller struct{ ARN, UserID string }

func newFakeGateway(t *testing.T, dir string) *fakeGateway {
	t.Helper()
	authority, err := pki.LoadOrCreate(stackAuthority(t, dir), filepath.Join(dir, "ca-key.pem"), "eksauth test", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := authority.Issue(pki.Request{CommonName: "STS", DNSNames: []string{"sts.us-east-2.amazonaws.com"}, Server: true})
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := leaf.TLS()
	if err != nil {
		t.Fatal(err)
	}
	gateway := &fakeGateway{callers: map[string]caller{}}
	sts := httptest.NewUnstartedServer(http.HandlerFunc(gateway.getCallerIdentity))
	sts.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	sts.StartTLS()
	t.Cleanup(sts.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tunnel(t, w, r, sts.Listener.Addr().String())
	}))
	t.Cleanup(proxy.Close)
	gateway.url = proxy.URL
	return gateway
}

func (g *fakeGateway) getCallerIdentity(w http.ResponseWriter, r *http.Request) {
	key, _, _ := strings.Cut(r.URL.Query().Get("X-Amz-Credential"), "/")
	who, known := g.callers[key]
	if !known {
		http.Error(w, "InvalidClientTokenId", http.StatusForbidden)
		return
	}
	fmt.Fprintf(w, `{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Account":"534000000385","Arn":%q,"UserId":%q},`+
		`"ResponseMetadata":{"RequestId":"1"}}}`, who.ARN, who.UserID)
}

// token returns a token as a client with the access key would make it. serial keeps tokens of one second apart, so that
// the API server's cache never answers.
func token(key, cluster string, serial int) string {
	now := time.Now().UTC()
	query := url.Values{
		"Action": {"GetCallerIdentity"}, "Version": {"2011-06-15"}, "X-Amz-Algorithm": {"AWS4-HMAC-SHA256"},
		"X-Amz-Credential": {key + "/" + now.Format("20060102") + "/us-east-2/sts/aws4_request"},
		"X-Amz-Date":       {now.Format("20060102T150405Z")}, "X-Amz-Expires": {"60"},
		"X-Amz-SignedHeaders": {"host;x-k8s-aws-id"}, "X-Amz-Signature": {fmt.Sprintf("%064x", serial)},
	}
	presigned := "https://sts.us-east-2.amazonaws.com/?" + query.Encode()
	return "k8s-aws-v1." + base64.RawURLEncoding.EncodeToString([]byte(presigned))
}

// identity is whom the API server takes somebody for.
type identity struct {
	Status   int
	Username string
	Groups   []string
}

var unauthorized = identity{Status: http.StatusUnauthorized}

// whoami asks the API server whom it takes the bearer of a token for.
func whoami(t *testing.T, cluster *Cluster, bearer string) identity {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(cluster.CAData())
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		cluster.Endpoint()+"/apis/authentication.k8s.io/v1/selfsubjectreviews",
		strings.NewReader(`{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+bearer)
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var review struct {
		Status struct {
			UserInfo struct {
				Username string
				Groups   []string
			}
		}
	}
	if response.StatusCode == http.StatusUnauthorized {
		return unauthorized
	}
	if err := json.NewDecoder(response.Body).Decode(&review); err != nil {
		t.Fatal(err)
	}
	return identity{response.StatusCode, review.Status.UserInfo.Username, review.Status.UserInfo.Groups}
}
