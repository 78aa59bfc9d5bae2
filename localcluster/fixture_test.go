package localcluster

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/eksauth/eksauth/internal/pki"
)

// realBinaries returns the real programs. Without them a test is skipped, but fails in CI.
func realBinaries(t testing.TB) Binaries {
	t.Helper()
	folder := os.Getenv("EKSAUTH_ASSETS")
	if folder == "" {
		folder = filepath.Join("..", "bin", "upstream")
	}
	binaries, err := FindBinaries("", folder)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("NOT TESTED: %v", err)
	}
	return binaries
}

func etcdConfig(t testing.TB, dir string) EtcdConfig {
	t.Helper()
	return EtcdConfig{
		Binary: realBinaries(t).Etcd, Dir: filepath.Join(dir, "etcd"), LogDir: filepath.Join(dir, "logs"),
		Now: time.Now, Log: testLog(t),
	}
}

func startEtcd(t testing.TB, cfg EtcdConfig) *Etcd {
	t.Helper()
	etcd, err := StartEtcd(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := etcd.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return etcd
}

// clusterConfig describes a cluster whose gateway does not exist, so that no token gets in.
func clusterConfig(t testing.TB, dir, name string, etcd *Etcd) Config {
	t.Helper()
	return Config{
		Name: name, Region: "us-east-2", Partition: "aws", AccountID: "534000000385",
		Dir: filepath.Join(dir, name), LogDir: filepath.Join(dir, "logs", name),
		Binaries: realBinaries(t), Etcd: etcd,
		Gateway: "http://127.0.0.1:9", GatewayCA: stackAuthority(t, dir),
		Issuer: "https://oidc.eks.us-east-2.amazonaws.com/id/" + name,
		Now:    time.Now, Log: testLog(t),
	}
}

func startCluster(t testing.TB, cfg Config) *Cluster {
	t.Helper()
	cluster, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return cluster
}

func stackAuthority(t testing.TB, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "ca.pem")
	if _, err := pki.LoadOrCreate(path, filepath.Join(dir, "ca-key.pem"), "eksauth test", time.Now); err != nil {
		t.Fatal(err)
	}
	return path
}

func testLog(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
}
