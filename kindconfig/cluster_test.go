package kindconfig

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/controlplane"
)

const (
	accountRoot = "arn:aws:iam::534000000385:"
	roleSession = "arn:aws:sts::534000000385:assumed-role/deployer/ci-17"
)

var (
	creator = controlplane.Mapping{ARN: accountRoot + "user/arseniy", Username: "kubernetes-admin", Groups: []string{controlplane.MastersGroup}}
	entry   = controlplane.Mapping{
		ARN: accountRoot + "role/deployer", PrincipalID: "AROADEPLOYER", Username: "deployer:{{SessionName}}", Groups: []string{"deployers"},
	}
)

// realCluster returns the configuration of a cluster with the real programs and a fake gateway. Without Docker the test is
// skipped, unless the suite was asked for kind.
func realCluster(t testing.TB) (Config, *fakeGateway) {
	t.Helper()
	missing := t.Skipf
	if strings.Contains(os.Getenv("E2E_CLUSTERS"), "kind") {
		missing = t.Fatalf
	}
	if _, err := findContainers(t.Context(), ""); err != nil {
		missing("NOT TESTED: %v", err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(root, buildScript), "--present").Output()
	if err != nil {
		missing("NOT TESTED: there is no node image: eksauth node-image build makes one (%v)", err)
	}
	authenticator := filepath.Join(root, "bin", "upstream", "aws-iam-authenticator")
	if _, err := os.Stat(authenticator); err != nil {
		missing("NOT TESTED: %v (make upstream builds it)", err)
	}
	dir := t.TempDir()
	gateway := newFakeGateway(t, dir)
	began := time.Now()
	return Config{
		Name: "Payments_1", KindName: "eksauth-test-payments", Region: "us-east-2", Partition: "aws", AccountID: "534000000385",
		Dir: filepath.Join(dir, "cluster"), LogDir: filepath.Join(dir, "logs"),
		Authenticator: authenticator, Image: lastLine(string(out)), Workers: 1,
		Reach: func(_ context.Context, machine netip.Addr) (Reached, error) {
			return Reached{Gateway: gateway.listen(t, machine)}, nil
		},
		GatewayCA: filepath.Join(dir, "ca.pem"), Issuer: "https://oidc.eks.us-east-2.amazonaws.com/id/EXAMPLE",
		ExtraSANs: []string{"example.gr7.us-east-2.eks.amazonaws.com"}, Creator: &creator,
		Now: time.Now, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})),
		Progress: func(step string) { t.Logf("%5.1fs %s", time.Since(began).Seconds(), step) },
	}, gateway
}

func startCluster(t *testing.T, cfg Config) *Cluster {
	t.Helper()
	t.Cleanup(func() {
		if err := Delete(context.Background(), cfg); err != nil {
			t.Error(err)
		}
	})
	cluster, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return cluster
}

func TestWhoEnters(t *testing.T) {
	cfg, gateway := realCluster(t)
	gateway.callers = map[string]caller{
		"AKIACREATOR":  {creator.ARN, "AIDACREATOR"},
		"AKIAMAPPED":   {accountRoot + "user/yaroslav", "AIDAYAROSLAV"},
		"ASIADEPLOYER": {roleSession, "AROADEPLOYER:ci-17"},
		// The role was deleted and made again under the same name.
		"ASIARECREATED": {roleSession, "AROARECREATED:ci-17"},
	}
	cluster := startCluster(t, cfg)
	serial := 0
	check := func(key string, want identity) {
		t.Helper()
		serial++
		if diff := cmp.Diff(want, whoami(t, cluster, token(key, cfg.Name, serial))); diff != "" {
			t.Errorf("%s in %s mode (-want +got):\n%s", key, cluster.Mode(), diff)
		}
	}
	asCreator := identity{201, "kubernetes-admin", []string{controlplane.MastersGroup, "system:authenticated"}}
	asDeployer := identity{201, "deployer:ci-17", []string{"deployers", "system:authenticated"}}

	began := time.Now()
	check("AKIACREATOR", asCreator)
	t.Logf("the first authenticated call took %v", time.Since(began))
	check("AKIAMAPPED", unauthorized)
	check("ASIADEPLOYER", unauthorized)
	check("AKIANOBODY", unauthorized)
	if status := anonymously(t, cluster, "/api/v1/namespaces"); status != http.StatusUnauthorized {
		t.Errorf("a request without credentials is answered with %d, not 401", status)
	}

	if err := cluster.SetEntries(t.Context(), []controlplane.Mapping{entry}); err != nil {
		t.Fatal(err)
	}
	check("ASIADEPLOYER", unauthorized)
	for _, mode := range []controlplane.Mode{controlplane.ModeAPIAndConfigMap, controlplane.ModeAPI} {
		began := time.Now()
		if err := cluster.SetMode(t.Context(), mode); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("mode %s took %v to be in force, more than 2 s", mode, took)
		}
		check("ASIADEPLOYER", asDeployer)
		check("ASIARECREATED", unauthorized)
		check("AKIACREATOR", unauthorized)
	}
	nodesAre(t, cluster, 2)
	issuerIs(t, cluster, cfg.Issuer)
	if log, err := os.ReadFile(cluster.AuditLog()); err != nil || !strings.Contains(string(log), "deployer:ci-17") {
		t.Errorf("the audit log says nothing of deployer:ci-17 (%v)", err)
	}
	if err := cluster.Kill(controlplane.AuthenticatorComponent); err != nil {
		t.Fatal(err)
	}
	check("ASIADEPLOYER", unauthorized)
	if diff := cmp.Diff([]string{controlplane.AuthenticatorComponent}, exited(cluster)); diff != "" {
		t.Errorf("programs that have ended (-want +got):\n%s", diff)
	}
	if err := cluster.CertifyWebhook(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	check("ASIADEPLOYER", unauthorized)
	if err := cluster.CertifyWebhook(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	check("ASIADEPLOYER", asDeployer)
	if err := cluster.Halt(t.Context(), controlplane.AuthenticatorComponent); err != nil {
		t.Fatal(err)
	}
	check("ASIADEPLOYER", unauthorized)
	began = time.Now()
	if err := cluster.Restart(t.Context(), controlplane.AuthenticatorComponent); err != nil {
		t.Fatal(err)
	}
	t.Logf("the authenticator was started again within %v", time.Since(began))
	check("ASIADEPLOYER", asDeployer)
	cluster = resumes(t, cluster)
	check("ASIADEPLOYER", asDeployer)
}

// exited are the programs that have ended by themselves.
func exited(cluster *Cluster) (names []string) {
	for _, component := range cluster.Components() {
		if component.State == controlplane.Exited {
			names = append(names, component.Name)
		}
	}
	return names
}

// resumes holds that a cluster goes on where it was stopped.
func resumes(t *testing.T, cluster *Cluster) *Cluster {
	t.Helper()
	created, err := cluster.Create(t.Context(), "/api/v1/namespaces", object{"metadata": object{"name": "kept"}})
	if err != nil || !created {
		t.Fatalf("namespace created: %v, %v", created, err)
	}
	if err := cluster.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	cfg := cluster.cfg
	cfg.Mode, cfg.Entries = controlplane.ModeAPI, []controlplane.Mapping{entry}
	again, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if again.Endpoint() != cluster.Endpoint() {
		t.Errorf("the endpoint was %s and is %s", cluster.Endpoint(), again.Endpoint())
	}
	if err := again.admin.Probe(t.Context(), "/api/v1/namespaces/kept"); err != nil {
		t.Error(err)
	}
	return again
}

func TestForeignClusterIsLeftAlone(t *testing.T) {
	cfg, _ := realCluster(t)
	cfg.KindName = "eksauth-test-foreign"
	run := func(arguments ...string) {
		t.Helper()
		if _, err := containers(docker).output(context.Background(), arguments...); err != nil {
			t.Fatal(err)
		}
	}
	run("create", "--name", "eksauth-test-foreign-control-plane", "--label", clusterLabel+"="+cfg.KindName, cfg.Image)
	t.Cleanup(func() { run("rm", "-f", "eksauth-test-foreign-control-plane") })
	for name, call := range map[string]func() error{
		"start":  func() error { _, err := Start(t.Context(), cfg); return err },
		"delete": func() error { return Delete(t.Context(), cfg) },
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), "kind delete cluster --name "+cfg.KindName) {
			t.Errorf("%s: %v; want an error that says how to delete the cluster", name, err)
		}
	}
	run("inspect", "eksauth-test-foreign-control-plane")
}

func TestInterruptedStartLeavesNothing(t *testing.T) {
	cfg, _ := realCluster(t)
	cfg.KindName = "eksauth-test-interrupted"
	ctx, cancel := context.WithCancel(t.Context())
	progress := cfg.Progress
	cfg.Progress = func(step string) {
		progress(step)
		if strings.HasPrefix(step, "starting control-plane") {
			cancel()
		}
	}
	if _, err := Start(ctx, cfg); err == nil {
		t.Error("the start succeeded though it was interrupted")
	}
	nodes, err := containers(docker).nodeIDs(context.Background(), cfg.KindName)
	if err != nil || len(nodes) > 0 {
		t.Errorf("nodes %v are left (%v)", nodes, err)
	}
}
