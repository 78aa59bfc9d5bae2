package controlplane

import (
	"encoding/base64"
	"fmt"
	"os"

	"github.com/eksauth/eksauth/internal/pki"
)

// kubeconfigFormat is the smallest complete kubeconfig
// (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/). Only the user's part varies.
const kubeconfigFormat = `apiVersion: v1
kind: Config
clusters:
- name: %[1]q
  cluster:
    server: %[2]q
    certificate-authority-data: %[3]s
users:
- name: %[4]q
  user: {%[5]s}
contexts:
- name: %[4]q
  context: {cluster: %[1]q, user: %[4]q}
current-context: %[4]q
`

// WriteKubeconfig writes a kubeconfig for server, whose certificate ca signed. A leaf makes its owner the user; nil makes
// one without credentials.
func WriteKubeconfig(path, cluster, server, user string, ca []byte, leaf *pki.Leaf) error {
	credentials := ""
	if leaf != nil {
		credentials = fmt.Sprintf("client-certificate-data: %s, client-key-data: %s", encode(leaf.CertPEM), encode(leaf.KeyPEM))
	}
	content := fmt.Sprintf(kubeconfigFormat, cluster, server, encode(ca), user, credentials)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		return fmt.Errorf("write a kubeconfig: %w", err)
	}
	return nil
}

func encode(content []byte) string { return base64.StdEncoding.EncodeToString(content) }
