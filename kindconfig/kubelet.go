package kindconfig

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Files of a worker's kubelet, in the worker's folder. The unit's name puts it behind kubeadm's and kind's.
const (
	kubeletConfig     = "kubelet.yaml"
	kubeletConfigPath = "/var/lib/kubelet/config.yaml"
	kubeletKubeconfig = "kubeconfig"
	kubeletUnit       = "20-eksauth.conf"
	kubeletLog        = "kubelet.log"
)

// writeWorkerFiles writes what a worker's kubelet finds at its start. Without a kubeconfig for a bootstrap it asks for no
// certificate, but enters by tokens alone, as on EKS.
func (c *Cluster) writeWorkerFiles(ctx context.Context, w Worker) error {
	dir, logs := c.workerDir(w.Instance), c.workerLogDir(w.Instance)
	if err := makeFolders(dir, logs); err != nil {
		return err
	}
	config, err := c.workerKubeletConfig(ctx, w)
	if err != nil {
		return err
	}
	unit := fmt.Sprintf(`[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--kubeconfig=%s/%s --hostname-override=%s"
StandardOutput=append:%[4]s/%[5]s
StandardError=append:%[4]s/%[5]s
`, nodeDir, kubeletKubeconfig, w.Name, nodeLogDir, kubeletLog)
	return errors.Join(
		touch(filepath.Join(logs, kubeletLog)),
		c.writeWorkerKubeconfig(filepath.Join(dir, kubeletKubeconfig), w),
		os.WriteFile(filepath.Join(dir, kubeletConfig), config, 0o600),
		os.WriteFile(filepath.Join(dir, kubeletUnit), []byte(unit), 0o600),
	)
}

// writeWorkerKubeconfig lets the kubelet enter by the authenticator's own client, as the bootstrap script of EKS's machine
// images does (https://github.com/awslabs/amazon-eks-ami), with credentials from the instance's metadata service.
func (c *Cluster) writeWorkerKubeconfig(path string, w Worker) error {
	metadata := "http://" + net.JoinHostPort(c.machine.String(), strconv.Itoa(w.MetadataPort))
	return writeKubeconfig(path, object{
		"server": "https://" + c.controlPlaneNode() + ":6443", "certificate-authority-data": c.CAData(),
	}, object{"exec": object{
		"apiVersion": "client.authentication.k8s.io/v1beta1", "interactiveMode": "Never",
		"command": nodeAuthenticator, "args": []string{"token", "-i", c.cfg.Name},
		"env": []object{
			{"name": "AWS_REGION", "value": c.cfg.Region}, {"name": "AWS_EC2_METADATA_SERVICE_ENDPOINT", "value": metadata},
		},
	}})
}

// workerKubeletConfig is the configuration of the control plane's kubelet, but for what concerns the node itself.
func (c *Cluster) workerKubeletConfig(ctx context.Context, w Worker) ([]byte, error) {
	text, err := c.inNode(ctx, "cat", kubeletConfigPath)
	if err != nil {
		return nil, fmt.Errorf("read the kubelet's configuration: %w", err)
	}
	config := object{}
	if err := yaml.Unmarshal([]byte(text), &config); err != nil {
		return nil, fmt.Errorf("read the kubelet's configuration: %w", err)
	}
	config["rotateCertificates"], config["providerID"] = false, w.ProviderID
	return yaml.Marshal(config)
}
