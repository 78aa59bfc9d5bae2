package kindconfig

import (
	"context"
	"net/http"
	"path/filepath"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// Endpoint is the API server's URL on the loopback address.
func (c *Cluster) Endpoint() string { return c.endpoint }

// CAData is the PEM certificate of the cluster's authority.
func (c *Cluster) CAData() []byte { return c.authority.CertPEM() }

// AdminKubeconfig is the path of a kubeconfig that enters as a member of system:masters without IAM.
func (c *Cluster) AdminKubeconfig() string { return c.cfg.file("admin.kubeconfig") }

// Files are what decides who enters, and what tells of it.
func (c *Cluster) Files() controlplane.Files {
	files := c.authenticator.Files()
	files.Webhook, files.Admin = c.webhookFromHere(), c.AdminKubeconfig()
	return files
}

// AuditLog is the path of the audit log: JSON lines, one an answered request, refused ones included.
func (c *Cluster) AuditLog() string { return filepath.Join(c.cfg.LogDir, auditLog) }

// HTTPClient returns a client that enters the cluster as a member of system:masters, by certificate.
func (c *Cluster) HTTPClient() *http.Client { return c.admin.HTTP }

// Create creates one object unless it exists; see [controlplane.Client.Create].
func (c *Cluster) Create(ctx context.Context, collection string, object any) (created bool, err error) {
	return c.admin.Create(ctx, collection, object)
}

// Apply creates or changes one object; see [controlplane.Client.Apply].
func (c *Cluster) Apply(ctx context.Context, path string, object any) error {
	return c.admin.Apply(ctx, path, object)
}

// EditAWSAuth changes the data of aws-auth; see [controlplane.Client.EditAWSAuth].
func (c *Cluster) EditAWSAuth(ctx context.Context, edit func(data map[string]string) error) error {
	return c.admin.EditAWSAuth(ctx, edit)
}

// Mode returns the authentication mode.
func (c *Cluster) Mode() controlplane.Mode { return c.authenticator.Mode() }

// SetMode changes the authentication mode and returns when it is in force.
func (c *Cluster) SetMode(ctx context.Context, mode controlplane.Mode) error {
	return c.authenticator.SetMode(ctx, mode)
}

// SetEntries replaces the access entries and returns when they are in force.
func (c *Cluster) SetEntries(ctx context.Context, entries []controlplane.Mapping) error {
	return c.authenticator.SetEntries(ctx, entries)
}
