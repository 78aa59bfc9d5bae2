package localcluster

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// AuthenticatorComponent is the name of aws-iam-authenticator among the components.
const AuthenticatorComponent = controlplane.AuthenticatorComponent

func (c *Cluster) newAuthenticator(port int) *controlplane.Authenticator {
	return controlplane.NewAuthenticator(controlplane.AuthenticatorConfig{
		ClusterID: c.cfg.Name, Partition: c.cfg.Partition, Dir: c.cfg.Dir, Seen: c.cfg.Dir,
		StateDir: c.file("pki"), Kubeconfig: c.file("authenticator.kubeconfig"), Port: port,
		Mode: c.cfg.Mode, Creator: c.cfg.Creator, Entries: c.cfg.Entries,
		Log: c.authenticatorLog, Runs: c.authenticatorRuns,
		Client: func() *controlplane.Client { return c.admin }, Now: c.cfg.Now,
	})
}

// writeAuthenticatorFiles writes all that the authenticator is started with.
func (c *Cluster) writeAuthenticatorFiles() error {
	return errors.Join(
		c.authenticator.Write(),
		controlplane.WriteKubeconfig(c.file("authenticator.kubeconfig"), c.cfg.Name, c.endpoint, controlplane.AuthenticatorUser,
			c.certs.authority.CertPEM(), c.certs.authenticator),
		makeFolders(c.file("no-certificates")),
	)
}

func (c *Cluster) authenticatorSpec(webhook string) spec {
	return spec{
		name:    AuthenticatorComponent,
		path:    c.cfg.Binaries.Authenticator,
		args:    []string{"server", "--config=" + c.authenticator.ConfigFile()},
		env:     c.authenticatorEnvironment(),
		dir:     c.cfg.Dir,
		logFile: c.authenticatorLog(),
		// It keeps nothing, and at SIGTERM it goes on serving.
		signal: syscall.SIGKILL,
		ready: func(ctx context.Context, since int64) error {
			if err := probe(ctx, c.health.Load(), webhook+"/healthz"); err != nil {
				return err
			}
			return c.authenticator.Ready(ctx, since)
		},
	}
}

func (c *Cluster) authenticatorEnvironment() []string {
	environment := controlplane.AuthenticatorEnvironment{
		Home: c.cfg.Dir, Region: c.cfg.Region, Gateway: c.cfg.Gateway, GatewayCA: c.cfg.GatewayCA,
		NoCertificates: c.file("no-certificates"), Credentials: c.cfg.Credentials,
	}
	var list []string
	for _, variable := range environment.Variables() {
		list = append(list, variable.Name+"="+variable.Value)
	}
	return list
}

func (c *Cluster) authenticatorLog() string {
	return filepath.Join(c.cfg.LogDir, AuthenticatorComponent+".log")
}

func (c *Cluster) authenticatorRuns() bool {
	return slices.ContainsFunc(c.Components(), func(component Component) bool {
		return component.Name == AuthenticatorComponent && component.State == Running
	})
}
