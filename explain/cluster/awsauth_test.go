package cluster

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// serve answers as an API server with the ConfigMaps at the paths, and returns a kubeconfig with a context "prod" for it.
func serve(t *testing.T, objects map[string]string) (kubeconfig string) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			t.Errorf("a %s request: reading must change nothing", r.Method)
		}
		switch object, ok := objects[r.URL.Path]; {
		case r.Header.Get("Authorization") != "Bearer secret":
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, "Unauthorized")
		case !ok:
			http.NotFound(w, r)
		default:
			_, _ = io.WriteString(w, object)
		}
	}))
	t.Cleanup(server.Close)
	config := clientcmdapi.NewConfig()
	config.Clusters["prod"] = &clientcmdapi.Cluster{
		Server:                   server.URL,
		CertificateAuthorityData: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
	}
	config.AuthInfos["me"] = &clientcmdapi.AuthInfo{Token: "secret"}
	config.AuthInfos["other"] = &clientcmdapi.AuthInfo{Token: "wrong"}
	config.Contexts["prod"] = &clientcmdapi.Context{Cluster: "prod", AuthInfo: "me"}
	config.Contexts["stranger"] = &clientcmdapi.Context{Cluster: "prod", AuthInfo: "other"}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadAWSAuth(t *testing.T) {
	kubeconfig := serve(t, map[string]string{
		awsAuthPath: `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"aws-auth","namespace":"kube-system","uid":"1"},"data":{"mapRoles":"- rolearn: x\n  username: y\n"}}`,
	})
	text, err := ReadAWSAuth(t.Context(), kubeconfig, "prod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "    mapRoles: |\n        - rolearn: x\n          username: y\n") || !strings.Contains(text, "namespace: kube-system") {
		t.Errorf("got %s", text)
	}
	if _, err := ReadAWSAuth(t.Context(), kubeconfig, "stranger"); err == nil || !strings.Contains(err.Error(), "401 Unauthorized") {
		t.Errorf("a stranger: %v", err)
	}
	if _, err := ReadAWSAuth(t.Context(), kubeconfig, "absent"); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", "absent")) {
		t.Errorf("an absent context: %v", err)
	}
	if _, err := ReadAWSAuth(t.Context(), os.DevNull+"x", ""); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("an absent kubeconfig: %v", err)
	}
}

func TestReadAWSAuthOfAClusterWithout(t *testing.T) {
	if _, err := ReadAWSAuth(t.Context(), serve(t, nil), "prod"); !errors.Is(err, ErrNoAWSAuth) {
		t.Errorf("got %v", err)
	}
}
