package kindconfig

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
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
	sts, proxy *httptest.Server
	callers    map[string]caller
}

// caller is the identity behind an access key.
type caller struct{ ARN, UserID string }

func newFakeGateway(t testing.TB, dir string) *fakeGateway {
	t.Helper()
	authority, err := pki.LoadOrCreate(filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca-key.pem"), "eksauth test", time.Now)
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
	gateway := &fakeGateway{}
	gateway.sts = httptest.NewUnstartedServer(http.HandlerFunc(gateway.getCallerIdentity))
	gateway.sts.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	gateway.sts.StartTLS()
	t.Cleanup(gateway.sts.Close)
	return gateway
}

// listen serves the proxy at an address that nodes reach, and no longer where it was before, and returns its URL.
func (g *fakeGateway) listen(t testing.TB, machine netip.Addr) string {
	t.Helper()
	if g.proxy != nil {
		g.proxy.Close()
	}
	listener, err := net.Listen("tcp", netip.AddrPortFrom(machine, 0).String())
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.tunnel(t, w, r) }))
	_ = proxy.Listener.Close()
	proxy.Listener = listener
	proxy.Start()
	t.Cleanup(proxy.Close)
	g.proxy = proxy
	return proxy.URL
}

// tunnel answers CONNECT with a connection to STS, whatever host was asked for.
func (g *fakeGateway) tunnel(t testing.TB, w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
		return
	}
	upstream, err := net.Dial("tcp", g.sts.Listener.Addr().String())
	if err != nil {
		t.Error(err)
		return
	}
	defer upstream.Close()
	client, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	defer client.Close()
	_, _ = client.Write([]byte("HTTP/1.1 200 OK\r\n\r\n"))
	go func() {
		_, _ = io.Copy(upstream, client)
		_ = upstream.Close()
	}()
	_, _ = io.Copy(client, upstream)
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
func whoami(t testing.TB, cluster *Cluster, bearer string) identity {
	t.Helper()
	var review struct {
		Status struct{ UserInfo identity }
	}
	status := send(t, cluster, http.MethodPost, "/apis/authentication.k8s.io/v1/selfsubjectreviews", bearer,
		`{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}`, &review)
	if status == http.StatusUnauthorized {
		return unauthorized
	}
	return identity{status, review.Status.UserInfo.Username, review.Status.UserInfo.Groups}
}

// anonymously asks for a path without credentials.
func anonymously(t *testing.T, cluster *Cluster, path string) (status int) {
	t.Helper()
	return send(t, cluster, http.MethodGet, path, "", "", &struct{}{})
}

func send(t testing.TB, cluster *Cluster, method, path, bearer, body string, answer any) (status int) {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(cluster.CAData())
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), method, cluster.Endpoint()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode < http.StatusBadRequest {
		if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
			t.Fatal(err)
		}
	}
	return response.StatusCode
}

// nodesAre holds that the cluster gets so many nodes that are ready.
func nodesAre(t *testing.T, cluster *Cluster, want int) {
	t.Helper()
	var list struct {
		Items []struct {
			Status struct {
				Conditions []struct{ Type, Status string }
			}
		}
	}
	deadline := time.Now().Add(time.Minute)
	for {
		if _, err := cluster.admin.Get(t.Context(), "/api/v1/nodes", &list); err != nil {
			t.Fatal(err)
		}
		ready := 0
		for _, node := range list.Items {
			for _, condition := range node.Status.Conditions {
				if condition.Type == "Ready" && condition.Status == "True" {
					ready++
				}
			}
		}
		if ready == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d nodes are ready, not %d", ready, len(list.Items), want)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// issuerIs holds that service accounts' tokens name the issuer.
func issuerIs(t *testing.T, cluster *Cluster, want string) {
	t.Helper()
	var discovery struct{ Issuer string }
	if _, err := cluster.admin.Get(t.Context(), "/.well-known/openid-configuration", &discovery); err != nil {
		t.Fatal(err)
	}
	if discovery.Issuer != want {
		t.Errorf("issuer %q, want %q", discovery.Issuer, want)
	}
}
