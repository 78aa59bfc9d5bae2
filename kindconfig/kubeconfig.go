package kindconfig

import (
	"encoding/json"
	"fmt"
	"os"
)

// writeKubeconfig writes a kubeconfig with one cluster and one user
// (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/). JSON is YAML to its readers.
func writeKubeconfig(path string, cluster, user object) error {
	const name = "default"
	content, err := json.MarshalIndent(object{
		"apiVersion": "v1", "kind": "Config", "current-context": name,
		"clusters": []object{{"name": name, "cluster": cluster}},
		"users":    []object{{"name": name, "user": user}},
		"contexts": []object{{"name": name, "context": object{"cluster": name, "user": name}}},
	}, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(content, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("write a kubeconfig: %w", err)
	}
	return nil
}
