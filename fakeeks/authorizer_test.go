package fakeeks_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/pki"
)

// webhook is the authorizer as kube-apiservers reach it.
type webhook struct {
	*httptest.Server
	authority *pki.CA
}

func newAuthority(t testing.TB) *pki.CA {
	t.Helper()
	authority, err := pki.New("kubernetes", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return authority
}

// serveAuthorizer makes clusters whose authority is the webhook's.
func (w *world) serveAuthorizer(t testing.TB) *webhook {
	t.Helper()
	hook := &webhook{authority: newAuthority(t)}
	w.planes.ca = hook.authority.CertPEM()
	hook.Server = httptest.NewUnstartedServer(w.service.Authorizer())
	hook.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	hook.StartTLS()
	t.Cleanup(hook.Close)
	return hook
}

// client shows a certificate of an authority; without one, none.
func (h *webhook) client(t testing.TB, authority *pki.CA, request pki.Request) *http.Client {
	t.Helper()
	client := h.Client()
	transport := client.Transport.(*http.Transport).Clone()
	if authority != nil {
		leaf, err := authority.Issue(request)
		if err != nil {
			t.Fatal(err)
		}
		pair, err := leaf.TLS()
		if err != nil {
			t.Fatal(err)
		}
		transport.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func (h *webhook) apiServer(t testing.TB) *http.Client {
	return h.client(t, h.authority, pki.Request{CommonName: "kube-apiserver", Client: true})
}

// ask posts a review and returns the status code and whether it is allowed.
func (h *webhook) ask(t testing.TB, client *http.Client, path, body string) (status int, allowed bool) {
	t.Helper()
	response, err := client.Post(h.URL+path, "application/json", bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var review struct {
		Status struct{ Allowed, Denied bool }
	}
	if response.StatusCode == http.StatusOK {
		if err := json.Unmarshal(answer, &review); err != nil {
			t.Fatal(err)
		}
	}
	if review.Status.Denied {
		t.Errorf("the authorizer denies, which would keep RBAC from being asked: %s", answer)
	}
	return response.StatusCode, review.Status.Allowed
}

const devPath = "/authorize/534000000385/us-east-2/dev"

// reviewOf is the question of a kube-apiserver about a user.
func reviewOf(id, canonical, attributes string) string {
	return `{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":"u","groups":["system:authenticated"],` +
		`"extra":{"sigs.k8s.io/aws-iam-authenticator/principalId":["` + id + `"],"canonicalArn":["` + canonical + `"]},` + attributes + `}}`
}

const (
	getPodsDev  = `"resourceAttributes":{"namespace":"dev-1","verb":"get","version":"v1","resource":"pods","name":"a"}`
	getPodsProd = `"resourceAttributes":{"namespace":"prod","verb":"get","version":"v1","resource":"pods","name":"a"}`
	getSecrets  = `"resourceAttributes":{"namespace":"dev-1","verb":"get","version":"v1","resource":"secrets"}`
	metrics     = `"nonResourceAttributes":{"path":"/metrics","verb":"get"}`
)

func TestAuthorizerAllowsWhatPoliciesAllow(t *testing.T) {
	w := newWorld(t)
	hook := w.serveAuthorizer(t)
	w.cluster(t, "dev", both)
	ok[*eks.CreateAccessEntryOutput](t)(w.as("arseniy").CreateAccessEntry(t.Context(), entry(deployer)))
	ok[*eks.AssociateAccessPolicyOutput](t)(w.as("arseniy").AssociateAccessPolicy(t.Context(), associate(deployer, "AmazonEKSViewPolicy", "dev-*")))
	role := directory.Get(w.dir, directory.RoleKey(account, "deployer")).ID
	creator := directory.Get(w.dir, directory.UserKey(account, "arseniy")).ID
	const roleARN, creatorARN = iamRoot + "role/deployer", iamRoot + "user/arseniy"
	client := hook.apiServer(t)
	for _, test := range []struct {
		name, body string
		want       bool
	}{
		{"in the namespace", reviewOf(role, roleARN, getPodsDev), true},
		{"ARN in another letter case, as the authenticator compares", reviewOf(role, "arn:aws:iam::534000000385:role/Deployer", getPodsDev), true},
		{"in another namespace", reviewOf(role, roleARN, getPodsProd), false},
		{"beyond the policy", reviewOf(role, roleARN, getSecrets), false},
		{"URL within a namespace's scope", reviewOf(role, roleARN, metrics), false},
		{"the creator, everywhere", reviewOf(creator, creatorARN, getPodsProd), true},
		{"the creator's URL", reviewOf(creator, creatorARN, metrics), true},
		{"role made again", reviewOf("AROAMADEAGAIN", roleARN, getPodsDev), false},
		{"ID of another", reviewOf(creator, roleARN, getPodsDev), false},
		{"nobody", reviewOf("", "", getPodsDev), false},
		{"no attributes", reviewOf(creator, creatorARN, `"uid":"x"`), false},
		{"impersonated", `{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":"arn:aws:iam::534000000385:user/arseniy",` + metrics + `}}`, false},
		{"extra attributes given by impersonation", `{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"extra":{"sigs.k8s.io/aws-iam-authenticator/principalid":["` +
			creator + `"],"canonicalarn":["` + creatorARN + `"]},` + metrics + `}}`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if status, got := hook.ask(t, client, devPath, test.body); status != http.StatusOK || got != test.want {
				t.Errorf("status %d, allowed %v, want %v", status, got, test.want)
			}
		})
	}
	ok[*eks.DeleteAccessEntryOutput](t)(w.as("arseniy").DeleteAccessEntry(t.Context(), &eks.DeleteAccessEntryInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(deployer)}))
	if _, allowed := hook.ask(t, client, devPath, reviewOf(role, roleARN, getPodsDev)); allowed {
		t.Error("a policy outlives its entry")
	}
}

func TestAuthorizerAnswersOnlyTheClustersAPIServer(t *testing.T) {
	w := newWorld(t)
	hook := w.serveAuthorizer(t)
	w.cluster(t, "dev", api)
	body := reviewOf("a", "b", metrics)
	server := pki.Request{CommonName: "kube-apiserver", Client: true}
	for _, test := range []struct {
		name, path, body string
		client           *http.Client
		status           int
	}{
		{"kube-apiserver", devPath, body, hook.apiServer(t), http.StatusOK},
		{"no certificate", devPath, body, hook.client(t, nil, server), http.StatusForbidden},
		{"certificate of another cluster", devPath, body, hook.client(t, newAuthority(t), server), http.StatusForbidden},
		{"another client of the cluster", devPath, body, hook.client(t, hook.authority, pki.Request{CommonName: "eksauth:admin", Client: true}), http.StatusForbidden},
		{"certificate for servers", devPath, body, hook.client(t, hook.authority, pki.Request{CommonName: "kube-apiserver", Server: true}), http.StatusForbidden},
		{"cluster that does not exist", "/authorize/534000000385/us-east-2/none", body, hook.apiServer(t), http.StatusForbidden},
		{"no cluster", "/authorize/", body, hook.apiServer(t), http.StatusForbidden},
		{"no JSON", devPath, "{", hook.apiServer(t), http.StatusBadRequest},
		{"another kind", devPath, `{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{}}`, hook.apiServer(t), http.StatusBadRequest},
		{"another version", devPath, `{"apiVersion":"authorization.k8s.io/v1beta1","kind":"SubjectAccessReview","spec":{}}`, hook.apiServer(t), http.StatusBadRequest},
	} {
		t.Run(test.name, func(t *testing.T) {
			if status, allowed := hook.ask(t, test.client, test.path, test.body); status != test.status || allowed {
				t.Errorf("status %d, allowed %v, want status %d", status, allowed, test.status)
			}
		})
	}
}

func TestAuthorizerHasNoOpinionWhileAClusterIsFirstStarted(t *testing.T) {
	w := newWorld(t)
	hook := w.serveAuthorizer(t)
	w.planes.ca = nil
	w.cluster(t, "dev", api)
	creator := directory.Get(w.dir, directory.UserKey(account, "arseniy")).ID
	body := reviewOf(creator, iamRoot+"user/arseniy", getPodsDev)
	if status, allowed := hook.ask(t, hook.client(t, nil, pki.Request{}), devPath, body); status != http.StatusOK || allowed {
		t.Errorf("status %d, allowed %v, want 200 and no opinion", status, allowed)
	}
}

func BenchmarkAuthorizer(b *testing.B) {
	w := newWorld(b)
	hook := w.serveAuthorizer(b)
	w.cluster(b, "dev", api)
	creator := directory.Get(w.dir, directory.UserKey(account, "arseniy")).ID
	client := hook.apiServer(b)
	body := reviewOf(creator, iamRoot+"user/arseniy", getPodsDev)
	for b.Loop() {
		if _, allowed := hook.ask(b, client, devPath, body); !allowed {
			b.Fatal("not allowed")
		}
	}
}
