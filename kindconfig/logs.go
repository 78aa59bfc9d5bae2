package kindconfig

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// makePodLogs makes the folder in which the nodes' kubelet and containerd keep the logs of pods. They run as root. What they
// make belongs to the folder's group (inode(7), set-group-ID) and its logs are readable to it, so that this program can follow
// them whoever runs it.
func (c *Cluster) makePodLogs() error {
	folder := c.podLogs()
	if err := makeFolders(folder); err != nil {
		return err
	}
	if err := os.Chmod(folder, fs.ModeSetgid|0o770); err != nil {
		return fmt.Errorf("let the nodes' logs be readable: %w", err)
	}
	return nil
}

func (c *Cluster) podLogs() string { return filepath.Join(c.cfg.LogDir, "pods") }

// forgetLogs removes what the authenticator logged in an earlier run, which says nothing of what it has loaded in this one.
func (c *Cluster) forgetLogs(ctx context.Context) error {
	folders, err := filepath.Glob(filepath.Join(c.podLogs(), "kube-system_aws-iam-authenticator-*"))
	for _, folder := range folders {
		err = errors.Join(err, c.containers.remove(ctx, c.cfg.Image, folder))
	}
	if err != nil {
		return fmt.Errorf("remove the authenticator's log of an earlier run: %w", err)
	}
	return nil
}

// remove removes a folder. What the root of a node has made in it, only root can remove: if this program may not, a container of
// the node image does.
func (c containers) remove(ctx context.Context, image, folder string) error {
	err := os.RemoveAll(folder)
	if !errors.Is(err, fs.ErrPermission) || image == "" {
		return err
	}
	const inside = "/eksauth"
	_, err = c.output(ctx, "run", "--rm", "--network", "none", "--volume", filepath.Dir(folder)+":"+inside, "--entrypoint", "/bin/rm", image,
		"-rf", inside+"/"+filepath.Base(folder))
	return err
}
