package controlplane_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// fakeAPIServer has aws-auth, or not, and can refuse the first writes as if others were faster.
type fakeAPIServer struct {
	object    map[string]any
	conflicts int
	writes    int
}

func (s *fakeAPIServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodGet && s.object == nil:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodGet:
		_ = json.NewEncoder(w).Encode(s.object)
	case s.conflicts > 0:
		s.conflicts--
		w.WriteHeader(http.StatusConflict)
	default:
		s.writes++
		s.object = map[string]any{}
		_ = json.NewDecoder(r.Body).Decode(&s.object)
	}
}

func TestEditAWSAuth(t *testing.T) {
	metadata := map[string]any{"name": "aws-auth", "namespace": "kube-system", "resourceVersion": "7", "labels": map[string]any{"team": "a"}}
	there := map[string]any{"kind": "ConfigMap", "metadata": metadata, "data": map[string]any{"mapUsers": "users"}}
	made := map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "aws-auth", "namespace": "kube-system"}}
	add := func(data map[string]string) error { data["mapRoles"] = "roles"; return nil }
	with := func(object map[string]any, data map[string]any) map[string]any {
		out := map[string]any{"data": data}
		for key, value := range object {
			if key != "data" {
				out[key] = value
			}
		}
		return out
	}
	for _, test := range []struct {
		name    string
		server  fakeAPIServer
		edit    func(map[string]string) error
		want    map[string]any
		writes  int
		refusal string
	}{
		{"leaves the rest as it is", fakeAPIServer{object: there}, add, with(there, map[string]any{"mapUsers": "users", "mapRoles": "roles"}), 1, ""},
		{"makes what is not there", fakeAPIServer{}, add, with(made, map[string]any{"mapRoles": "roles"}), 1, ""},
		{"tries again", fakeAPIServer{object: there, conflicts: 2}, add, with(there, map[string]any{"mapUsers": "users", "mapRoles": "roles"}), 1, ""},
		{"gives up", fakeAPIServer{object: there, conflicts: 9}, add, there, 0, "edit aws-auth: somebody else has changed it 5 times meanwhile"},
		{"writes no change", fakeAPIServer{object: there}, func(map[string]string) error { return nil }, there, 0, ""},
		{"writes nothing after an error", fakeAPIServer{object: there}, func(map[string]string) error { return errors.New("no list") }, there, 0, "edit aws-auth: no list"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(&test.server)
			defer server.Close()
			client := &controlplane.Client{Endpoint: server.URL, HTTP: server.Client()}
			err := client.EditAWSAuth(t.Context(), test.edit)
			if test.refusal == "" && err != nil || test.refusal != "" && (err == nil || !strings.Contains(err.Error(), test.refusal)) {
				t.Errorf("error %v, want %q", err, test.refusal)
			}
			if diff := cmp.Diff(test.want, test.server.object); diff != "" || test.server.writes != test.writes {
				t.Errorf("%d writes, want %d; object (-want +got):\n%s", test.server.writes, test.writes, diff)
			}
		})
	}
}
