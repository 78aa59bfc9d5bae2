package kindconfig

import (
	"context"
	"net/http"
	"testing"

	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
	"sigs.k8s.io/kind/pkg/cluster"
)

// BenchmarkStart measures the time from nothing to the first authenticated call. To be compared with BenchmarkPlainKind in
// the same run: go test -run - -bench . -benchtime 3x ./kindconfig
func BenchmarkStart(b *testing.B) {
	cfg, gateway := realCluster(b)
	cfg.Workers = 0
	gateway.callers = map[string]caller{"AKIACREATOR": {creator.ARN, "AIDACREATOR"}}
	for b.Loop() {
		running, err := Start(b.Context(), cfg)
		if err != nil {
			b.Fatal(err)
		}
		if got := whoami(b, running, token("AKIACREATOR", cfg.Name, b.N)); got.Status != http.StatusCreated {
			b.Errorf("the first call is answered with %d", got.Status)
		}
		b.StopTimer()
		if err := Delete(context.Background(), cfg); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkPlainKind measures kind's own creation with the same node image.
func BenchmarkPlainKind(b *testing.B) {
	cfg, _ := realCluster(b)
	configuration := &v1alpha4.Cluster{
		Name: cfg.KindName, Nodes: []v1alpha4.Node{{Role: v1alpha4.ControlPlaneRole, Image: cfg.Image}},
		KubeadmConfigPatches: []string{"kind: KubeletConfiguration\nfailCgroupV1: false\n"},
	}
	kind := cluster.NewProvider(cluster.ProviderWithDocker())
	kubeconfig := b.TempDir() + "/kubeconfig"
	for b.Loop() {
		if err := kind.Create(cfg.KindName, cluster.CreateWithV1Alpha4Config(configuration), cluster.CreateWithKubeconfigPath(kubeconfig)); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := kind.Delete(cfg.KindName, kubeconfig); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
