package kindconfig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/internal/pki"
)

const (
	// asideDir is where the manifest of a program lies that was ended: the kubelet, which would start it again, does not look there.
	asideDir = "/etc/kubernetes"
	// endTimeout bounds how long the kubelet takes to see that a manifest is gone.
	endTimeout = 30 * time.Second
)

// Kill ends a program of the control plane as a crash would, and sees to it that the kubelet does not start it again.
func (c *Cluster) Kill(component string) error {
	ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	if err := c.putAside(ctx, component, controlplane.Exited); err != nil {
		return fmt.Errorf("kill %s: %w", component, err)
	}
	c.cfg.Exited(component, errors.New("it was killed"))
	return nil
}

// Halt ends a program of the control plane, if it runs, until it is restarted.
func (c *Cluster) Halt(ctx context.Context, component string) error {
	err := c.authenticator.Undisturbed(func() error { return c.putAside(ctx, component, controlplane.Stopped) })
	if err != nil {
		return fmt.Errorf("end %s: %w", component, err)
	}
	return nil
}

// Restart ends a program of the control plane, if it runs, and starts it again; it returns when the program serves.
func (c *Cluster) Restart(ctx context.Context, component string) error {
	return c.authenticator.Undisturbed(func() error { return c.restart(ctx, component) })
}

// CertifyWebhook restarts the authenticator with a new serving certificate: one of the cluster's authority, or, if it is not
// to be trusted, one of an authority that nobody else knows.
func (c *Cluster) CertifyWebhook(ctx context.Context, trusted bool) error {
	return c.authenticator.Undisturbed(func() error {
		authority := c.authority
		if !trusted {
			var err error
			if authority, err = pki.New("another authority", c.cfg.Now); err != nil {
				return err
			}
		}
		if err := c.certifyAuthenticator(authority); err != nil {
			return err
		}
		return c.restart(ctx, controlplane.AuthenticatorComponent)
	})
}

func (c *Cluster) restart(ctx context.Context, component string) error {
	err := c.putAside(ctx, component, controlplane.Starting)
	if err == nil && component == controlplane.AuthenticatorComponent {
		// What it has loaded before says nothing of what it loads now.
		err = errors.Join(c.forgetLogs(ctx), c.renewPod(ctx))
	}
	if err == nil {
		_, err = c.inNode(ctx, "mv", "-f", asideDir+"/"+component+".yaml", manifestDir+"/")
	}
	if err == nil {
		err = c.waitServing(ctx, component)
	}
	if err != nil {
		return fmt.Errorf("restart %s: %w", component, err)
	}
	c.setAside(component, "")
	return nil
}

// renewPod makes another pod of the authenticator's manifest that was put aside: the same one, which the kubelet has seen end, it
// would start again only after a while, each time a longer one
// (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy).
func (c *Cluster) renewPod(ctx context.Context) error {
	path := c.cfg.file("node", podManifest)
	manifest, err := os.ReadFile(path)
	pod := object{}
	if err == nil {
		err = json.Unmarshal(manifest, &pod)
	}
	if err == nil {
		pod["metadata"].(object)["annotations"] = object{"eksauth.io/started": c.cfg.Now().Format(time.RFC3339Nano)}
		manifest, err = json.Marshal(pod)
	}
	if err == nil {
		err = os.WriteFile(path, manifest, 0o600)
	}
	if err == nil {
		_, err = c.inNode(ctx, "cp", nodeDir+"/"+podManifest, asideDir+"/")
	}
	if err != nil {
		return fmt.Errorf("renew the authenticator's pod: %w", err)
	}
	return nil
}

// putAside takes a program's manifest from the kubelet and returns when the program has ended.
func (c *Cluster) putAside(ctx context.Context, component string, state controlplane.State) error {
	if !slices.Contains(programs, component) {
		return fmt.Errorf("no component is called %q", component)
	}
	c.setAside(component, state)
	manifest := component + ".yaml"
	if _, err := c.inNode(ctx, "mv", "-f", manifestDir+"/"+manifest, asideDir+"/"+manifest); err != nil && !c.isAside(ctx, manifest) {
		c.setAside(component, "")
		return err
	}
	// The kubelet may start it once more before it sees that the manifest is gone, which it tells the API server.
	return controlplane.Poll(ctx, endTimeout, func() error {
		if _, err := c.inNode(ctx, "pkill", "-KILL", "-f", `^([^ ]*/)?`+component+` `); err == nil {
			return errors.New("it still runs")
		}
		status, err := c.admin.Get(ctx, "/api/v1/namespaces/kube-system/pods/"+component+"-"+c.controlPlaneNode(), nil)
		if err == nil && status == http.StatusOK {
			return errors.New("the kubelet still has it")
		}
		return nil
	})
}

// giveBack gives the kubelet the manifests of programs that were ended in an earlier run.
func (c *Cluster) giveBack(ctx context.Context) error {
	_, err := c.inNode(ctx, "sh", "-c", "for program in "+strings.Join(programs, " ")+"; do "+
		"if [ -f "+asideDir+"/$program.yaml ]; then mv -f "+asideDir+"/$program.yaml "+manifestDir+"/; fi; done")
	return err
}

func (c *Cluster) isAside(ctx context.Context, manifest string) bool {
	_, err := c.inNode(ctx, "test", "-f", asideDir+"/"+manifest)
	return err == nil
}

// setAside records the state of a program that was ended; none is that of one that runs again.
func (c *Cluster) setAside(component string, state controlplane.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.aside[component] = state
}

func (c *Cluster) waitServing(ctx context.Context, component string) error {
	if component == controlplane.AuthenticatorComponent {
		return c.waitAuthenticator(ctx)
	}
	return controlplane.Poll(ctx, readyTimeout, func() error { return c.admin.Probe(ctx, "/readyz") })
}
