package kindconfig

import (
	"encoding/json"
	"fmt"

	"github.com/eksauth/eksauth/internal/controlplane"
)

const (
	authenticatorDir = nodeDir + "/authenticator"
	// podManifest is the authenticator's manifest in nodeDir, and manifestDir where the kubelet finds those that it is to run.
	podManifest = "aws-iam-authenticator.yaml"
	manifestDir = "/etc/kubernetes/manifests"
	// holderImage is in every node image, since each pod has a container of it. The authenticator is static, and needs nothing
	// of an image but that there is one.
	holderImage = "registry.k8s.io/pause:3.10"
	// authenticatorPort is where the authenticator answers the API server, in the network of the node. It is the port that
	// its own manifests name.
	authenticatorPort = 21362
	// anyAddress lets the authenticator also answer at the node's own address, for whoever explains a refusal.
	anyAddress = "0.0.0.0"
)

// object is a Kubernetes object, or a part of one.
type object = map[string]any

// authenticatorPod is the manifest of the static pod: beside the API server, in the node's network, restarted by the
// kubelet. JSON is YAML to the kubelet.
func authenticatorPod(configFile string, variables []controlplane.Variable) ([]byte, error) {
	env := make([]object, len(variables))
	for i, v := range variables {
		env[i] = object{"name": v.Name, "value": v.Value}
	}
	mount := func(name, path string) object { return object{"name": name, "mountPath": path, "readOnly": true} }
	hostPath := func(name, path, kind string) object {
		return object{"name": name, "hostPath": object{"path": path, "type": kind}}
	}
	manifest, err := json.MarshalIndent(object{
		"apiVersion": "v1", "kind": "Pod",
		"metadata": object{"name": "aws-iam-authenticator", "namespace": "kube-system", "labels": object{"component": "aws-iam-authenticator"}},
		"spec": object{
			"hostNetwork": true, "priorityClassName": "system-node-critical",
			// It keeps nothing, and at SIGTERM it goes on serving.
			"terminationGracePeriodSeconds": 1,
			"containers": []object{{
				"name": "aws-iam-authenticator", "image": holderImage, "imagePullPolicy": "Never",
				"command": []string{nodeAuthenticator, "server", "--config=" + configFile},
				"env":     env,
				"volumeMounts": []object{
					mount("program", nodeAuthenticator), mount("files", authenticatorDir),
				},
			}},
			"volumes": []object{
				hostPath("program", nodeAuthenticator, "File"), hostPath("files", authenticatorDir, "Directory"),
			},
		},
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the authenticator's pod: %w", err)
	}
	return append(manifest, '\n'), nil
}
