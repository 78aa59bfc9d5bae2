package kindconfig

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/internal/pki"
)

// inNode is the API server as the pods of the control plane's node reach it.
const inNode = "https://" + loopback + ":6443"

// writeFiles makes all that the control plane's node finds at its start, and the clients by which we enter the cluster.
func (c *Cluster) writeFiles(reached Reached) error {
	if err := makeFolders(c.cfg.file("pki"), c.cfg.file("node", "apiserver"), c.cfg.file("node", "authenticator", "no-certificates")); err != nil {
		return err
	}
	var err error
	if c.authority, err = pki.LoadOrCreate(c.cfg.file("pki", "ca.pem"), c.cfg.file("pki", "ca-key.pem"), "kubernetes", c.cfg.Now); err != nil {
		return err
	}
	return errors.Join(
		ensureServiceAccountKeys(c.cfg.file("pki", "sa-key.pem"), c.cfg.file("pki", "sa-pub.pem")),
		c.makePodLogs(),
		touch(c.AuditLog()),
		c.writeClients(),
		c.writeAPIServerFiles(reached.Authorizer),
		c.writeAuthenticatorFiles(reached.Gateway),
	)
}

func makeFolders(folders ...string) error {
	for _, folder := range folders {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("make the cluster's folder: %w", err)
		}
	}
	return nil
}

// touch makes a log that the node is to write, so that it belongs to this program's user.
func touch(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("make a log: %w", err)
	}
	return file.Close()
}

// writeClients issues the certificates by which this program and the authenticator enter.
func (c *Cluster) writeClients() error {
	admin, err := c.authority.Issue(pki.Request{
		CommonName: controlplane.AdminUser, Organizations: []string{controlplane.MastersGroup}, Client: true,
	})
	if err != nil {
		return err
	}
	authenticator, err := c.authority.Issue(pki.Request{CommonName: controlplane.AuthenticatorUser, Client: true})
	if err != nil {
		return err
	}
	if c.admin, err = c.client(admin); err != nil {
		return err
	}
	if c.asAuthenticator, err = c.client(authenticator); err != nil {
		return err
	}
	ca := c.authority.CertPEM()
	return errors.Join(
		controlplane.WriteKubeconfig(c.AdminKubeconfig(), c.cfg.Name, c.endpoint, controlplane.AdminUser, ca, admin),
		controlplane.WriteKubeconfig(c.cfg.file("node", "authenticator", "kubeconfig"), c.cfg.Name, inNode, controlplane.AuthenticatorUser, ca, authenticator),
	)
}

func (c *Cluster) client(leaf *pki.Leaf) (*controlplane.Client, error) {
	pair, err := leaf.TLS()
	if err != nil {
		return nil, fmt.Errorf("read back a client certificate: %w", err)
	}
	config := &tls.Config{RootCAs: c.authority.Pool(), Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	return &controlplane.Client{
		Endpoint: c.endpoint, HTTP: &http.Client{Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}},
	}, nil
}

func (c *Cluster) writeAPIServerFiles(authorizer *controlplane.Authorizer) error {
	server := c.cfg.apiServer(authorizer != nil)
	webhook := fmt.Sprintf("https://%s:%d/authenticate", loopback, authenticatorPort)
	errs := []error{
		server.Write(),
		controlplane.WriteKubeconfig(filepath.Join(server.Dir, controlplane.WebhookKubeconfig), "aws-iam-authenticator", webhook,
			"kube-apiserver", c.authority.CertPEM(), nil),
	}
	if authorizer != nil {
		ca, err := os.ReadFile(authorizer.CAFile)
		if err != nil {
			return fmt.Errorf("read the authorizer's authority: %w", err)
		}
		leaf, err := c.authority.Issue(pki.Request{CommonName: "kube-apiserver", Client: true})
		if err != nil {
			return err
		}
		errs = append(errs, controlplane.WriteKubeconfig(filepath.Join(server.Dir, controlplane.AuthorizerKubeconfig), "access-policies",
			authorizer.URL, "kube-apiserver", ca, leaf))
	}
	return errors.Join(errs...)
}

// certifyAuthenticator gives the authenticator a serving certificate. cert.pem and key.pem are its own names: with both there,
// it makes none.
func (c *Cluster) certifyAuthenticator(authority *pki.CA) error {
	leaf, err := authority.Issue(pki.Request{CommonName: "aws-iam-authenticator", IPs: []net.IP{net.ParseIP(loopback)}, Server: true})
	if err != nil {
		return err
	}
	return leaf.Write(c.cfg.file("node", "authenticator", "cert.pem"), c.cfg.file("node", "authenticator", "key.pem"))
}

// writeAuthenticatorFiles writes the authenticator's certificate, configuration and pod.
func (c *Cluster) writeAuthenticatorFiles(gateway string) error {
	dir := c.cfg.file("node", "authenticator")
	ca, err := os.ReadFile(c.cfg.GatewayCA)
	if err != nil {
		return fmt.Errorf("read the gateway's authority: %w", err)
	}
	environment := controlplane.AuthenticatorEnvironment{
		Home: authenticatorDir, Region: c.cfg.Region, Gateway: gateway, GatewayCA: authenticatorDir + "/gateway-ca.pem",
		NoCertificates: authenticatorDir + "/no-certificates", Credentials: c.cfg.Credentials,
	}
	pod, err := authenticatorPod(c.authenticator.ConfigFile(), environment.Variables())
	if err != nil {
		return err
	}
	return errors.Join(
		c.certifyAuthenticator(c.authority),
		os.WriteFile(filepath.Join(dir, "gateway-ca.pem"), ca, 0o600),
		c.authenticator.Write(),
		os.WriteFile(c.cfg.file("node", podManifest), pod, 0o600),
	)
}

// ensureServiceAccountKeys makes the keys of service accounts' tokens, once for the life of the cluster. They are RSA since
// EKS's are: the tokens say RS256.
func ensureServiceAccountKeys(private, public string) error {
	if _, err := os.Stat(public); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return fmt.Errorf("make the service account key: %w", err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return fmt.Errorf("encode the service account key: %w", err)
	}
	return errors.Join(
		writePEM(private, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)),
		writePEM(public, "PUBLIC KEY", der),
	)
}

func writePEM(path, kind string, der []byte) error {
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		return fmt.Errorf("write the service account key: %w", err)
	}
	return nil
}
