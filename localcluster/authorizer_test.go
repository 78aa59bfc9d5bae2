package localcluster

import (
	"crypto/tls"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/internal/pki"
)

// question is what the authorizer was asked.
type question struct{ User, Verb, Resource, ClientName string }

// fakeAuthorizer allows one user to list ConfigMaps and has no opinion on anything else.
type fakeAuthorizer struct {
	allowed string

	mu    sync.Mutex
	asked []question
}

func (f *fakeAuthorizer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var review struct {
		APIVersion, Kind string
		Spec             struct {
			User               string
			ResourceAttributes struct{ Verb, Resource string }
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	attributes := review.Spec.ResourceAttributes
	f.mu.Lock()
	f.asked = append(f.asked, question{review.Spec.User, attributes.Verb, attributes.Resource, r.TLS.PeerCertificates[0].Subject.CommonName})
	f.mu.Unlock()
	allowed := review.Spec.User == f.allowed && attributes.Verb == "list" && attributes.Resource == "configmaps"
	_ = json.NewEncoder(w).Encode(map[string]any{
		"apiVersion": review.APIVersion, "kind": review.Kind, "status": map[string]any{"allowed": allowed},
	})
}

func (f *fakeAuthorizer) questions() []question {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

// serveAuthorizer serves it with a certificate of the stack's authority and asks callers for one, of any authority.
func serveAuthorizer(t *testing.T, dir string, authorizer http.Handler) *Authorizer {
	t.Helper()
	caFile := stackAuthority(t, dir)
	authority, err := pki.LoadOrCreate(caFile, filepath.Join(dir, "ca-key.pem"), "eksauth test", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := authority.Issue(pki.Request{CommonName: "authorizer", IPs: []net.IP{net.ParseIP(loopback)}, Server: true})
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := leaf.TLS()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(authorizer)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	return &Authorizer{URL: server.URL, CAFile: caFile}
}

func TestAuthorizerIsAskedOnlyWhatRBACDoesNotAllow(t *testing.T) {
	dir := t.TempDir()
	cfg := clusterConfig(t, dir, "payments", startEtcd(t, etcdConfig(t, dir)))
	authorizer := &fakeAuthorizer{allowed: "viewer"}
	cfg.Authorizer = serveAuthorizer(t, dir, authorizer)
	cluster := startCluster(t, cfg)
	configMaps := cluster.Endpoint() + "/api/v1/namespaces/default/configmaps"
	asked := func(user string) question { return question{user, "list", "configmaps", "kube-apiserver"} }

	for _, test := range []struct {
		user, group string
		status      int
		asked       []question
	}{
		{"viewer", "", http.StatusOK, []question{asked("viewer")}},
		{"stranger", "", http.StatusForbidden, []question{asked("stranger")}},
		{"boss", controlplane.MastersGroup, http.StatusOK, nil},
		{"system:kube-scheduler", "", http.StatusForbidden, nil},
	} {
		before := len(authorizer.questions())
		if got := answer(t, clientOf(t, cluster, test.user, test.group), configMaps); got != test.status {
			t.Errorf("%s is answered %d, want %d", test.user, got, test.status)
		}
		if diff := cmp.Diff(test.asked, authorizer.questions()[before:], cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("asked about %s (-want +got):\n%s", test.user, diff)
		}
	}
}

// clientOf returns a client that enters as the user, with a certificate of the cluster's authority.
func clientOf(t *testing.T, cluster *Cluster, user, group string) *http.Client {
	t.Helper()
	request := pki.Request{CommonName: user, Client: true}
	if group != "" {
		request.Organizations = []string{group}
	}
	leaf, err := cluster.certs.authority.Issue(request)
	if err != nil {
		t.Fatal(err)
	}
	tlsConfig, err := cluster.certs.clientTLS(leaf)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: tlsConfig}}
	t.Cleanup(client.CloseIdleConnections)
	return client
}
