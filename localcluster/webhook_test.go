package localcluster

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// breakWebhook takes the webhook of a running cluster away in each way, and puts it back.
func breakWebhook(t *testing.T, cluster *Cluster) {
	for i, step := range []struct {
		name string
		do   func() error
		log  string
		text []string
	}{
		{"stopped", func() error { return cluster.Halt(t.Context(), AuthenticatorComponent) }, APIServerComponent, []string{"Unable to authenticate the request", "connect: connection refused"}},
		{"restarted", func() error { return cluster.Restart(t.Context(), AuthenticatorComponent) }, AuthenticatorComponent, []string{"access denied"}},
		{"distrusted", func() error { return cluster.CertifyWebhook(t.Context(), false) }, APIServerComponent, []string{"Unable to authenticate the request", "x509: certificate signed by unknown authority"}},
		{"trusted", func() error { return cluster.CertifyWebhook(t.Context(), true) }, AuthenticatorComponent, []string{"access denied"}},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		log := filepath.Join(cluster.cfg.LogDir, step.log+".log")
		info, err := os.Stat(log)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(unauthorized, whoami(t, cluster, token("AKIANOBODY", "payments", 100+i))); diff != "" {
			t.Errorf("%s: identity (-want +got):\n%s", step.name, diff)
		}
		eventually(t, 5*time.Second, func() bool { return controlplane.Logged(log, info.Size(), step.text...) })
	}
}
