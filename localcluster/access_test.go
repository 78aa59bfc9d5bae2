package localcluster

import (
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
	creator = Mapping{ARN: accountRoot + "user/arseniy", Username: "kubernetes-admin", Groups: []string{controlplane.MastersGroup}}
	entry   = Mapping{
		ARN: accountRoot + "role/deployer", PrincipalID: "AROADEPLOYER", Username: "deployer:{{SessionName}}", Groups: []string{"deployers"},
	}
)

func TestWhoEnters(t *testing.T) {
	dir := t.TempDir()
	gateway := newFakeGateway(t, dir)
	gateway.callers = map[string]caller{
		"AKIACREATOR":  {creator.ARN, "AIDACREATOR"},
		"AKIAMAPPED":   {accountRoot + "user/yaroslav", "AIDAYAROSLAV"},
		"ASIADEPLOYER": {roleSession, "AROADEPLOYER:ci-17"},
		// The role was deleted and made again under the same name.
		"ASIARECREATED": {roleSession, "AROARECREATED:ci-17"},
	}
	cfg := clusterConfig(t, dir, "payments", startEtcd(t, etcdConfig(t, dir)))
	cfg.Gateway, cfg.Creator, cfg.Entries = gateway.url, &creator, []Mapping{entry}
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
	asMapped := identity{201, "yaroslav", []string{"developers", "system:authenticated"}}
	asDeployer := identity{201, "deployer:ci-17", []string{"deployers", "system:authenticated"}}

	check("AKIACREATOR", asCreator)
	check("AKIAMAPPED", unauthorized)
	check("ASIADEPLOYER", unauthorized)
	check("AKIANOBODY", unauthorized)

	applyAwsAuth(t, cluster, "- {userarn: '"+accountRoot+"user/yaroslav', username: yaroslav, groups: [developers]}")
	eventually(t, time.Second, func() bool {
		serial++
		return cmp.Equal(whoami(t, cluster, token("AKIAMAPPED", cfg.Name, serial)), asMapped)
	})

	setMode(t, cluster, ModeAPIAndConfigMap)
	check("AKIACREATOR", unauthorized)
	check("AKIAMAPPED", asMapped)
	check("ASIADEPLOYER", asDeployer)
	check("ASIARECREATED", unauthorized)

	setMode(t, cluster, ModeAPI)
	check("AKIAMAPPED", unauthorized)
	check("ASIADEPLOYER", asDeployer)

	if err := cluster.SetEntries(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	check("ASIADEPLOYER", unauthorized)
	if err := cluster.SetEntries(t.Context(), []Mapping{entry}); err != nil {
		t.Fatal(err)
	}
	check("ASIADEPLOYER", asDeployer)

	if err := cluster.Restart(t.Context(), AuthenticatorComponent); err != nil {
		t.Fatal(err)
	}
	check("ASIADEPLOYER", asDeployer)
	check("AKIAMAPPED", unauthorized)
}

func setMode(t *testing.T, cluster *Cluster, mode Mode) {
	t.Helper()
	start := time.Now()
	if err := cluster.SetMode(t.Context(), mode); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("mode %s took %v to be in force, more than 2 s", mode, took)
	}
}

func applyAwsAuth(t *testing.T, cluster *Cluster, mapUsers string) {
	t.Helper()
	err := cluster.Apply(t.Context(), controlplane.AWSAuthPath, map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": "aws-auth", "namespace": "kube-system"},
		"data":     map[string]any{"mapUsers": mapUsers},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits until the condition holds and fails if it does not within the time.
func eventually(t *testing.T, within time.Duration, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(within)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v", within)
		}
		time.Sleep(pollInterval)
	}
}
