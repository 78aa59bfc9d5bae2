package localcluster

import (
	"net/http"
	"os"
	"testing"
)

// A cluster that is deleted takes nothing with it of one whose name begins with its own, and leaves nothing behind for a
// new one of its name.
func TestDeleteForgetsOneCluster(t *testing.T) {
	dir := t.TempDir()
	etcd := startEtcd(t, etcdConfig(t, dir))
	cfg, kept := clusterConfig(t, dir, "dev", etcd), clusterConfig(t, dir, "dev-2", etcd)
	cluster, neighbour := startCluster(t, cfg), startCluster(t, kept)
	for _, c := range []*Cluster{cluster, neighbour} {
		if _, err := c.Create(t.Context(), "/api/v1/namespaces", map[string]any{"metadata": map[string]any{"name": "payments"}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := Delete(t.Context(), cfg); err == nil {
		t.Fatal("a cluster that runs was deleted")
	}
	if err := cluster.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds nothing, which is fine
		if err := Delete(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{cfg.Dir, cfg.LogDir} {
		if _, err := os.Stat(folder); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", folder, err)
		}
	}
	if got := answer(t, neighbour.HTTPClient(), neighbour.Endpoint()+"/api/v1/namespaces/payments"); got != http.StatusOK {
		t.Errorf("the neighbour answers %d", got)
	}
	again := startCluster(t, cfg)
	if got := answer(t, again.HTTPClient(), again.Endpoint()+"/api/v1/namespaces/payments"); got != http.StatusNotFound {
		t.Errorf("the new cluster answers %d: it has the old one's namespace", got)
	}
}
