package kubelet

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// apiServer is as much of a kube-apiserver as a kubelet asks for. It writes down what it is asked.
type apiServer struct {
	*httptest.Server
	// status is what requests get instead of being done, by method and path.
	status map[string]int
	// provider is the instance of a Node object that is there already; empty if there is none.
	provider string
	asked    []string
	bodies   map[string]map[string]any
	bearer   string
}

func newAPIServer(t *testing.T) *apiServer {
	t.Helper()
	s := &apiServer{status: map[string]int{}, bodies: map[string]map[string]any{}}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *apiServer) serve(w http.ResponseWriter, r *http.Request) {
	what := r.Method + " " + r.URL.Path
	s.asked, s.bearer = append(s.asked, what), r.Header.Get("Authorization")
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err == nil {
		s.bodies[what] = body
	}
	status := s.status[what]
	switch {
	case status != 0:
	case what == "POST /api/v1/nodes" && s.provider != "":
		status = http.StatusConflict
	case what == "PATCH "+leasePath && !asked(s.asked, "POST "+leases):
		status = http.StatusNotFound
	default:
		status = http.StatusOK
	}
	w.WriteHeader(status)
	if status != http.StatusOK {
		_, _ = io.WriteString(w, `{"kind":"Status","message":"refused"}`)
		return
	}
	_, _ = io.WriteString(w, `{"gitVersion":"v1.36.3","metadata":{"uid":"u-1"},"spec":{"providerID":"`+s.provider+`"}}`)
}

func asked(all []string, what string) bool {
	for _, a := range all {
		if a == what {
			return true
		}
	}
	return false
}

const (
	nodeName  = "ip-10-0-1-23.us-east-2.compute.internal"
	provider  = "aws:///us-east-2a/i-1"
	leasePath = leases + "/" + nodeName
)

func (s *apiServer) kubelet(t *testing.T) *Kubelet {
	t.Helper()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	k, err := New(Config{
		Server: s.URL, CA: ca, Token: func(context.Context) (string, error) { return "k8s-aws-v1.x", nil }, Now: time.Now,
		Node: Node{Name: nodeName, ProviderID: provider, IP: "10.0.1.23", Type: "t3.large", Region: "us-east-2", Zone: "us-east-2a"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestRegisterMakesNodeAndLease(t *testing.T) {
	s := newAPIServer(t)
	if err := s.kubelet(t).Register(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{"GET /version", "POST /api/v1/nodes", "PATCH " + leasePath, "POST " + leases}
	if diff := cmp.Diff(want, s.asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if s.bearer != "Bearer k8s-aws-v1.x" {
		t.Errorf("authorization %q", s.bearer)
	}
	node := s.bodies["POST /api/v1/nodes"]
	if diff := cmp.Diff(map[string]any{"providerID": provider}, node["spec"]); diff != "" {
		t.Errorf("spec of the node (-want +got):\n%s", diff)
	}
	status := node["status"].(map[string]any)
	if got := status["nodeInfo"].(map[string]any)["kubeletVersion"]; got != "v1.36.3" {
		t.Errorf("version %v", got)
	}
	lease := s.bodies["POST "+leases]
	spec := lease["spec"].(map[string]any)
	if spec["holderIdentity"] != nodeName || spec["leaseDurationSeconds"] != 40.0 {
		t.Errorf("spec of the lease %v", spec)
	}
	owner := lease["metadata"].(map[string]any)["ownerReferences"].([]any)[0].(map[string]any)
	if owner["uid"] != "u-1" {
		t.Errorf("owner of the lease %v", owner)
	}
}

func TestRegisterTakesOverItsOwnNode(t *testing.T) {
	s := newAPIServer(t)
	s.provider = provider
	if err := s.kubelet(t).Register(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !asked(s.asked, "PATCH /api/v1/nodes/"+nodeName+"/status") {
		t.Errorf("it does not say that it is ready: %v", s.asked)
	}
}

func TestRegisterRefuses(t *testing.T) {
	tests := []struct {
		name         string
		change       func(s *apiServer)
		unauthorized bool
	}{
		{"who is not let in", func(s *apiServer) { s.status["GET /version"] = http.StatusUnauthorized }, true},
		{"who may not make nodes", func(s *apiServer) { s.status["POST /api/v1/nodes"] = http.StatusForbidden }, false},
		{"another instance's node", func(s *apiServer) { s.provider = "aws:///us-east-2a/i-2" }, false},
		{"no lease", func(s *apiServer) { s.status["POST "+leases] = http.StatusForbidden }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newAPIServer(t)
			tt.change(s)
			err := s.kubelet(t).Register(t.Context())
			if err == nil || errors.Is(err, ErrUnauthorized) != tt.unauthorized {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	s := newAPIServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.kubelet(t).Run(ctx); err != nil {
		t.Error(err)
	}
}

func TestNewNeedsAnAuthority(t *testing.T) {
	if _, err := New(Config{CA: []byte("none")}); err == nil {
		t.Error("it is made without a certificate authority")
	}
}
