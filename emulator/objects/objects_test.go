package objects

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/emulator/inventory"
	"github.com/eksauth/eksauth/internal/controlplane"
)

// fakeServer keeps objects by path, as a kube-apiserver does.
type fakeServer struct {
	mu      sync.Mutex
	objects map[string]inventory.Object
	writes  []string
}

func serve(t *testing.T, objects ...inventory.Object) (*fakeServer, *controlplane.Client) {
	t.Helper()
	s := &fakeServer{objects: map[string]inventory.Object{}}
	for _, o := range objects {
		s.objects[kindNamed(o.Kind()).path(o)] = o
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, &controlplane.Client{Endpoint: server.URL, HTTP: server.Client()}
}

func (s *fakeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sent inventory.Object
	if r.Method != http.MethodGet {
		s.writes = append(s.writes, r.Method+" "+r.URL.Path)
		_ = json.NewDecoder(r.Body).Decode(&sent)
	}
	path, known := r.URL.Path, s.objects[r.URL.Path]
	switch {
	case r.Method == http.MethodGet && known != nil:
		_ = json.NewEncoder(w).Encode(known)
	case r.Method == http.MethodGet && strings.Contains(path, "aws-auth"):
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodGet:
		_ = json.NewEncoder(w).Encode(map[string]any{"items": s.listed(path)})
	case r.Method == http.MethodPost && s.objects[path+"/"+sent.Name()] != nil:
		w.WriteHeader(http.StatusConflict)
	case r.Method == http.MethodPost:
		s.objects[path+"/"+sent.Name()] = sent
		w.WriteHeader(http.StatusCreated)
	case r.Method == http.MethodPut && !reflect.DeepEqual(known["roleRef"], sent["roleRef"]):
		w.WriteHeader(http.StatusUnprocessableEntity)
	case r.Method == http.MethodPut:
		s.objects[path] = sent
	case r.Method == http.MethodDelete:
		delete(s.objects, path)
	}
}

// listed are the objects of a kind in all namespaces.
func (s *fakeServer) listed(path string) []inventory.Object {
	found := []inventory.Object{}
	for _, o := range s.objects {
		if k := kindNamed(o.Kind()); k != nil && k.all() == path {
			found = append(found, o)
		}
	}
	return found
}

func object(t *testing.T, text string) inventory.Object {
	t.Helper()
	var o inventory.Object
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func binding(t *testing.T, kind, name, role string, labels string, groups ...string) inventory.Object {
	t.Helper()
	o := object(t, `{"kind":"`+kind+`","metadata":{"name":"`+name+`","labels":{`+labels+`},"annotations":{}},"roleRef":{"name":"`+role+`"}}`)
	if kind == "RoleBinding" {
		o["metadata"].(map[string]any)["namespace"] = "dev"
	}
	subjects := []any{}
	for _, group := range groups {
		subjects = append(subjects, map[string]any{"kind": "Group", "name": group})
	}
	o["subjects"] = subjects
	return o
}

const bootstrapped = `"kubernetes.io/bootstrapping":"rbac-defaults"`

func write(t *testing.T, client *controlplane.Client, all ...inventory.Object) Written {
	t.Helper()
	written, err := Write(t.Context(), client, all)
	if err != nil {
		t.Fatal(err)
	}
	return written
}

func (s *fakeServer) groups(path string) (names []string) {
	for _, subject := range list(s.objects[path]["subjects"]) {
		names = append(names, text(subject))
	}
	return names
}

func text(subject any) string { return subject.(map[string]any)["name"].(string) }

const (
	developers = rbacRoot + "/namespaces/dev/rolebindings/developers"
	admins     = rbacRoot + "/clusterrolebindings/cluster-admin"
)

func TestObjectsAreCreatedReplacedAndTakenAway(t *testing.T) {
	server, client := serve(t, binding(t, "RoleBinding", "mine", "view", "", "me"))
	write(t, client, binding(t, "RoleBinding", "developers", "view", "", "devs"), binding(t, "ClusterRoleBinding", "ops", "edit", "", "ops"))
	if diff := cmp.Diff([]string{"devs"}, server.groups(developers)); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}
	if server.objects["/api/v1/namespaces/dev"] == nil {
		t.Error("the namespace is missing")
	}
	written := write(t, client, binding(t, "RoleBinding", "developers", "edit", "", "devs", "more"))
	if diff := cmp.Diff([]string{"devs", "more"}, server.groups(developers)); diff != "" {
		t.Errorf("with another role (-want +got):\n%s", diff)
	}
	if written.Deleted != 1 || server.objects[rbacRoot+"/clusterrolebindings/ops"] != nil {
		t.Errorf("deleted %d, want the binding that is gone", written.Deleted)
	}
	if server.objects[rbacRoot+"/namespaces/dev/rolebindings/mine"] == nil {
		t.Error("what no import has made was deleted")
	}
}

func TestNothingIsTakenAwayByAnImportWithoutRBAC(t *testing.T) {
	server, client := serve(t)
	write(t, client, binding(t, "RoleBinding", "developers", "view", "", "devs"))
	awsAuth := `{"kind":"ConfigMap","metadata":{"name":"aws-auth","namespace":"kube-system"},"data":{"mapUsers":"[]"}}`
	if written := write(t, client, object(t, awsAuth)); !written.AWSAuth || server.objects[developers] == nil {
		t.Errorf("written: %+v", written)
	}
	if written := write(t, client, object(t, awsAuth)); written.AWSAuth {
		t.Error("the same aws-auth counts as a change")
	}
}

func TestWhatKubernetesMakesIsCompletedAndNotReplaced(t *testing.T) {
	server, client := serve(t, binding(t, "ClusterRoleBinding", "cluster-admin", "cluster-admin", bootstrapped, "system:masters", "new"))
	real := func(groups ...string) inventory.Object {
		return binding(t, "ClusterRoleBinding", "cluster-admin", "cluster-admin", bootstrapped, groups...)
	}
	steps := []struct {
		name string
		real inventory.Object
		want []string
	}{
		{"one more", real("system:masters", "admins"), []string{"system:masters", "new", "admins"}},
		{"again", real("system:masters", "admins"), []string{"system:masters", "new", "admins"}},
		{"another one", real("system:masters", "others"), []string{"system:masters", "new", "others"}},
		{"none more", real("system:masters"), []string{"system:masters", "new"}},
	}
	for _, step := range steps {
		write(t, client, step.real)
		if diff := cmp.Diff(step.want, server.groups(admins)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
	fixed := real("few")
	annotate(fixed, autoupdate, "false")
	write(t, client, fixed)
	if diff := cmp.Diff([]string{"few"}, server.groups(admins)); diff != "" {
		t.Errorf("out of the automatic update (-want +got):\n%s", diff)
	}
}

func TestAggregatedRolesAreLeftToTheirController(t *testing.T) {
	role := `{"kind":"ClusterRole","metadata":{"name":"view","labels":{` + bootstrapped + `}},"aggregationRule":{},"rules":[]}`
	server, client := serve(t, object(t, role))
	write(t, client, object(t, strings.Replace(role, `"rules":[]`, `"rules":[{"verbs":["get"]}]`, 1)))
	if len(server.writes) != 0 {
		t.Errorf("writes: %q", server.writes)
	}
}

func TestOtherKindsAreRefused(t *testing.T) {
	_, client := serve(t)
	if _, err := Write(t.Context(), client, []inventory.Object{object(t, `{"kind":"Pod","metadata":{"name":"p"}}`)}); err == nil {
		t.Error("want an error")
	}
}
