package kindconfig

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	// endAttempts is how often containers are asked to end, each time for up to ten seconds.
	endAttempts = 3
	// freezer is where Docker's containers are in cgroup v1's hierarchy of frozen processes.
	freezer = "/sys/fs/cgroup/freezer/docker"
)

// end calls stop, which ends or deletes the nodes, again until it succeeds. In a node, runc freezes a container for the moment
// of setting it up; if the node is killed in that moment, with cgroup v1 nobody is left to thaw it and it cannot be killed.
func (c *Cluster) end(ctx context.Context, stop func() error) error {
	err := stop()
	for attempt := 1; attempt < endAttempts && err != nil; attempt++ {
		c.thaw(ctx)
		err = stop()
	}
	return err
}

// thaw thaws what is frozen in the nodes, if this program may do so.
func (c *Cluster) thaw(ctx context.Context) {
	nodes, err := c.containers.nodeIDs(ctx, c.cfg.KindName)
	if err != nil {
		return
	}
	for _, node := range nodes {
		_ = filepath.WalkDir(filepath.Join(freezer, node), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Name() == "freezer.state" {
				_ = os.WriteFile(path, []byte("THAWED"), 0)
			}
			return nil
		})
	}
}
