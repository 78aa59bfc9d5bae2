package localcluster

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/controlplane"
)

const namespaces = "/api/v1/namespaces"

func namespace(name string) map[string]any {
	return map[string]any{"metadata": map[string]any{"name": name}}
}

// answer returns the status code of a GET as the client.
func answer(t *testing.T, client *http.Client, url string) int {
	t.Helper()
	status, err := (&controlplane.Client{Endpoint: url, HTTP: client}).Get(t.Context(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	return status
}

func TestCluster(t *testing.T) {
	dir := t.TempDir()
	etcd := startEtcd(t, etcdConfig(t, dir))
	cfg := clusterConfig(t, dir, "payments", etcd)
	died := make(chan error, 1)
	cfg.Exited = func(component string, err error) { died <- err }
	cluster := startCluster(t, cfg)

	t.Run("all components run", func(t *testing.T) {
		states := map[string]State{}
		for _, component := range cluster.Components() {
			states[component.Name] = component.State
		}
		want := map[string]State{APIServerComponent: Running, ControllerManagerComponent: Running, AuthenticatorComponent: Running}
		if diff := cmp.Diff(want, states); diff != "" {
			t.Errorf("components (-want +got):\n%s", diff)
		}
	})
	t.Run("nothing listens outside loopback", func(t *testing.T) {
		checkLoopbackOnly(t, append(etcd.Components(), cluster.Components()...))
	})
	t.Run("kubectl enters with the admin kubeconfig", func(t *testing.T) {
		kubectl := exec.Command(cfg.Binaries.Kubectl, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
		kubectl.Env = []string{"KUBECONFIG=" + cluster.AdminKubeconfig(), "HOME=" + dir}
		if output, err := kubectl.CombinedOutput(); err != nil || string(output) != "eksauth:admin" {
			t.Errorf("error %v, output %s", err, output)
		}
	})
	t.Run("without credentials only the health checks answer", func(t *testing.T) {
		transport := cluster.HTTPClient().Transport.(*http.Transport).Clone()
		transport.TLSClientConfig.Certificates = nil
		anonymous := &http.Client{Transport: transport}
		defer anonymous.CloseIdleConnections()
		for path, want := range map[string]int{"/livez": 200, "/readyz": 200, "/healthz": 200, "/version": 401, "/api": 401} {
			if got := answer(t, anonymous, cluster.Endpoint()+path); got != want {
				t.Errorf("%s answers %d, want %d", path, got, want)
			}
		}
	})
	t.Run("a token that AWS cannot vouch for is refused and audited", func(t *testing.T) {
		if diff := cmp.Diff(unauthorized, whoami(t, cluster, token("AKIANOBODY", "payments", 1))); diff != "" {
			t.Errorf("identity (-want +got):\n%s", diff)
		}
		if !controlplane.Logged(cluster.AuditLog(), 0, `/apis/authentication.k8s.io/v1/selfsubjectreviews`, `"code":401`) {
			t.Error("the audit log does not show the refusal")
		}
	})
	t.Run("the folder is locked", func(t *testing.T) {
		_, err := Start(t.Context(), cfg)
		if err == nil || !strings.Contains(err.Error(), "in use by another process") {
			t.Errorf("a second start: error %v", err)
		}
	})
	t.Run("a killed component is reported and starts again", func(t *testing.T) {
		if err := cluster.Kill(ControllerManagerComponent); err != nil {
			t.Fatal(err)
		}
		if err := <-died; !strings.Contains(err.Error(), ControllerManagerComponent+" ended by itself (signal: killed)") {
			t.Errorf("report: %v", err)
		}
		if err := cluster.Restart(t.Context(), ControllerManagerComponent); err != nil {
			t.Error(err)
		}
	})
	t.Run("a webhook that is stopped or has another certificate is not asked", func(t *testing.T) { breakWebhook(t, cluster) })
}

func TestClustersOnOneEtcdAreApartAndSurviveItsDeath(t *testing.T) {
	dir := t.TempDir()
	died := make(chan string, 1)
	etcdCfg := etcdConfig(t, dir)
	etcdCfg.Exited = func(component string, _ error) { died <- component }
	etcd := startEtcd(t, etcdCfg)
	payments := startCluster(t, clusterConfig(t, dir, "payments", etcd))
	search := startCluster(t, clusterConfig(t, dir, "search", etcd))
	if created, err := payments.Create(t.Context(), namespaces, namespace("invoices")); !created || err != nil {
		t.Fatalf("create a namespace: %v, error %v", created, err)
	}
	if got := answer(t, search.HTTPClient(), search.Endpoint()+namespaces+"/invoices"); got != http.StatusNotFound {
		t.Errorf("the other cluster answers %d for it, want 404", got)
	}

	if err := etcd.Kill(); err != nil {
		t.Fatal(err)
	}
	if component := <-died; component != EtcdComponent {
		t.Errorf("death of %s is reported", component)
	}
	if err := etcd.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	endpoint, authority := payments.Endpoint(), payments.CAData()
	if err := payments.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	payments = startCluster(t, clusterConfig(t, dir, "payments", etcd))
	if got := answer(t, payments.HTTPClient(), payments.Endpoint()+namespaces+"/invoices"); got != http.StatusOK {
		t.Errorf("after etcd's death and a restart the cluster answers %d, want 200", got)
	}
	if payments.Endpoint() != endpoint || string(payments.CAData()) != string(authority) {
		t.Error("the restarted cluster has another address or authority")
	}
	if created, err := payments.Create(t.Context(), namespaces, namespace("invoices")); created || err != nil {
		t.Errorf("create what exists: %v, error %v", created, err)
	}
}

func TestTakenPort(t *testing.T) {
	dir := t.TempDir()
	cfg := clusterConfig(t, dir, "payments", startEtcd(t, etcdConfig(t, dir)))
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	cfg.Port = listener.Addr().(*net.TCPAddr).Port
	_, err = Start(t.Context(), cfg)
	if err == nil || !strings.Contains(err.Error(), "port "+strconv.Itoa(cfg.Port)+" of 127.0.0.1 is taken") {
		t.Errorf("error %v does not name the port", err)
	}
}

func TestInterruptedStartLeavesNoProcess(t *testing.T) {
	dir := t.TempDir()
	etcd := startEtcd(t, etcdConfig(t, dir))
	for _, step := range []string{"starting kube-apiserver", "making the built-in roles", "starting aws-iam-authenticator"} {
		t.Run(step, func(t *testing.T) {
			interrupt := errors.New("interrupt")
			ctx, cancel := context.WithCancelCause(t.Context())
			cfg := clusterConfig(t, dir, strings.ReplaceAll(step, " ", "-"), etcd)
			cfg.Progress = func(begun string) {
				if strings.HasPrefix(begun, step) {
					cancel(interrupt)
				}
			}
			if _, err := Start(ctx, cfg); !errors.Is(err, interrupt) {
				t.Errorf("error %v is not the interruption", err)
			}
			if left := processesIn(t, cfg.Dir); len(left) > 0 {
				t.Errorf("left running: %v", left)
			}
		})
	}
}

func TestConfigProblemsAreReportedTogether(t *testing.T) {
	_, err := Start(t.Context(), Config{Name: "-bad", Mode: "NONE", Region: "us-east-2"})
	for _, want := range []string{`name "-bad"`, `mode "NONE"`, "Gateway is missing", "Issuer is missing", "Etcd, Now and Log"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}
