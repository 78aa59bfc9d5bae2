package kubelet

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Config says which node joins which cluster.
type Config struct {
	// Server is the kube-apiserver's URL, and CA the certificate of its authority, as PEM.
	Server string
	CA     []byte
	// Token makes a bearer token; it is asked before every request, since an EKS token lives for minutes.
	Token func(ctx context.Context) (string, error)
	Node  Node
	Now   func() time.Time
}

// Node is the machine that joins.
type Node struct {
	// Name is the node's name: on EC2 the private DNS name.
	Name string
	// ProviderID names the instance to Kubernetes: aws:///ZONE/INSTANCE.
	ProviderID string
	// IP is the node's address, Type its instance type.
	IP, Type     string
	Region, Zone string
}

// Kubelet is a node's part in a cluster.
type Kubelet struct {
	cfg  Config
	http *http.Client
	// uid and version are known from Register on.
	uid, version string
}

// ErrUnauthorized says that the cluster does not know whoever made the token. Its text is the API server's own.
var ErrUnauthorized = errors.New("Unauthorized")

// What a kubelet does by default (https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/): the Lease is
// renewed four times within its lifetime, and the status is reported much less often.
const (
	leaseLifetime  = 40 * time.Second
	renewInterval  = leaseLifetime / 4
	statusInterval = 5 * time.Minute
	// patience is how long a node goes on while the control plane cannot be reached.
	patience = 10 * time.Minute
)

// New makes a kubelet, which does nothing yet.
func New(cfg Config) (*Kubelet, error) {
	client, err := newClient(cfg.CA)
	if err != nil {
		return nil, err
	}
	return &Kubelet{cfg: cfg, http: client}, nil
}

// Register makes the Node object, or takes over that of an earlier run, and says that the node is ready. It wraps
// ErrUnauthorized if the cluster does not know the node.
func (k *Kubelet) Register(ctx context.Context) error {
	var server struct{ GitVersion string }
	if err := k.do(ctx, http.MethodGet, "/version", nil, &server); err != nil {
		return fmt.Errorf("join as node %s: %w", k.cfg.Node.Name, err)
	}
	k.version = server.GitVersion
	var known object
	err := k.do(ctx, http.MethodPost, "/api/v1/nodes", k.node(), &known)
	if isStatus(err, http.StatusConflict) {
		err = k.takeOver(ctx, &known)
	}
	if err != nil {
		return fmt.Errorf("join as node %s: %w", k.cfg.Node.Name, err)
	}
	k.uid = known.Metadata.UID
	if err := k.renew(ctx); err != nil {
		return fmt.Errorf("join as node %s: %w", k.cfg.Node.Name, err)
	}
	return nil
}

// takeOver goes on with a Node object that is there already, unless it is another instance's.
func (k *Kubelet) takeOver(ctx context.Context, known *object) error {
	if err := k.do(ctx, http.MethodGet, k.nodePath(), nil, known); err != nil {
		return err
	}
	if known.Spec.ProviderID != k.cfg.Node.ProviderID {
		return fmt.Errorf("the Node object is that of %s: delete it first", known.Spec.ProviderID)
	}
	return k.reportStatus(ctx)
}

// Run keeps the node ready until ctx ends, which is no error, or until the control plane has refused it or been away for
// ten minutes. Register comes first.
func (k *Kubelet) Run(ctx context.Context) error {
	renewal, status := time.NewTicker(renewInterval), time.NewTicker(statusInterval)
	defer renewal.Stop()
	defer status.Stop()
	var failing time.Time
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-renewal.C:
			err = k.renew(ctx)
		case <-status.C:
			err = k.reportStatus(ctx)
		}
		switch {
		case err == nil || ctx.Err() != nil:
			failing = time.Time{}
		case errors.Is(err, ErrUnauthorized):
			return fmt.Errorf("node %s is no longer let in: %w", k.cfg.Node.Name, err)
		case failing.IsZero():
			failing = k.cfg.Now()
		case k.cfg.Now().Sub(failing) > patience:
			return fmt.Errorf("node %s gives up: %w", k.cfg.Node.Name, err)
		}
	}
}
