package emulator

import (
	"context"
	"fmt"

	"github.com/eksauth/eksauth/kindconfig"
)

// hosting is a cluster whose nodes can be containers with a kubelet each.
type hosting interface {
	StartWorker(ctx context.Context, w kindconfig.Worker) error
	RemoveWorker(ctx context.Context, instance string) error
	HasWorker(instance string) bool
}

var _ hosting = (*kindconfig.Cluster)(nil)

// startContainer runs a node as a container, whose kubelet enters the cluster with the instance's role as soon as that lets
// it in, and which outlives the stack's process.
func (n *nodes) startContainer(ctx context.Context, node Node, cluster ClusterAccess) error {
	for _, running := range n.env.planes.list() {
		if running.arn != cluster.ARN {
			continue
		}
		host, ok := running.Cluster.(hosting)
		if !ok {
			return fmt.Errorf("cluster %q is made of processes, which run no containers: start the stack with eksauth up --cluster kind, or leave out --container", cluster.Name)
		}
		return host.StartWorker(ctx, kindconfig.Worker{
			Instance: node.ID, Name: node.Name, ProviderID: providerID(node.Zone, node.ID), MetadataPort: n.env.metadata.port(node.ID),
		})
	}
	return fmt.Errorf("cluster %q does not run", cluster.Name)
}

// containerOf is the cluster in which an instance is a container; empty if there is none.
func (n *nodes) containerOf(instance string) string {
	for _, running := range n.env.planes.list() {
		if host, ok := running.Cluster.(hosting); ok && host.HasWorker(instance) {
			return running.name
		}
	}
	return ""
}

func removeContainer(ctx context.Context, running *controlPlane, instance string) error {
	if host, ok := running.Cluster.(hosting); ok {
		return host.RemoveWorker(ctx, instance)
	}
	return nil
}
