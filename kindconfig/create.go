package kindconfig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"sigs.k8s.io/kind/pkg/cluster"

	"github.com/eksauth/eksauth/internal/controlplane"
)

// create makes the nodes. The authenticator starts as soon as the API server serves, while kind still sets up the rest.
func (c *Cluster) create(ctx context.Context) error {
	configuration, err := c.cfg.kindCluster(c.port)
	if err != nil {
		return err
	}
	// Whatever cuts this short, what there is by then is known to belong to this stack.
	if err := c.saveRecord(nil); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	created := make(chan struct{})
	go func() {
		defer close(created)
		err := c.provider.Create(c.cfg.KindName,
			cluster.CreateWithV1Alpha4Config(configuration), cluster.CreateWithKubeconfigPath(c.kindKubeconfig()),
			// What failed is looked into before it is deleted, see below.
			cluster.CreateWithRetain(true),
		)
		if err != nil {
			cancel(explain(err))
		}
	}()
	err = c.openDoors(ctx)
	if err == nil {
		select {
		case <-created:
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		err = c.recordNodes(ctx)
	}
	if err != nil {
		ctx := context.WithoutCancel(ctx)
		return errors.Join(err, c.lastWords(ctx), c.undo(ctx, err, created))
	}
	return nil
}

// lastWords are those of nodes that have ended, if any: what kind says is only that they do not run.
func (c *Cluster) lastWords(ctx context.Context) error {
	ended, err := c.containers.output(ctx, "ps", "-a", "-q", "--filter", "label="+clusterLabel+"="+c.cfg.KindName, "--filter", "status=exited")
	if err != nil {
		return nil //nolint:nilerr // the daemon does not answer, of which the failure itself tells
	}
	var errs []error
	for _, node := range strings.Fields(ended) {
		if said, err := c.containers.output(ctx, "logs", "--tail", "20", node); err == nil && said != "" {
			errs = append(errs, explain(fmt.Errorf("a node has ended: %s", plainText(reason(said)))))
		}
	}
	return errors.Join(errs...)
}

// plainText leaves out a terminal's colours.
func plainText(text string) string { return colour.ReplaceAllString(text, "") }

var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

func (c *Cluster) recordNodes(ctx context.Context) error {
	nodes, err := c.containers.nodeIDs(ctx, c.cfg.KindName)
	if err != nil {
		return err
	}
	return c.saveRecord(nodes)
}

// undo deletes what a failed creation has made, after it has kept the nodes' own logs. kind's creation cannot be interrupted,
// but ends soon when its containers are gone.
func (c *Cluster) undo(ctx context.Context, cause error, created <-chan struct{}) error {
	if !errors.Is(cause, context.Canceled) {
		c.keepLogs(ctx)
	}
	if c.cfg.Retain {
		<-created
		return fmt.Errorf("the nodes are kept: delete them with kind delete cluster --name %s", c.cfg.KindName)
	}
	for {
		// What is left of it is asked for again.
		_ = c.provider.Delete(c.cfg.KindName, c.kindKubeconfig())
		select {
		case <-created:
			return c.deleteNodes(ctx)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// keepLogs collects the logs of nodes that failed to start; what cannot be collected is not missed.
func (c *Cluster) keepLogs(ctx context.Context) {
	nodes, err := c.containers.nodeIDs(ctx, c.cfg.KindName)
	if err != nil || len(nodes) == 0 {
		return
	}
	folder := filepath.Join(c.cfg.LogDir, "failed-start")
	_ = os.RemoveAll(folder)
	if err := c.provider.CollectLogs(c.cfg.KindName, folder); err != nil {
		c.cfg.Log.Debug("some logs of the nodes were not collected", "error", err)
	}
	c.cfg.Progress("the start failed: the nodes' logs are in " + folder)
	if said := lastLines(filepath.Join(folder, c.controlPlaneNode(), "kubelet.log")); said != "" && !strings.Contains(said, "-- No entries --") {
		c.cfg.Progress("the kubelet's last lines:\n" + said)
	}
}

// resume starts the nodes of a cluster that was stopped, the control plane's first, so that they get their addresses again.
func (c *Cluster) resume(ctx context.Context, nodes []string) error {
	c.cfg.Progress("starting the nodes of an earlier run")
	// The kubelet would start the authenticator of the earlier run, which knows another gateway.
	if _, err := c.containers.output(ctx, "cp", c.cfg.file("node", podManifest), c.controlPlaneNode()+":"+manifestDir+"/"+podManifest); err != nil {
		return fmt.Errorf("give the kubelet the authenticator's pod: %w", err)
	}
	if _, err := c.containers.output(ctx, "start", c.controlPlaneNode()); err != nil {
		return explain(err)
	}
	if _, err := c.containers.output(ctx, append([]string{"start"}, nodes...)...); err != nil {
		return explain(err)
	}
	err := c.giveBack(ctx)
	if err == nil {
		err = c.openDoors(ctx)
	}
	if err != nil {
		return errors.Join(err, c.Stop(context.WithoutCancel(ctx)))
	}
	return nil
}

// openDoors returns when the API server serves and the authenticator tells it who is who.
func (c *Cluster) openDoors(ctx context.Context) error {
	if err := controlplane.Poll(ctx, readyTimeout, func() error { return c.admin.Probe(ctx, "/readyz") }); err != nil {
		return fmt.Errorf("wait for the API server: %w", err)
	}
	if err := controlplane.LetAuthenticatorRead(ctx, c.admin, c.asAuthenticator); err != nil {
		return err
	}
	return c.startAuthenticator(ctx)
}
