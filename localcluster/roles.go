package localcluster

import (
	"context"
	"fmt"
	"net/http"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// prepareRoles returns when the roles that the other components need are in force. The authenticator's binding is made
// last of all, so that a cluster that has it has had everything before it.
func (c *Cluster) prepareRoles(ctx context.Context) error {
	status, err := c.admin.Get(ctx, controlplane.AuthenticatorBinding, nil)
	if err != nil {
		return fmt.Errorf("look for the authenticator's role: %w", err)
	}
	if status == http.StatusOK {
		return nil
	}
	c.cfg.Progress("making the built-in roles")
	err = controlplane.Poll(ctx, readyTimeout, func() error { return c.admin.Probe(ctx, rolesReady) })
	if err != nil {
		return fmt.Errorf("make the built-in roles: %w", err)
	}
	tlsConfig, err := c.certs.clientTLS(c.certs.authenticator)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: tlsConfig}}
	defer client.CloseIdleConnections()
	return controlplane.LetAuthenticatorRead(ctx, c.admin, &controlplane.Client{Endpoint: c.endpoint, HTTP: client})
}
