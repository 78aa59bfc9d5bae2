package localcluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// APIServerComponent is the name of kube-apiserver among the components.
const APIServerComponent = controlplane.APIServerComponent

// Two of the API server's readiness checks look once a second, so that each may cost half of a start. The one makes the
// priority classes, which only a scheduler needs. The other makes the built-in roles, which a cluster that has been
// started before has in etcd.
const (
	readyButRoles = "/readyz?exclude=poststarthook/scheduling/bootstrap-system-priority-classes&exclude=poststarthook/rbac/bootstrap-roles"
	rolesReady    = "/readyz/poststarthook/rbac/bootstrap-roles"
)

func (c *Cluster) apiServerConfig() controlplane.APIServer {
	return controlplane.APIServer{
		Dir: c.cfg.Dir, Seen: c.cfg.Dir, AuditLog: c.AuditLog(), Issuer: c.cfg.Issuer, CacheTTL: c.cfg.CacheTTL,
		Authorizer: c.cfg.Authorizer != nil,
	}
}

// writeAPIServerFiles writes the configuration files that the API server is started with.
func (c *Cluster) writeAPIServerFiles(webhook string) error {
	if authorizer := c.cfg.Authorizer; authorizer != nil {
		ca, err := os.ReadFile(authorizer.CAFile)
		if err != nil {
			return fmt.Errorf("read the authorizer's authority: %w", err)
		}
		kubeconfig := c.file(controlplane.AuthorizerKubeconfig)
		if err := controlplane.WriteKubeconfig(kubeconfig, "access-policies", authorizer.URL, "kube-apiserver", ca, c.certs.apiServerClient); err != nil {
			return err
		}
	}
	if err := c.apiServerConfig().Write(); err != nil {
		return err
	}
	return controlplane.WriteKubeconfig(c.file(controlplane.WebhookKubeconfig), "aws-iam-authenticator", webhook+"/authenticate",
		"kube-apiserver", c.certs.authority.CertPEM(), nil)
}

func (c *Cluster) apiServerSpec(port int) spec {
	return spec{
		name:    APIServerComponent,
		path:    c.cfg.Binaries.APIServer,
		args:    c.apiServerArguments(port),
		env:     []string{"HOME=" + c.cfg.Dir},
		dir:     c.cfg.Dir,
		logFile: filepath.Join(c.cfg.LogDir, APIServerComponent+".log"),
		signal:  syscall.SIGTERM,
		ready:   func(ctx context.Context, _ int64) error { return c.admin.Probe(ctx, readyButRoles) },
	}
}

func (c *Cluster) apiServerArguments(port int) []string {
	arguments := []string{
		"--bind-address=" + loopback,
		"--advertise-address=" + loopback,
		fmt.Sprintf("--secure-port=%d", port),
		// A loopback address cannot be an endpoint of the service `kubernetes`.
		"--endpoint-reconciler-type=none",
		"--allow-privileged=true",
		"--service-cluster-ip-range=" + serviceCIDR,

		"--etcd-servers=" + c.cfg.Etcd.Endpoint(),
		"--etcd-prefix=" + c.EtcdPrefix(),
		"--etcd-cafile=" + c.cfg.Etcd.CAFile(),
		"--etcd-certfile=" + c.cfg.Etcd.CertFile(),
		"--etcd-keyfile=" + c.cfg.Etcd.KeyFile(),

		"--tls-cert-file=" + c.certs.file("apiserver.pem"),
		"--tls-private-key-file=" + c.certs.file("apiserver-key.pem"),
		"--client-ca-file=" + c.certs.file("ca.pem"),
		"--service-account-key-file=" + c.certs.file("sa-key.pem"),
		"--service-account-signing-key-file=" + c.certs.file("sa-key.pem"),

		"--profiling=false",
	}
	for _, argument := range c.apiServerConfig().Arguments() {
		arguments = append(arguments, "--"+argument.Name+"="+argument.Value)
	}
	return arguments
}
