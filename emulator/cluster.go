package emulator

import (
	"context"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// Cluster is a running control plane, of whatever kind.
type Cluster interface {
	// Endpoint is the URL at which the kube-apiserver is reached from this machine.
	Endpoint() string
	// CAData is the PEM certificate of the cluster's authority.
	CAData() []byte
	// Create creates an object of a collection, such as /api/v1/namespaces/kube-system/configmaps, unless it exists.
	Create(ctx context.Context, collection string, object any) (created bool, err error)
	// SetEntries replaces the access entries, and SetMode changes the authentication mode; both return when that is in force.
	SetEntries(ctx context.Context, entries []controlplane.Mapping) error
	SetMode(ctx context.Context, mode controlplane.Mode) error
	// Components describes the cluster's processes.
	Components() []controlplane.Component
	// Stop ends the cluster; its data stays.
	Stop(ctx context.Context) error
}
