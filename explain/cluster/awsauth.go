package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// awsAuthPath is the one ConfigMap that the authenticator reads.
const awsAuthPath = "/api/v1/namespaces/kube-system/configmaps/aws-auth"

const timeout = 15 * time.Second

// ErrNoAWSAuth says that the cluster has no aws-auth ConfigMap, as clusters that use access entries alone have none.
var ErrNoAWSAuth = errors.New("the cluster has no ConfigMap kube-system/aws-auth")

// ReadAWSAuth returns the aws-auth ConfigMap of the cluster in a kubeconfig's context, as a YAML manifest. An empty context
// is the kubeconfig's current one. The only request is one GET, with the credentials of the kubeconfig.
func ReadAWSAuth(ctx context.Context, kubeconfig, contextName string) (string, error) {
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
		&clientcmd.ClientConfigLoadingRules{ExplicitPath: kubeconfig}, &clientcmd.ConfigOverrides{CurrentContext: contextName}).ClientConfig()
	if err != nil {
		return "", fmt.Errorf("read the kubeconfig %s: %w", kubeconfig, err)
	}
	config.Timeout = timeout
	answer, err := get(ctx, config, awsAuthPath)
	if err != nil {
		return "", fmt.Errorf("read aws-auth: %w", err)
	}
	return manifest(answer)
}

func get(ctx context.Context, config *rest.Config, path string) ([]byte, error) {
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	server, _, err := rest.DefaultServerURL(config.Host, "", schema.GroupVersion{}, config.CAFile != "" || len(config.CAData) > 0)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.JoinPath(path).String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode == http.StatusNotFound:
		return nil, ErrNoAWSAuth
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s: %s", response.Status, answer)
	}
	return answer, nil
}

// manifest writes a ConfigMap as YAML, so that the lists have lines.
func manifest(answer []byte) (string, error) {
	var object struct {
		APIVersion string `json:"apiVersion" yaml:"apiVersion"`
		Kind       string `json:"kind" yaml:"kind"`
		Metadata   struct {
			Name      string `json:"name" yaml:"name"`
			Namespace string `json:"namespace" yaml:"namespace"`
		} `json:"metadata" yaml:"metadata"`
		Data map[string]string `json:"data" yaml:"data"`
	}
	if err := json.Unmarshal(answer, &object); err != nil {
		return "", fmt.Errorf("read aws-auth: %w", err)
	}
	text, err := yaml.Marshal(object)
	if err != nil {
		return "", fmt.Errorf("write aws-auth: %w", err)
	}
	return string(text), nil
}
