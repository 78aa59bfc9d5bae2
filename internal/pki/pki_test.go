package pki

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func newCA(t *testing.T) *CA {
	t.Helper()
	ca, err := New("test authority", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func TestLeafServesOnlyItsOwnNames(t *testing.T) {
	ca := newCA(t)
	leaf, err := ca.Issue(Request{CommonName: "sts", DNSNames: []string{"sts.amazonaws.com"}, Server: true})
	if err != nil {
		t.Fatal(err)
	}
	pair, err := leaf.TLS()
	if err != nil {
		t.Fatal(err)
	}
	for name, wantOK := range map[string]bool{"sts.amazonaws.com": true, "iam.amazonaws.com": false} {
		_, err := pair.Leaf.Verify(x509.VerifyOptions{Roots: ca.Pool(), DNSName: name})
		if (err == nil) != wantOK {
			t.Errorf("verify as %s: got error %v, want accepted %v", name, err, wantOK)
		}
	}
	if _, err := pair.Leaf.Verify(x509.VerifyOptions{Roots: newCA(t).Pool(), DNSName: "sts.amazonaws.com"}); err == nil {
		t.Error("another authority's pool accepted the leaf")
	}
}

func TestClientCertificateCarriesUserAndGroups(t *testing.T) {
	ca := newCA(t)
	var user string
	var groups []string
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		subject := r.TLS.PeerCertificates[0].Subject
		user, groups = subject.CommonName, subject.Organization
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ca.Pool(), Certificates: []tls.Certificate{issueTLS(t, ca, Request{IPs: []net.IP{net.IPv4(127, 0, 0, 1)}, Server: true})}}
	server.StartTLS()
	defer server.Close()
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		RootCAs:      ca.Pool(),
		Certificates: []tls.Certificate{issueTLS(t, ca, Request{CommonName: "admin", Organizations: []string{"system:masters"}, Client: true})},
	}}}
	if _, err := client.Get(server.URL); err != nil {
		t.Fatal(err)
	}
	if user != "admin" || len(groups) != 1 || groups[0] != "system:masters" {
		t.Errorf("server saw user %q, groups %q", user, groups)
	}
	client.Transport.(*http.Transport).TLSClientConfig.Certificates[0] = issueTLS(t, ca, Request{CommonName: "admin", Server: true})
	client.CloseIdleConnections()
	if _, err := client.Get(server.URL); err == nil {
		t.Error("a server certificate was accepted as a client's")
	}
}

func issueTLS(t *testing.T, ca *CA, req Request) tls.Certificate {
	t.Helper()
	leaf, err := ca.Issue(req)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := leaf.TLS()
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

func TestLoadOrCreateKeepsTheAuthority(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca-key.pem")
	first, err := LoadOrCreate(cert, key, "kept", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	second, err := LoadOrCreate(cert, key, "kept", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if string(first.CertPEM()) != string(second.CertPEM()) {
		t.Error("the second load made another authority")
	}
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v; want mode 0600", info.Mode(), err)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreate(cert, key, "kept", time.Now); err == nil || !strings.Contains(err.Error(), "remove both") {
		t.Errorf("half an authority: got %v, want an error that names the fix", err)
	}
}
