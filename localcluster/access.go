package localcluster

import (
	"context"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// Mode is a cluster's authentication mode.
type Mode = controlplane.Mode

// The authentication modes.
const (
	ModeConfigMap       = controlplane.ModeConfigMap
	ModeAPIAndConfigMap = controlplane.ModeAPIAndConfigMap
	ModeAPI             = controlplane.ModeAPI
)

// Mapping says as which Kubernetes user and with which groups an IAM user or role enters.
type Mapping = controlplane.Mapping

// SetEntries replaces the access entries. It returns when they are in force, or, if the authenticator does not run, when
// they will be at its next start. In CONFIG_MAP mode they are kept but not in force.
func (c *Cluster) SetEntries(ctx context.Context, entries []Mapping) error {
	return c.authenticator.SetEntries(ctx, entries)
}

// SetMode changes the authentication mode of the running cluster and returns when it is in force. Which changes AWS
// allows is for the caller to know.
func (c *Cluster) SetMode(ctx context.Context, mode Mode) error {
	return c.authenticator.SetMode(ctx, mode)
}

// Mode returns the authentication mode.
func (c *Cluster) Mode() Mode { return c.authenticator.Mode() }
