package kindconfig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// authenticatorTimeout bounds how long the kubelet takes to start the authenticator.
const authenticatorTimeout = 60 * time.Second

// failedLines is how much of a kubelet's log a failed start shows.
const failedLines = 8

func (c *Cluster) controlPlaneNode() string { return c.cfg.KindName + "-control-plane" }

func (c *Cluster) kindKubeconfig() string { return c.cfg.file("kind.kubeconfig") }

// startAuthenticator gives the kubelet the authenticator's manifest, and returns when the authenticator serves and has loaded
// all that decides who may enter. It comes last since it sleeps for 5 s if the API server does not serve yet.
func (c *Cluster) startAuthenticator(ctx context.Context) error {
	c.cfg.Progress("starting aws-iam-authenticator")
	if _, err := c.inNode(ctx, "cp", nodeDir+"/"+podManifest, manifestDir+"/"); err != nil {
		return fmt.Errorf("give the kubelet the authenticator's pod: %w", err)
	}
	err := controlplane.Poll(ctx, authenticatorTimeout, func() error {
		if err := c.readableLogs(ctx); err != nil {
			return err
		}
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

// quoted is the end of a log as an error, if there is any.
func quoted(path string) error {
	if said := lastLines(path); said != "" {
		return fmt.Errorf("its last lines:\n%s", said)
	}
	return nil
}

// readableLogs lets this program read the authenticator's log, which belongs to the node's root.
func (c *Cluster) readableLogs(ctx context.Context) error {
	if os.Geteuid() == 0 {
		return nil
	}
	_, err := c.inNode(ctx, "sh", "-c", "chmod -R a+rX "+podLogDir+"/kube-system_aws-iam-authenticator-*")
	return err
}

func (c *Cluster) inNode(ctx context.Context, command ...string) (string, error) {
	return c.containers.output(ctx, append([]string{"exec", c.controlPlaneNode()}, command...)...)
}

// forgetLogs removes what the authenticator logged in an earlier run, which says nothing of what it has loaded in this one.
func (c *Cluster) forgetLogs() error {
	folders, err := filepath.Glob(filepath.Join(c.cfg.LogDir, "pods", "kube-system_aws-iam-authenticator-*"))
	for _, folder := range folders {
		err = errors.Join(err, os.RemoveAll(folder))
	}
	if err != nil {
		return fmt.Errorf("remove the authenticator's log of an earlier run: %w", err)
	}
	return nil
}

// authenticatorLog is the newest log of the authenticator's container: each restart begins another. It is empty if there is
// none.
func (c *Cluster) authenticatorLog() string { return c.podLog(controlplane.AuthenticatorComponent) }

func (c *Cluster) podLog(component string) string {
	pattern := fmt.Sprintf("kube-system_%s-%s_*/%s/*.log", component, c.controlPlaneNode(), component)
	logs, err := filepath.Glob(filepath.Join(c.cfg.LogDir, "pods", pattern))
	if err != nil || len(logs) == 0 {
		return ""
	}
	return slices.MaxFunc(logs, func(a, b string) int { return modified(a).Compare(modified(b)) })
}

func modified(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// Components describes the programs of the control plane.
func (c *Cluster) Components() []controlplane.Component {
	state := controlplane.Running
	if !c.runs() {
		state = controlplane.Exited
		c.mu.Lock()
		if c.stopping {
			state = controlplane.Stopped
		}
		c.mu.Unlock()
	}
	var list []controlplane.Component
	for _, name := range []string{
		"etcd", controlplane.APIServerComponent, controlplane.ControllerManagerComponent, "kube-scheduler", controlplane.AuthenticatorComponent,
	} {
		list = append(list, controlplane.Component{Name: name, LogFile: c.podLog(name), State: state})
	}
	return list
}

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
