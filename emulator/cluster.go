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
	// EditAWSAuth changes the data of aws-auth, which is made if there is none.
	EditAWSAuth(ctx context.Context, edit func(data map[string]string) error) error
	// SetEntries replaces the access entries, and SetMode changes the authentication mode; both return when that is in force.
	SetEntries(ctx context.Context, entries []controlplane.Mapping) error
	SetMode(ctx context.Context, mode controlplane.Mode) error
	// Files are what decides who enters, and what tells of it.
	Files() controlplane.Files
	// Components describes the cluster's processes.
	Components() []controlplane.Component
	// AuditLog is the path of the kube-apiserver's audit log.
	AuditLog() string
	// Kill ends a component, named as in Components, as a crash would, Halt ends it if it runs, both until it is restarted.
	Kill(component string) error
	Halt(ctx context.Context, component string) error
	// Restart ends a component, if it runs, and starts it again; it returns when the component serves.
	Restart(ctx context.Context, component string) error
	// CertifyWebhook restarts the authenticator with a new serving certificate: one of the cluster's authority, or one of
	// another authority, which the kube-apiserver does not trust.
	CertifyWebhook(ctx context.Context, trusted bool) error
	// Stop ends the cluster; its data stays.
	Stop(ctx context.Context) error
}
