package kindconfig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Worker is a node that enters its cluster as a node of EKS does: its kubelet makes tokens with the role of an EC2 instance.
type Worker struct {
	// Instance is the instance's ID, Name its private DNS name, as which it is to be a node, and ProviderID what the node says of
	// its instance.
	Instance, Name, ProviderID string
	// MetadataPort is where the instance's metadata service answers, at the address that Config.Reach was told.
	MetadataPort int
}

// instanceLabel is the label of a worker's container whose value is the instance's ID.
const instanceLabel = "io.eksauth.instance"

// StartWorker starts the container of a worker and returns when it runs. Its kubelet then tries to enter until the cluster
// lets it in; what it says of that is in LogDir, in the file kubelet.log of a folder named after the instance.
func (c *Cluster) StartWorker(ctx context.Context, w Worker) error {
	c.workersMu.Lock()
	defer c.workersMu.Unlock()
	if c.containers != docker {
		return fmt.Errorf("a node in a container of its own needs Docker, and cluster %q runs with %s: use eksauth node join without --container",
			c.cfg.Name, c.containers)
	}
	if c.HasWorker(w.Instance) {
		return fmt.Errorf("%s is a node of cluster %q already", w.Instance, c.cfg.Name)
	}
	if err := c.startWorker(ctx, w); err != nil {
		return errors.Join(fmt.Errorf("start %s as a node of cluster %q: %w", w.Instance, c.cfg.Name, explain(err)),
			c.removeWorker(context.WithoutCancel(ctx), w.Instance))
	}
	return nil
}

func (c *Cluster) startWorker(ctx context.Context, w Worker) error {
	if err := c.writeWorkerFiles(ctx, w); err != nil {
		return err
	}
	id, err := c.containers.output(ctx, c.workerArguments(w)...)
	if err != nil {
		return err
	}
	// Once it is there it belongs to the cluster, whatever happens next.
	if err := c.recordNodes(ctx); err != nil {
		return err
	}
	_, err = c.containers.output(ctx, "start", id)
	return err
}

// workerArguments make a container as kind makes its workers
// (https://github.com/kubernetes-sigs/kind/blob/v0.33.0/pkg/cluster/internal/providers/docker/provision.go), with what its
// kubelet needs.
func (c *Cluster) workerArguments(w Worker) []string {
	name := c.workerContainer(w.Instance)
	arguments := []string{
		"create", "--name", name, "--hostname", name, "--tty", "--net", networkName, "--restart=on-failure:1", "--init=false", "--cgroupns=private",
		"--label", clusterLabel + "=" + c.cfg.KindName, "--label", "io.x-k8s.kind.role=worker", "--label", instanceLabel + "=" + w.Instance,
		"--privileged", "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined",
		"--tmpfs", "/tmp", "--tmpfs", "/run", "--volume", "/var", "--volume", "/lib/modules:/lib/modules:ro",
		"--env", "KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER",
	}
	dir := c.workerDir(w.Instance)
	for _, mount := range [][2]string{
		{dir, nodeDir},
		{filepath.Join(dir, kubeletConfig), kubeletConfigPath},
		{filepath.Join(dir, kubeletUnit), "/etc/systemd/system/kubelet.service.d/" + kubeletUnit},
		{c.cfg.file("pki", "ca.pem"), kubernetesPKI + "/ca.crt"},
		{c.cfg.Authenticator, nodeAuthenticator},
	} {
		arguments = append(arguments, "--volume", mount[0]+":"+mount[1]+":ro")
	}
	return append(arguments, "--volume", c.workerLogDir(w.Instance)+":"+nodeLogDir, c.cfg.Image)
}

// RemoveWorker removes a worker's container, if there is one; its Node object is left to whoever terminates the instance.
func (c *Cluster) RemoveWorker(ctx context.Context, instance string) error {
	c.workersMu.Lock()
	defer c.workersMu.Unlock()
	if !c.HasWorker(instance) {
		return nil
	}
	return c.removeWorker(ctx, instance)
}

func (c *Cluster) removeWorker(ctx context.Context, instance string) error {
	found, err := c.containers.output(ctx, "ps", "-a", "-q", "--filter", "label="+clusterLabel+"="+c.cfg.KindName, "--filter", "label="+instanceLabel+"="+instance)
	if ids := strings.Fields(found); err == nil && len(ids) > 0 {
		err = c.end(ctx, func() error {
			_, err := c.containers.output(ctx, append([]string{"rm", "-f", "-v"}, ids...)...)
			return err
		})
	}
	if err == nil {
		err = c.recordNodes(ctx)
	}
	if err != nil {
		return fmt.Errorf("remove the node of %s from cluster %q: %w", instance, c.cfg.Name, err)
	}
	return os.RemoveAll(c.workerDir(instance))
}

// HasWorker tells whether an instance is a worker of this cluster.
func (c *Cluster) HasWorker(instance string) bool {
	_, err := os.Stat(c.workerDir(instance))
	return err == nil
}

func (c *Cluster) workerDir(instance string) string    { return c.cfg.file("workers", instance) }
func (c *Cluster) workerLogDir(instance string) string { return filepath.Join(c.cfg.LogDir, instance) }

// workerContainer has of the instance's ID what fits a host name.
func (c *Cluster) workerContainer(instance string) string {
	const digits = 8
	return c.cfg.KindName + "-" + instance[max(0, len(instance)-digits):] + "-node"
}
