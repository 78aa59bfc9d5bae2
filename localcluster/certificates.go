package localcluster

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/internal/pki"
)

const (
	// serviceCIDR is EKS's default range of service addresses for a VPC that is not in 10.0.0.0/8
	// (https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html).
	serviceCIDR = "10.100.0.0/16"
	// serviceAddress is the first of them, which is that of the service `kubernetes`.
	serviceAddress = "10.100.0.1"
)

// certificates is the authority of one cluster and what it issued for this start. The authority lasts; leafs are new at
// every start, so that they never expire in use and follow the configuration.
type certificates struct {
	dir               string
	authority         *pki.CA
	admin             *pki.Leaf
	authenticator     *pki.Leaf
	controllerManager *pki.Leaf
	apiServerClient   *pki.Leaf
}

func issueCertificates(dir string, cfg Config) (*certificates, error) {
	c := &certificates{dir: dir}
	var err error
	if c.authority, err = pki.LoadOrCreate(c.file("ca.pem"), c.file("ca-key.pem"), "kubernetes", cfg.Now); err != nil {
		return nil, err
	}
	for _, client := range []struct {
		leaf        **pki.Leaf
		user, group string
	}{
		{&c.admin, controlplane.AdminUser, controlplane.MastersGroup},
		{&c.authenticator, controlplane.AuthenticatorUser, ""},
		{&c.controllerManager, "system:kube-controller-manager", ""},
		{&c.apiServerClient, "kube-apiserver", ""},
	} {
		request := pki.Request{CommonName: client.user, Client: true}
		if client.group != "" {
			request.Organizations = []string{client.group}
		}
		if *client.leaf, err = c.authority.Issue(request); err != nil {
			return nil, err
		}
	}
	return c, errors.Join(c.issueServers(cfg.ExtraSANs), ensureServiceAccountKey(c.file("sa-key.pem")))
}

// issueServers writes the server certificates where the programs find them.
func (c *certificates) issueServers(extraSANs []string) error {
	apiServer := pki.Request{
		CommonName: "kube-apiserver",
		DNSNames: []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
			"kubernetes.default.svc.cluster.local"},
		IPs:    []net.IP{net.ParseIP(loopback), net.ParseIP(serviceAddress)},
		Server: true,
	}
	for _, name := range extraSANs {
		if ip := net.ParseIP(name); ip != nil {
			apiServer.IPs = append(apiServer.IPs, ip)
		} else {
			apiServer.DNSNames = append(apiServer.DNSNames, name)
		}
	}
	return errors.Join(
		writeServer(c.authority, apiServer, c.file("apiserver.pem"), c.file("apiserver-key.pem")),
		c.issueWebhook(c.authority),
	)
}

// issueWebhook writes the authenticator's server certificate under its own names for the files: with both there, it makes
// none.
func (c *certificates) issueWebhook(authority *pki.CA) error {
	request := pki.Request{CommonName: "aws-iam-authenticator", IPs: []net.IP{net.ParseIP(loopback)}, Server: true}
	return writeServer(authority, request, c.file("cert.pem"), c.file("key.pem"))
}

func writeServer(authority *pki.CA, request pki.Request, certFile, keyFile string) error {
	leaf, err := authority.Issue(request)
	if err != nil {
		return err
	}
	return leaf.Write(certFile, keyFile)
}

func (c *certificates) file(name string) string { return filepath.Join(c.dir, name) }

// clientTLS returns a configuration with which a client in this program enters as the leaf's user.
func (c *certificates) clientTLS(leaf *pki.Leaf) (*tls.Config, error) {
	pair, err := leaf.TLS()
	if err != nil {
		return nil, fmt.Errorf("read back a client certificate: %w", err)
	}
	return &tls.Config{RootCAs: c.authority.Pool(), Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

// ensureServiceAccountKey makes the key that signs service accounts' tokens, once for the life of the cluster. It is RSA
// since EKS's is: the tokens say RS256.
func ensureServiceAccountKey(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return fmt.Errorf("make the service account key: %w", err)
	}
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		return fmt.Errorf("write the service account key: %w", err)
	}
	return nil
}
