package kindconfig

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// authenticatorTimeout bounds how long the kubelet takes to start the authenticator. On a machine with much else to do, the
// sandbox of a pod alone has taken a minute.
const authenticatorTimeout = 3 * time.Minute

// reachTimeout bounds how long a node on this machine takes to accept a connection.
const reachTimeout = 2 * time.Second

// failedLines is how much of a kubelet's log a failed start shows.
const failedLines = 8

func (c *Cluster) controlPlaneNode() string { return c.cfg.KindName + "-control-plane" }

func (c *Cluster) kindKubeconfig() string { return c.cfg.file("kind.kubeconfig") }

// startAuthenticator gives the kubelet the authenticator's manifest, and returns when the authenticator is ready. It comes last
// since it sleeps for 5 s if the API server does not serve yet.
func (c *Cluster) startAuthenticator(ctx context.Context) error {
	c.cfg.Progress("starting aws-iam-authenticator")
	// A rename, so that the kubelet never reads a half-written manifest, and a second one a moment later.
	move := "cp " + nodeDir + "/" + podManifest + " " + asideDir + "/ && mv -f " + asideDir + "/" + podManifest + " " + manifestDir + "/"
	if _, err := c.inNode(ctx, "sh", "-c", move); err != nil {
		return fmt.Errorf("give the kubelet the authenticator's pod: %w", err)
	}
	if err := c.waitAuthenticator(ctx); err != nil {
		return err
	}
	return c.writeWebhookFromHere(ctx)
}

// waitAuthenticator returns when the authenticator serves and has loaded all that decides who may enter.
func (c *Cluster) waitAuthenticator(ctx context.Context) error {
	err := controlplane.Poll(ctx, authenticatorTimeout, func() error {
		return c.authenticator.Ready(ctx, 0)
	})
	if err == nil {
		err = controlplane.Poll(ctx, authenticatorTimeout, func() error {
			_, err := c.inNode(ctx, "curl", "-fsSk", "--max-time", "5", fmt.Sprintf("https://%s:%d/healthz", loopback, authenticatorPort))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("start aws-iam-authenticator: %w", errors.Join(err, quoted(c.authenticatorLog())))
	}
	return nil
}

// webhookFromHere is the kubeconfig by which this machine asks the authenticator.
func (c *Cluster) webhookFromHere() string { return c.cfg.file(controlplane.WebhookKubeconfig) }

// writeWebhookFromHere writes how this machine asks the authenticator, at the node's own address. Where that cannot be
// reached, as with containers in a virtual machine, there is no such way.
func (c *Cluster) writeWebhookFromHere(ctx context.Context) error {
	address, err := c.containers.output(ctx, "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}", c.controlPlaneNode())
	if err != nil {
		return err
	}
	host := net.JoinHostPort(strings.TrimSpace(address), strconv.Itoa(authenticatorPort))
	dialer := net.Dialer{Timeout: reachTimeout}
	connection, err := dialer.DialContext(ctx, "tcp", host)
	if err != nil {
		return os.RemoveAll(c.webhookFromHere())
	}
	return errors.Join(connection.Close(), writeKubeconfig(c.webhookFromHere(), object{
		"server": "https://" + host + "/authenticate", "tls-server-name": loopback, "certificate-authority-data": c.CAData(),
	}, object{}))
}

// quoted is the end of a log as an error, if there is any.
func quoted(path string) error {
	if said := lastLines(path); said != "" {
		return fmt.Errorf("its last lines:\n%s", said)
	}
	return nil
}

func (c *Cluster) inNode(ctx context.Context, command ...string) (string, error) {
	return c.containers.output(ctx, append([]string{"exec", c.controlPlaneNode()}, command...)...)
}

// authenticatorLog is the newest log of the authenticator's container: each restart begins another. It is empty if there is
// none.
func (c *Cluster) authenticatorLog() string { return c.podLog(controlplane.AuthenticatorComponent) }

// lastLines returns the end of a log, indented, or nothing.
func lastLines(path string) string {
	content, err := os.ReadFile(path)
	if err != nil || len(content) == 0 {
		return ""
	}
	lines := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	lines = lines[max(0, len(lines)-failedLines):]
	return "  " + strings.Join(lines, "\n  ")
}
