package localcluster

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClusterStarts(t *testing.T) {
	dir := t.TempDir()
	etcd := startEtcd(t, etcdConfig(t, dir))
	cluster := startCluster(t, clusterConfig(t, dir, "payments", etcd))

	states := map[string]State{}
	for _, component := range cluster.Components() {
		states[component.Name] = component.State
	}
	want := map[string]State{APIServerComponent: Running, ControllerManagerComponent: Running, AuthenticatorComponent: Running}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	status, err := get(t.Context(), cluster.HTTPClient(), cluster.Endpoint()+"/api/v1/namespaces/kube-system", nil)
	if err != nil || status != http.StatusOK {
		t.Errorf("the admin reads a namespace: status %d, error %v", status, err)
	}
}
