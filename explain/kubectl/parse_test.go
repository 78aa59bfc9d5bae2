package kubectl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	manifest := filepath.Join(t.TempDir(), "web.yaml")
	if err := os.WriteFile(manifest, []byte("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n---\nkind: Secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"get pods":                                  "list pods -n default",
		"kubectl get pods -n dev":                   "list pods -n dev",
		"get pods -ndev -o wide":                    "list pods -n dev",
		"get pods --namespace=dev --watch":          "list pods -n dev",
		"get po -A":                                 "list po",
		"get pods --all-namespaces -l app=x":        "list pods",
		"--context x -n dev get pod/web":            "get pod web -n dev",
		"get deploy web":                            "get deploy web -n default",
		"get deployments.apps,svc":                  "list deployments.apps -n default",
		"get all":                                   "list pods -n default",
		"get --raw /version?timeout=1s":             "get /version",
		"describe node n1":                          "get node n1 -n default",
		"logs web -f --tail 5 -c app":               "get pods/log web -n default",
		"logs -p deploy/web":                        "get pods/log -n default",
		"exec -it web -n dev -- get nodes":          "create pods/exec web -n dev",
		"exec pod/web -- sh":                        "create pods/exec web -n default",
		"cp f web:/f":                               "create pods/exec -n default",
		"port-forward svc/web 80":                   "create pods/portforward -n default",
		"attach web":                                "create pods/attach web -n default",
		"run web --image x":                         "create pods -n default",
		"expose deploy web --port 80":               "create services -n default",
		"delete pod web --now":                      "delete pod web -n default",
		"delete -f " + manifest:                     "delete Deployment.apps web -n shop",
		"apply -f " + manifest:                      "patch Deployment.apps web -n shop",
		"create -f " + manifest:                     "create Deployment.apps -n shop",
		"create deployment web --image x":           "create deployment -n default",
		"create secret generic x":                   "create secrets -n default",
		"create token builder":                      "create serviceaccounts/token builder -n default",
		"scale deploy/web --replicas 2":             "patch deploy/scale web -n default",
		"set image deploy/web x=y":                  "patch deploy web -n default",
		"rollout restart deploy/web":                "patch deploy web -n default",
		"rollout status deploy web -w":              "get deploy web -n default",
		"patch cm x -p {}":                          "patch cm x -n default",
		"drain n1":                                  "create pods/eviction -n default",
		"cordon n1":                                 "patch nodes n1 -n default",
		"top pods":                                  "list pods.metrics.k8s.io -n default",
		"top node":                                  "list nodes.metrics.k8s.io -n default",
		"auth can-i list deployments.apps -n dev":   "list deployments.apps -n dev",
		"auth can-i get pods/web":                   "get pods web -n default",
		"auth can-i get pods web --subresource log": "get pods/log web -n default",
		"auth can-i create widgets.example.org -A":  "create widgets.example.org",
		"auth can-i get /healthz":                   "get /healthz",
		"auth whoami":                               "create selfsubjectreviews.authentication.k8s.io -n default",
		"version":                                   "get /version",
		"cluster-info":                              "list services -n kube-system",
	}
	for words, want := range tests {
		got, err := Parse(strings.Fields(words), "default")
		if err != nil {
			t.Errorf("%s: %v", words, err)
			continue
		}
		if got.String() != want || got.Typed != (got.Path == "") {
			t.Errorf("%s: got %q, want %q", words, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := map[string]string{
		"":                   "is no kubectl command",
		"kubectl -n dev":     "is no kubectl command",
		"frobnicate pods":    `no command "frobnicate"`,
		"get":                "names no resource",
		"config view":        "asks nothing of a cluster",
		"apply -k .":         "kustomization",
		"apply":              "add -f FILE",
		"apply -f /absent":   "no such file",
		"auth can-i list":    "wants a verb and a resource",
		"auth reconcile":     "use auth can-i",
		"apply -f /dev/null": "has no kind",
	}
	for words, want := range tests {
		if _, err := Parse(strings.Fields(words), "default"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", words, err, want)
		}
	}
}

func TestReview(t *testing.T) {
	got := Request{Verb: "get", Resource: "pods", Subresource: "log", Namespace: "dev"}.Review()
	want := map[string]any{"resourceAttributes": map[string]string{"verb": "get", "group": "", "resource": "pods", "subresource": "log", "namespace": "dev", "name": ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("review (-want +got):\n%s", diff)
	}
	got = Request{Verb: "get", Path: "/version"}.Review()
	if diff := cmp.Diff(map[string]any{"nonResourceAttributes": map[string]string{"verb": "get", "path": "/version"}}, got); diff != "" {
		t.Errorf("review of a path (-want +got):\n%s", diff)
	}
}

func TestBinding(t *testing.T) {
	tests := map[string]string{
		"get pods -n dev": "kubectl create role list-pods --verb=list --resource=pods -n dev\nkubectl create rolebinding list-pods --role=list-pods --group=x -n dev",
		"get deployments.apps -A": "kubectl create clusterrole list-deployments --verb=list --resource=deployments.apps\n" +
			"kubectl create clusterrolebinding list-deployments --clusterrole=list-deployments --group=x",
		"logs web -n dev": "kubectl create role get-pods-log --verb=get --resource=pods/log -n dev\nkubectl create rolebinding get-pods-log --role=get-pods-log --group=x -n dev",
		"get --raw /metrics": "kubectl create clusterrole get-metrics --verb=get --non-resource-url=/metrics\n" +
			"kubectl create clusterrolebinding get-metrics --clusterrole=get-metrics --group=x",
	}
	for words, want := range tests {
		request, err := Parse(strings.Fields(words), "default")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, request.Binding("--group=x")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", words, diff)
		}
	}
}
