package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/emulator/profile"
	"github.com/eksauth/eksauth/fakeeks"
)

// Container is what a stack in containers has beside one on a machine.
type Container struct {
	// ListenTLS is the address at which the gateway answers clients that find it under AWS's own names.
	ListenTLS string
	// APIServerPort is the port of the first configured cluster's kube-apiserver, which is published.
	APIServerPort int
	// HostDir is the folder on the host into which eksauth env writes the client files.
	HostDir string
	// ClientDir is a folder for the client files of other containers, at the same path there.
	ClientDir string
}

// insideServer is the kube-apiserver's URL for other containers; every kube-apiserver has a certificate of that name.
const insideServer = "https://kubernetes:%d"

// insideAuthenticator is where the control plane's image has the token plugin.
const insideAuthenticator = "/usr/local/bin/aws-iam-authenticator"

// hostKubeconfig is the kubeconfig of hosts that have the plugin: there is one for each, and the shell of the host looks
// which it has.
func hostKubeconfig(plugin string) string { return "kubeconfig." + plugin }

// hostPlugins are the programs that make tokens, the wanted one first.
var hostPlugins = []string{"aws-iam-authenticator", "aws"}

// serveAliases lets the gateway answer under AWS's names on its own port, for containers without a proxy.
func (e *Environment) serveAliases(ctx context.Context) error {
	if e.o.Container == nil {
		return nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", e.o.Container.ListenTLS)
	if err != nil {
		return fmt.Errorf("listen under AWS's names: %w", err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	served := make(chan error, 1)
	go func() {
		err := e.gateway.ServeTLS(ctx, listener)
		if err != nil {
			e.fail(fmt.Errorf("the gateway has ended: %w", err))
		}
		served <- err
	}()
	e.onStop(func(context.Context) error {
		cancel()
		return <-served
	})
	return nil
}

// apiServerPort is the port that a cluster's kube-apiserver must have, or 0 for any. A container publishes one port, which is
// the first cluster's whatever is configured.
func (e *Environment) apiServerPort(c *fakeeks.Cluster) int {
	configured := e.configured(c)
	switch {
	case configured == nil:
		return 0
	case e.o.Container != nil && configured == &e.o.Config.Clusters[0]:
		return e.o.Container.APIServerPort
	}
	return configured.Port
}

// writeContainerFiles writes the client files of those who are not in the stack's own containers.
func (e *Environment) writeContainerFiles(context.Context) error {
	if e.o.Container == nil {
		return nil
	}
	if err := e.writeHostFiles(e.o.Container.HostDir); err != nil {
		return err
	}
	if e.o.Container.ClientDir == "" {
		return nil
	}
	return e.writeInsideFiles(e.o.Container.ClientDir)
}

// writeHostFiles writes the files that eksauth env carries to the folder dir of the host.
func (e *Environment) writeHostFiles(dir string) error {
	to := e.o.Home.HostDir()
	if err := e.copyClientFiles(to); err != nil {
		return err
	}
	clusters, err := e.clusterAddresses()
	if err != nil {
		return err
	}
	clusters = clusters[:len(e.startedClusters())] // the imported ones are for clients in the stack's own containers
	for i := 1; i < len(clusters); i++ {
		// Only the first one's port is published; the others are reached by their AWS-shaped names through the gateway.
		record, _, err := e.cluster(e.o.Config.Clusters[i])
		if err != nil {
			return err
		}
		clusters[i].Server = "https://" + record.EndpointHost()
	}
	variables := filesIn(dir).Env(e.listener.Addr().String(), e.o.Config.Region, "")
	for _, name := range hostPlugins {
		plugin := profile.Plugin{Authenticator: name, Env: variables}
		if name == "aws" {
			plugin.AWS = name
		}
		if err := e.writeKubeconfig(filepath.Join(to, hostKubeconfig(name)), clusters, plugin); err != nil {
			return err
		}
	}
	return nil
}

// writeInsideFiles writes the files of containers that reach the gateway under AWS's names, without a proxy.
func (e *Environment) writeInsideFiles(dir string) error {
	if err := e.copyClientFiles(dir); err != nil {
		return err
	}
	clusters, err := e.clusterAddresses()
	if err != nil {
		return err
	}
	clusters = clusters[:min(1, len(clusters))]
	for i := range clusters {
		clusters[i].Server = fmt.Sprintf(insideServer, e.o.Container.APIServerPort)
	}
	files := filesIn(dir)
	plugin := profile.Plugin{Authenticator: insideAuthenticator, Env: map[string]string{
		"AWS_CA_BUNDLE": files.CA, "AWS_CONFIG_FILE": files.Config, "AWS_SHARED_CREDENTIALS_FILE": files.Credentials,
	}}
	return e.writeKubeconfig(filepath.Join(dir, "kubeconfig"), clusters, plugin)
}

func filesIn(dir string) profile.Files {
	return profile.Files{Config: filepath.Join(dir, "config"), Credentials: filepath.Join(dir, "credentials"), CA: filepath.Join(dir, "ca.pem")}
}

// copyClientFiles writes what has no paths in it.
func (e *Environment) copyClientFiles(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the client files: %w", err)
	}
	files, all := filesIn(dir), slices.DeleteFunc(e.allProfiles(), func(p profile.Profile) bool { return p.Process != "" })
	return errors.Join(
		home.WriteFile(files.CA, e.ca.CertPEM(), 0o644),
		home.WriteFile(files.Config, profile.Config(all), 0o600),
		home.WriteFile(files.Credentials, profile.Credentials(all), 0o600),
	)
}
