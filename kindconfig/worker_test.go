package kindconfig

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/eksauth/eksauth/internal/pki"
)

// nodeDocker has a control plane's node, notes what is done beside that, and cannot start what FAILS says.
const nodeDocker = `case "$1" in
exec) printf 'clusterDNS: [10.100.0.10]\nrotateCertificates: true\n' ;;
ps) case "$*" in *io.eksauth.instance*) echo worker ;; *) echo control-plane ;; esac ;;
create) echo "$*" >>"$NOTES"; echo worker ;;
start) echo "$*" >>"$NOTES"; [ -z "$FAILS" ] || { echo "$FAILS" >&2; exit 1; } ;;
rm) echo "$*" >>"$NOTES" ;;
esac`

var someWorker = Worker{
	Instance: "i-0123456789abcdef0", Name: "ip-10-0-1-2.us-east-2.compute.internal", ProviderID: "aws:///us-east-2a/i-0123456789abcdef0", MetadataPort: 1338,
}

// hostOf returns a cluster that runs with the command, and what the command has noted.
func hostOf(t *testing.T, runtime containers) (*Cluster, func() string) {
	t.Helper()
	fakeDocker(t, nodeDocker)
	notes := filepath.Join(t.TempDir(), "notes")
	t.Setenv("NOTES", notes)
	authority, err := pki.New("kubernetes", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Name: "Dev", KindName: "eksauth-dev", Region: "us-east-2", Dir: t.TempDir(), LogDir: t.TempDir(), Image: "node:v1", Authenticator: "/bin/authenticator"}
	return &Cluster{cfg: cfg, containers: runtime, authority: authority, machine: netip.MustParseAddr("172.18.0.1")}, func() string {
		noted, err := os.ReadFile(notes)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return string(noted)
	}
}

func TestWorkerEntersWithTheRoleOfItsInstance(t *testing.T) {
	c, noted := hostOf(t, docker)
	if err := c.StartWorker(t.Context(), someWorker); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"--name eksauth-dev-9abcdef0-node", "--label io.x-k8s.kind.cluster=eksauth-dev", "--label io.eksauth.instance=i-0123456789abcdef0",
		"/kubelet.yaml:/var/lib/kubelet/config.yaml:ro", "/bin/authenticator:/usr/local/bin/aws-iam-authenticator:ro", "node:v1\nstart worker\n",
	} {
		if !strings.Contains(noted(), want) {
			t.Errorf("%q is not in what Docker was asked for:\n%s", want, noted())
		}
	}
	var kubeconfig struct {
		Clusters []struct{ Cluster struct{ Server string } }
		Users    []struct{ User struct{ Exec any } }
	}
	readFile(t, filepath.Join(c.workerDir(someWorker.Instance), kubeletKubeconfig), json.Unmarshal, &kubeconfig)
	want := map[string]any{
		"apiVersion": "client.authentication.k8s.io/v1beta1", "interactiveMode": "Never",
		"command": "/usr/local/bin/aws-iam-authenticator", "args": []any{"token", "-i", "Dev"},
		"env": []any{
			map[string]any{"name": "AWS_REGION", "value": "us-east-2"},
			map[string]any{"name": "AWS_EC2_METADATA_SERVICE_ENDPOINT", "value": "http://172.18.0.1:1338"},
		},
	}
	if diff := cmp.Diff(want, kubeconfig.Users[0].User.Exec); diff != "" {
		t.Errorf("plugin (-want +got):\n%s", diff)
	}
	if got := kubeconfig.Clusters[0].Cluster.Server; got != "https://eksauth-dev-control-plane:6443" {
		t.Errorf("the server is %s", got)
	}
	config := map[string]any{}
	readFile(t, filepath.Join(c.workerDir(someWorker.Instance), kubeletConfig), yaml.Unmarshal, &config)
	if diff := cmp.Diff(map[string]any{"clusterDNS": []any{"10.100.0.10"}, "rotateCertificates": false, "providerID": someWorker.ProviderID}, config); diff != "" {
		t.Errorf("kubelet's configuration (-want +got):\n%s", diff)
	}
}

func readFile(t *testing.T, path string, decode func([]byte, any) error, into any) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err == nil {
		err = decode(content, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestWorkerThatDoesNotStart(t *testing.T) {
	t.Run("leaves nothing behind", func(t *testing.T) {
		c, noted := hostOf(t, docker)
		t.Setenv("FAILS", "OCI runtime create failed: unable to apply caps: operation not permitted")
		err := c.StartWorker(t.Context(), someWorker)
		if err == nil || !strings.Contains(err.Error(), "scripts/docker-up.sh") {
			t.Errorf("%v; want an error that names the cure", err)
		}
		if !strings.HasSuffix(noted(), "rm -f -v worker\n") || c.HasWorker(someWorker.Instance) {
			t.Errorf("it is left: %s", noted())
		}
	})
	t.Run("runs already", func(t *testing.T) {
		c, noted := hostOf(t, docker)
		if err := c.StartWorker(t.Context(), someWorker); err != nil {
			t.Fatal(err)
		}
		if err := c.StartWorker(t.Context(), someWorker); err == nil || !strings.Contains(err.Error(), `is a node of cluster "Dev" already`) {
			t.Errorf("%v; want an error that it runs already", err)
		}
		if err := c.RemoveWorker(t.Context(), someWorker.Instance); err != nil || c.HasWorker(someWorker.Instance) || !strings.Contains(noted(), "rm -f -v worker") {
			t.Errorf("it is not removed: %v, %s", err, noted())
		}
	})
	t.Run("without Docker", func(t *testing.T) {
		c, _ := hostOf(t, podman)
		if err := c.StartWorker(t.Context(), someWorker); err == nil || !strings.Contains(err.Error(), "without --container") {
			t.Errorf("%v; want an error that says what works instead", err)
		}
	})
}
