package localcluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// Cluster is the running control plane of one cluster. It is safe for concurrent use.
type Cluster struct {
	cfg        Config
	supervisor *supervisor
	lock       *os.File
	healthPort *os.File
	endpoint   string
	certs      *certificates
	// admin enters as a member of system:masters.
	admin         *controlplane.Client
	authenticator *controlplane.Authenticator
	// health asks the authenticator whether it serves, under whatever certificate it does.
	health atomic.Pointer[http.Client]
}

// Start starts a cluster and returns when it lets in those whom it should and no others. If it fails or ctx ends first,
// nothing is left running. ctx has no effect once Start has returned.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("start cluster %q: %w", cfg.Name, err)
	}
	if err := makeFolders(filepath.Join(cfg.Dir, "pki"), cfg.LogDir); err != nil {
		return nil, fmt.Errorf("start cluster %q: %w", cfg.Name, err)
	}
	lock, err := lockFolder(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("start cluster %q: %w", cfg.Name, err)
	}
	c := &Cluster{cfg: cfg, lock: lock, supervisor: newSupervisor(cfg.Exited, cfg.Log)}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start cluster %q: %w", cfg.Name, err), c.Stop(context.WithoutCancel(ctx)))
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context) error {
	apiServer, authenticator, err := c.reservePorts(ctx)
	if err != nil {
		return err
	}
	defer apiServer.release()
	defer authenticator.release()
	c.endpoint, c.authenticator = apiServer.url(), c.newAuthenticator(authenticator.port)
	if c.healthPort, err = holdHealthPort(); err != nil {
		return err
	}
	if err := c.writeFiles(authenticator.url()); err != nil {
		return err
	}
	c.cfg.Progress("starting kube-apiserver")
	apiServer.release()
	if err := c.supervisor.run(ctx, c.apiServerSpec(apiServer.port)); err != nil {
		return err
	}
	if err := c.prepareRoles(ctx); err != nil {
		return err
	}
	c.cfg.Progress("starting aws-iam-authenticator and kube-controller-manager")
	return inParallel(ctx,
		func(ctx context.Context) error { return c.supervisor.run(ctx, c.controllerManagerSpec()) },
		func(ctx context.Context) error {
			authenticator.release()
			return c.supervisor.run(ctx, c.authenticatorSpec(authenticator.url()))
		},
	)
}

func (c *Cluster) reservePorts(ctx context.Context) (apiServer, authenticator *reservation, err error) {
	last := loadPorts(c.cfg.Dir)
	apiServer, err = reserve(ctx, APIServerComponent, c.cfg.Port, last[APIServerComponent])
	if err != nil {
		return nil, nil, err
	}
	authenticator, err = reserve(ctx, AuthenticatorComponent, 0, last[AuthenticatorComponent])
	if err != nil {
		apiServer.release()
		return nil, nil, err
	}
	current := ports{APIServerComponent: apiServer.port, AuthenticatorComponent: authenticator.port}
	if err := current.save(c.cfg.Dir); err != nil {
		apiServer.release()
		authenticator.release()
		return nil, nil, err
	}
	return apiServer, authenticator, nil
}

// writeFiles writes certificates and configurations of all components.
func (c *Cluster) writeFiles(webhook string) error {
	var err error
	if c.certs, err = issueCertificates(c.file("pki"), c.cfg); err != nil {
		return err
	}
	tlsConfig, err := c.certs.clientTLS(c.certs.admin)
	if err != nil {
		return err
	}
	c.admin = &controlplane.Client{
		Endpoint: c.endpoint, HTTP: &http.Client{Transport: &http.Transport{TLSClientConfig: tlsConfig, ForceAttemptHTTP2: true}},
	}
	c.health.Store(c.admin.HTTP)
	ca := c.certs.authority.CertPEM()
	return errors.Join(
		c.writeAPIServerFiles(webhook),
		c.writeAuthenticatorFiles(),
		controlplane.WriteKubeconfig(c.AdminKubeconfig(), c.cfg.Name, c.endpoint, controlplane.AdminUser, ca, c.certs.admin),
		controlplane.WriteKubeconfig(c.file("controller-manager.kubeconfig"), c.cfg.Name, c.endpoint,
			"system:kube-controller-manager", ca, c.certs.controllerManager),
	)
}

// Stop ends all processes of the cluster, by force those that ctx or three seconds each do not suffice for. Its data stays.
// Stopping twice does no harm.
func (c *Cluster) Stop(ctx context.Context) error {
	err := c.supervisor.stop(ctx)
	if c.admin != nil {
		c.admin.HTTP.CloseIdleConnections()
	}
	return errors.Join(err, release(c.healthPort), release(c.lock))
}

// Endpoint is the API server's URL on the loopback address.
func (c *Cluster) Endpoint() string { return c.endpoint }

// CAData is the PEM certificate of the cluster's authority.
func (c *Cluster) CAData() []byte { return c.certs.authority.CertPEM() }

// AdminKubeconfig is the path of a kubeconfig that enters as a member of system:masters without IAM.
func (c *Cluster) AdminKubeconfig() string { return c.file("admin.kubeconfig") }

// AuditLog is the path of the audit log: JSON lines, one an answered request, refused ones included.
func (c *Cluster) AuditLog() string { return filepath.Join(c.cfg.LogDir, "kube-apiserver-audit.log") }

// Files are what decides who enters, and what tells of it.
func (c *Cluster) Files() controlplane.Files {
	files := c.authenticator.Files()
	files.Webhook, files.Admin = c.file(controlplane.WebhookKubeconfig), c.AdminKubeconfig()
	return files
}

// EtcdPrefix is the prefix of the cluster's keys in etcd; whoever deletes the cluster deletes them.
func (c *Cluster) EtcdPrefix() string { return c.cfg.etcdPrefix() }

// Components describes the processes in the order of their start.
func (c *Cluster) Components() []Component { return c.supervisor.components() }

// Restart ends a component, if it runs, and starts it again. Mode and entries stay as they are.
func (c *Cluster) Restart(ctx context.Context, component string) error {
	return c.authenticator.Undisturbed(func() error { return c.supervisor.restart(ctx, component) })
}

// Kill ends a component as a crash would: Exited is told of it.
func (c *Cluster) Kill(component string) error { return c.supervisor.kill(component) }

// Halt ends a component, if it runs, until it is restarted.
func (c *Cluster) Halt(ctx context.Context, component string) error {
	return c.authenticator.Undisturbed(func() error { return c.supervisor.halt(ctx, component) })
}

func (c *Cluster) file(name string) string { return filepath.Join(c.cfg.Dir, name) }

// inParallel runs the functions at once. The first that fails cancels the others, and its error is the result.
func inParallel(ctx context.Context, functions ...func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var running sync.WaitGroup
	for _, function := range functions {
		running.Go(func() {
			if err := function(ctx); err != nil {
				cancel(err)
			}
		})
	}
	running.Wait()
	return context.Cause(ctx)
}
