package localcluster

import (
	"context"
	"net/http"
	"time"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// requestTimeout bounds one request to a server on this machine.
const requestTimeout = 10 * time.Second

// HTTPClient returns a client that enters the cluster as a member of system:masters, by certificate.
func (c *Cluster) HTTPClient() *http.Client { return c.admin.HTTP }

// Apply creates or changes one object by server-side apply; see [controlplane.Client.Apply].
func (c *Cluster) Apply(ctx context.Context, path string, object any) error {
	return c.admin.Apply(ctx, path, object)
}

// Create creates one object unless it exists, and tells whether it did; see [controlplane.Client.Create].
func (c *Cluster) Create(ctx context.Context, collection string, object any) (created bool, err error) {
	return c.admin.Create(ctx, collection, object)
}

// EditAWSAuth changes the data of aws-auth; see [controlplane.Client.EditAWSAuth].
func (c *Cluster) EditAWSAuth(ctx context.Context, edit func(data map[string]string) error) error {
	return c.admin.EditAWSAuth(ctx, edit)
}

// probe asks a server once; any answer but 200 is an error.
func probe(ctx context.Context, client *http.Client, url string) error {
	return (&controlplane.Client{Endpoint: url, HTTP: client}).Probe(ctx, "")
}
