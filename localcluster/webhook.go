package localcluster

import (
	"context"
	"crypto/tls"
	"net/http"

	"github.com/eksauth/eksauth/internal/pki"
)

// CertifyWebhook restarts the authenticator with a new serving certificate: one of the cluster's authority, or, if it is not
// to be trusted, one of an authority that nobody else knows. The API server goes on trusting the cluster's authority alone.
func (c *Cluster) CertifyWebhook(ctx context.Context, trusted bool) error {
	return c.authenticator.Undisturbed(func() error {
		authority := c.certs.authority
		if !trusted {
			var err error
			if authority, err = pki.New("another authority", c.cfg.Now); err != nil {
				return err
			}
		}
		if err := c.certs.issueWebhook(authority); err != nil {
			return err
		}
		c.trustWebhook(authority)
		return c.supervisor.restart(ctx, AuthenticatorComponent)
	})
}

// trustWebhook lets the supervisor ask an authenticator whose certificate the authority has signed whether it serves.
func (c *Cluster) trustWebhook(authority *pki.CA) {
	client := c.admin.HTTP
	if authority != c.certs.authority {
		settings := &tls.Config{RootCAs: authority.Pool(), MinVersion: tls.VersionTLS12}
		client = &http.Client{Transport: &http.Transport{TLSClientConfig: settings, DisableKeepAlives: true}}
	}
	c.health.Store(client)
}
