package kindconfig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// record is what a created cluster leaves in its folder, to be known again.
type record struct {
	// KindName is the cluster's name at kind, and Runtime what runs its containers.
	KindName string
	Runtime  containers
	// Image is the nodes' image, and LogDir where their logs are.
	Image, LogDir string
	// Nodes are the containers' IDs; none while the cluster is being created.
	Nodes []string
	// Port is where the API server is reached on 127.0.0.1.
	Port int
}

const recordFile = "kind.json"

// loadRecord reads the record in a cluster's folder; a folder without one has an empty one.
func loadRecord(dir string) (record, error) {
	var r record
	content, err := os.ReadFile(filepath.Join(dir, recordFile))
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err == nil {
		err = json.Unmarshal(content, &r)
	}
	if err != nil {
		return r, fmt.Errorf("read the record of a cluster of containers: %w", err)
	}
	return r, nil
}

// saveRecord records the nodes that there are.
func (c *Cluster) saveRecord(nodes []string) error {
	slices.Sort(nodes)
	content, err := json.Marshal(record{
		KindName: c.cfg.KindName, Runtime: c.containers, Image: c.cfg.Image, LogDir: c.cfg.LogDir, Nodes: nodes, Port: c.port,
	})
	if err == nil {
		err = os.WriteFile(c.cfg.file(recordFile), content, 0o600)
	}
	if err != nil {
		return fmt.Errorf("write the record of cluster %q: %w", c.cfg.Name, err)
	}
	return nil
}

// existing returns the nodes of the cluster if an earlier Start has made them, and nil if there are none. What is there of a
// creation that was cut short is deleted. A cluster of that name that somebody else made is an error.
func (c *Cluster) existing(ctx context.Context) ([]string, error) {
	nodes, err := c.containers.nodeIDs(ctx, c.cfg.KindName)
	if err != nil || len(nodes) == 0 {
		return nil, err
	}
	made, err := loadRecord(c.cfg.Dir)
	if err != nil {
		return nil, err
	}
	if made.KindName == c.cfg.KindName && len(made.Nodes) == 0 {
		return nil, c.deleteNodes(ctx)
	}
	slices.Sort(nodes)
	if !slices.Equal(nodes, made.Nodes) {
		return nil, fmt.Errorf("a kind cluster named %q exists that was not made by this stack: choose another name, or delete it (kind delete cluster --name %s)",
			c.cfg.KindName, c.cfg.KindName)
	}
	return nodes, nil
}

// Purge removes the nodes of a cluster that does not run, whose folder is dir, with all their data and logs. A folder of another
// kind of cluster is left alone.
func Purge(ctx context.Context, dir string) error {
	made, err := loadRecord(dir)
	if err != nil || made.KindName == "" {
		return err
	}
	nodes, err := made.Runtime.nodeIDs(ctx, made.KindName)
	if err == nil && len(nodes) > 0 {
		_, err = made.Runtime.output(ctx, append([]string{"rm", "-f", "-v"}, nodes...)...)
	}
	if err == nil && made.LogDir != "" {
		err = made.Runtime.remove(ctx, made.Image, made.LogDir)
	}
	if err != nil {
		return fmt.Errorf("remove the nodes of kind cluster %q: %w", made.KindName, explain(err))
	}
	return nil
}
