package localcluster

import (
	"context"
	"testing"
	"time"
)

// BenchmarkWarmStart compares the start of a cluster that has run before with that of its etcd and kube-apiserver alone,
// until /readyz, in the same run.
func BenchmarkWarmStart(b *testing.B) {
	dir := b.TempDir()
	start := func() (*Etcd, *Cluster) {
		etcd, err := StartEtcd(b.Context(), etcdConfig(b, dir))
		if err != nil {
			b.Fatal(err)
		}
		cluster, err := Start(b.Context(), clusterConfig(b, dir, "payments", etcd))
		if err != nil {
			b.Fatal(err)
		}
		return etcd, cluster
	}
	stop := func(etcd *Etcd, cluster *Cluster) {
		if err := cluster.Stop(context.Background()); err != nil {
			b.Fatal(err)
		}
		if err := etcd.Stop(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	etcd, cluster := start()
	apiServer := cluster.apiServerSpec(loadPorts(cluster.cfg.Dir)[APIServerComponent])
	apiServer.ready = func(ctx context.Context, _ int64) error { return cluster.admin.Probe(ctx, "/readyz") }
	stop(etcd, cluster)

	var alone time.Duration
	for b.Loop() {
		etcd, cluster := start()
		b.StopTimer()
		stop(etcd, cluster)
		alone += startAlone(b, dir, apiServer)
		b.StartTimer()
	}
	b.ReportMetric(alone.Seconds()*1000/float64(b.N), "alone-ms/op")
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "cluster-ms/op")
	b.ReportMetric(b.Elapsed().Seconds()/alone.Seconds(), "ratio")
}

// startAlone returns how long etcd and the API server take without the rest.
func startAlone(b *testing.B, dir string, apiServer spec) time.Duration {
	b.Helper()
	begun := time.Now()
	etcd, err := StartEtcd(b.Context(), etcdConfig(b, dir))
	if err != nil {
		b.Fatal(err)
	}
	s := newSupervisor(nil, testLog(b))
	if err := s.run(b.Context(), apiServer); err != nil {
		b.Fatal(err)
	}
	took := time.Since(begun)
	if err := s.stop(context.Background()); err != nil {
		b.Fatal(err)
	}
	if err := etcd.Stop(context.Background()); err != nil {
		b.Fatal(err)
	}
	return took
}
