package kindconfig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// record is what a created cluster leaves in its folder, to be known again.
type record struct {
	// Nodes are the containers' IDs.
	Nodes []string
	// Port is where the API server is reached on 127.0.0.1.
	Port int
}

func (c *Cluster) recordFile() string { return c.cfg.file("kind.json") }

func (c *Cluster) loadRecord() (record, error) {
	var r record
	content, err := os.ReadFile(c.recordFile())
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err == nil {
		err = json.Unmarshal(content, &r)
	}
	if err != nil {
		return r, fmt.Errorf("read the record of cluster %q: %w", c.cfg.Name, err)
	}
	return r, nil
}

func (c *Cluster) saveRecord(r record) error {
	content, err := json.Marshal(r)
	if err == nil {
		err = os.WriteFile(c.recordFile(), content, 0o600)
	}
	if err != nil {
		return fmt.Errorf("write the record of cluster %q: %w", c.cfg.Name, err)
	}
	return nil
}

// existing returns the nodes of the cluster if an earlier Start has made them, and nil if there are none. A cluster of that name
// that somebody else made is an error.
func (c *Cluster) existing(ctx context.Context) ([]string, error) {
	nodes, err := c.containers.nodeIDs(ctx, c.cfg.KindName)
	if err != nil || len(nodes) == 0 {
		return nil, err
	}
	made, err := c.loadRecord()
	if err != nil {
		return nil, err
	}
	slices.Sort(nodes)
	if !slices.Equal(nodes, made.Nodes) {
		return nil, fmt.Errorf("a kind cluster named %q exists that was not made by this stack: choose another name, or delete it (kind delete cluster --name %s)",
			c.cfg.KindName, c.cfg.KindName)
	}
	return nodes, nil
}
