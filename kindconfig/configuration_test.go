package kindconfig

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/eksauth/eksauth/internal/controlplane"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got), -update writes it anew:\n%s", path, diff)
	}
}

func TestKindConfiguration(t *testing.T) {
	tests := map[string]Config{
		"single.yaml": {Name: "Payments_1", Image: "eksauth/node:v1"},
		"workers.yaml": {
			Name: "payments", Image: "eksauth/node:v1", Workers: 2, CacheTTL: 5 * time.Second,
			ExtraSANs: []string{"EXAMPLE.gr7.us-east-2.eks.amazonaws.com"},
		},
	}
	for name, cfg := range tests {
		t.Run(name, func(t *testing.T) {
			cfg.Dir, cfg.LogDir, cfg.Authenticator = "/state/cluster", "/state/logs", "/bin/aws-iam-authenticator"
			cfg.Issuer = "https://oidc.eks.us-east-2.amazonaws.com/id/EXAMPLE"
			cluster, err := cfg.withDefaults().kindCluster(34567)
			if err != nil {
				t.Fatal(err)
			}
			got, err := yaml.Marshal(cluster)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, got)
		})
	}
}

func TestAuthenticatorPod(t *testing.T) {
	got, err := authenticatorPod(authenticatorDir+"/authenticator.json", []controlplane.Variable{
		{Name: "HTTPS_PROXY", Value: "http://172.18.0.1:4566"}, {Name: "AWS_REGION", Value: "us-east-2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "authenticator-pod.json", got)
}
