package emulator

import (
	"context"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/eksauth/eksauth/emulator/config"
)

// configMaps is the collection in which EKS keeps aws-auth.
const configMaps = "/api/v1/namespaces/kube-system/configmaps"

// createAWSAuth writes the configured aws-auth unless the cluster has one: what people changed since stays.
func createAWSAuth(ctx context.Context, cluster Cluster, auth *config.AWSAuth) error {
	if auth == nil {
		return nil
	}
	data := map[string]string{}
	for key, list := range map[string]any{"mapRoles": auth.MapRoles, "mapUsers": auth.MapUsers, "mapAccounts": auth.MapAccounts} {
		text, err := yaml.Marshal(list)
		if err != nil {
			return fmt.Errorf("write %s of aws-auth: %w", key, err)
		}
		if string(text) != "[]\n" {
			data[key] = string(text)
		}
	}
	_, err := cluster.Create(ctx, configMaps, map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]string{"name": "aws-auth", "namespace": "kube-system"},
		"data":     data,
	})
	return err
}
