package kindconfig

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/kind/pkg/exec"
)

func TestFailuresNameTheirCure(t *testing.T) {
	tests := []struct{ said, want string }{
		{"OCI runtime create failed: unable to apply caps: operation not permitted", "scripts/docker-up.sh"},
		{"Bind for 127.0.0.1:6443 failed: port is already allocated", "ss -ltnp"},
		{"write /var/lib/docker/tmp: no space left on device", "docker system df"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			failed := &exec.RunError{Command: []string{"docker", "run"}, Output: []byte("Unable to find it\n" + test.said + "\n"), Inner: errors.New("exit status 125")}
			got := explain(failed).Error()
			for _, part := range []string{"docker run", test.said, test.want} {
				if !strings.Contains(got, part) {
					t.Errorf("%q does not say %q", got, part)
				}
			}
		})
	}
}

func TestFailedStartKeepsLogsAndNothingElse(t *testing.T) {
	cfg, _ := realCluster(t)
	cfg.KindName = "eksauth-test-failed"
	cfg.Workers = 0
	// kubeadm refuses it in the node.
	cfg.ExtraSANs = []string{"no name at all"}
	_, err := Start(t.Context(), cfg)
	if err == nil {
		t.Fatal("the start succeeded")
	}
	if !strings.Contains(err.Error(), "no name at all") {
		t.Errorf("%v; want what kubeadm says", err)
	}
	if said, _ := os.ReadFile(filepath.Join(cfg.LogDir, "failed-start", "eksauth-test-failed-control-plane", "journal.log")); len(said) == 0 {
		t.Error("the node's journal was not kept")
	}
	nodes, err := containers(docker).nodeIDs(context.Background(), cfg.KindName)
	if err != nil || len(nodes) > 0 {
		t.Errorf("nodes %v are left (%v)", nodes, err)
	}
}

func TestUnreachableMachineStartsNothing(t *testing.T) {
	cfg, _ := realCluster(t)
	cfg.KindName = "eksauth-test-unreachable"
	cfg.Reach = func(_ context.Context, machine netip.Addr) (Reached, error) {
		return Reached{}, errors.New("cannot assign requested address")
	}
	if _, err := Start(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "where nodes reach this machine: cannot assign") {
		t.Errorf("%v; want an error that says where nodes reach this machine", err)
	}
	nodes, err := containers(docker).nodeIDs(context.Background(), cfg.KindName)
	if err != nil || len(nodes) > 0 {
		t.Errorf("nodes %v are left (%v)", nodes, err)
	}
}
