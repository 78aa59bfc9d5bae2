package kindconfig

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"syscall"

	"sigs.k8s.io/kind/pkg/cluster"

	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/internal/pki"
)

// Cluster is the running kind cluster. It is safe for concurrent use.
type Cluster struct {
	cfg        Config
	containers containers
	provider   *cluster.Provider
	port       int
	endpoint   string
	// machine is the address at which nodes reach this machine.
	machine   netip.Addr
	authority *pki.CA
	// admin enters as a member of system:masters, asAuthenticator as the authenticator does.
	admin, asAuthenticator *controlplane.Client
	authenticator          *controlplane.Authenticator

	// workersMu guards the workers that enter by roles of their own.
	workersMu sync.Mutex

	// mu guards whether the nodes run, whether they are to stop, and which programs do not run in them.
	mu                sync.Mutex
	running, stopping bool
	// aside has the programs that were ended, with the state that they are in.
	aside map[string]controlplane.State
}

// Start starts a cluster and returns when it lets in those whom it should and no others. One that was stopped goes on with
// its data. If it fails or ctx ends first, nothing is left running. ctx has no effect once Start has returned.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	cfg = cfg.withDefaults()
	c, err := start(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("start cluster %q with kind: %w", cfg.Name, err)
	}
	return c, nil
}

func start(ctx context.Context, cfg Config) (*Cluster, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	runtime, err := findContainers(ctx, cfg.Runtime)
	if err != nil {
		return nil, err
	}
	c := &Cluster{cfg: cfg, containers: runtime, provider: runtime.provider(&kindLog{cfg.Progress, cfg.Log}), aside: map[string]controlplane.State{}}
	c.authenticator = controlplane.NewAuthenticator(controlplane.AuthenticatorConfig{
		ClusterID: cfg.Name, Partition: cfg.Partition, Dir: cfg.file("node", "authenticator"), Seen: authenticatorDir,
		StateDir: authenticatorDir, Kubeconfig: authenticatorDir + "/kubeconfig", Address: anyAddress, Port: authenticatorPort,
		Mode: cfg.Mode, Creator: cfg.Creator, Entries: cfg.Entries, Log: c.authenticatorLog, Runs: c.authenticatorRuns,
		Client: func() *controlplane.Client { return c.admin }, Now: cfg.Now,
	})
	existing, err := c.existing(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.prepare(ctx, existing != nil); err != nil {
		return nil, err
	}
	if existing != nil {
		err = c.resume(ctx, existing)
	} else {
		err = c.create(ctx)
	}
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.running = true
	c.mu.Unlock()
	go c.watch(context.WithoutCancel(ctx))
	return c, nil
}

// prepare makes what the nodes find at their start.
func (c *Cluster) prepare(ctx context.Context, again bool) error {
	if err := os.MkdirAll(c.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("make the cluster's folder: %w", err)
	}
	var err error
	if c.port, err = c.choosePort(ctx, again); err != nil {
		return err
	}
	c.endpoint = "https://" + net.JoinHostPort(loopback, strconv.Itoa(c.port))
	if c.machine, err = c.containers.machineAddress(ctx); err != nil {
		return err
	}
	reached, err := c.cfg.Reach(ctx, c.machine)
	if err != nil {
		return fmt.Errorf("serve at %s, where nodes reach this machine: %w", c.machine, err)
	}
	if err := c.forgetLogs(ctx); err != nil {
		return err
	}
	return c.writeFiles(reached)
}

// choosePort returns the port of the API server: the one it has, the configured one if it is free, or any free one.
func (c *Cluster) choosePort(ctx context.Context, again bool) (int, error) {
	if again {
		record, err := loadRecord(c.cfg.Dir)
		return record.Port, err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(loopback, strconv.Itoa(c.cfg.Port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return 0, fmt.Errorf("port %d of %s is taken: end what listens there (`ss -ltnp 'sport = :%d'` names it) or configure another port for the cluster",
			c.cfg.Port, loopback, c.cfg.Port)
	}
	if err != nil {
		return 0, fmt.Errorf("take port %d for the API server: %w", c.cfg.Port, explain(err))
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return port, listener.Close()
}

// Stop stops the nodes; their data stays. Stopping twice does no harm.
func (c *Cluster) Stop(ctx context.Context) error {
	c.mu.Lock()
	c.stopping, c.running = true, false
	c.mu.Unlock()
	if c.admin != nil {
		c.admin.HTTP.CloseIdleConnections()
	}
	nodes, err := c.containers.nodeIDs(ctx, c.cfg.KindName)
	if err != nil || len(nodes) == 0 {
		return err
	}
	// Nothing in a node needs a long farewell: etcd has on its disk what it has acknowledged.
	err = c.end(ctx, func() error {
		_, err := c.containers.output(ctx, append([]string{"stop", "-t", "5"}, nodes...)...)
		return err
	})
	if err != nil {
		return fmt.Errorf("stop the nodes of cluster %q: %w", c.cfg.Name, err)
	}
	return nil
}

// Delete removes a cluster that does not run, its nodes, its folder and its logs. A cluster that is not there is no error.
func Delete(ctx context.Context, cfg Config) error {
	cfg = cfg.withDefaults()
	runtime, err := findContainers(ctx, cfg.Runtime)
	if err != nil {
		return fmt.Errorf("delete cluster %q: %w", cfg.Name, err)
	}
	c := &Cluster{cfg: cfg, containers: runtime, provider: runtime.provider(&kindLog{cfg.Progress, cfg.Log})}
	if existing, err := c.existing(ctx); err != nil {
		return fmt.Errorf("delete cluster %q: %w", cfg.Name, err)
	} else if existing != nil {
		if err := c.deleteNodes(ctx); err != nil {
			return fmt.Errorf("delete cluster %q: %w", cfg.Name, explain(err))
		}
	}
	made, err := loadRecord(cfg.Dir)
	return errors.Join(err, runtime.remove(ctx, made.Image, cfg.LogDir), os.RemoveAll(cfg.Dir))
}

// deleteNodes deletes what kind knows by the cluster's name.
func (c *Cluster) deleteNodes(ctx context.Context) error {
	return c.end(ctx, func() error { return c.provider.Delete(c.cfg.KindName, c.kindKubeconfig()) })
}

// watch tells of the end of the control plane's node if nobody has stopped it.
func (c *Cluster) watch(ctx context.Context) {
	_, err := c.containers.output(ctx, "wait", c.controlPlaneNode())
	c.mu.Lock()
	stopping := c.stopping
	c.running = false
	c.mu.Unlock()
	if stopping {
		return
	}
	if err == nil {
		err = errors.New("the container has ended")
	}
	c.cfg.Exited(c.controlPlaneNode(), err)
}

func (c *Cluster) authenticatorRuns() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running && c.aside[controlplane.AuthenticatorComponent] == ""
}
