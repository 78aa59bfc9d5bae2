package emulator

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/eksauth/eksauth/emulator/home"
)

type joinOptions struct {
	NodeRequest
	instance          string
	detach, container bool
}

func (p *Program) nodeJoinCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "join [INSTANCE]",
		Short: "Join a cluster as a worker node, as its kubelet would",
		Long: `Join a cluster as a worker node, as its kubelet would: with the role of an instance, from the instance's metadata service,
make a token, enter the cluster, make the Node object and renew its Lease until Ctrl-C. No pod runs on such a node.

With --container the node is a container with a real kubelet, on which pods run, where the cluster is one of kind. The
stack keeps it, as with --detach; the kubelet tries until the cluster lets it in, and eksauth logs kubelet says why it does
not.

Without INSTANCE the only one that runs joins; if none runs, one is started.`,
		Example: "  eksauth node join\n  eksauth node join i-0123456789abcdef0 --detach\n  eksauth node join --role node-role --cluster dev\n  eksauth node join --container",
		Args:    cobra.MaximumNArgs(1),
	}
	stack := p.stackFlag(cmd)
	var o joinOptions
	nodeFlags(cmd, &o.NodeRequest)
	cmd.Flags().BoolVar(&o.detach, "detach", false, "let the stack keep the node in the cluster, and return")
	cmd.Flags().BoolVar(&o.container, "container", false, "run a container with a real kubelet, in a cluster of kind")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		h, err := stack()
		if err != nil {
			return err
		}
		if len(args) > 0 {
			o.instance = args[0]
		}
		return p.join(cmd.Context(), h, o)
	}
	return cmd
}

func (p *Program) join(ctx context.Context, h home.Home, o joinOptions) error {
	var list NodeList
	if err := callControl(ctx, h, http.MethodGet, nodesRoute, nil, &list); err != nil {
		return err
	}
	cluster, err := pickCluster(list.Clusters, o.Cluster)
	if err != nil {
		return err
	}
	o.Cluster = cluster.Name
	node, err := p.joiner(ctx, h, o, list.Nodes)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "instance %s has role %s\n", node.ID, node.Role)
	if o.container {
		if err := callControl(ctx, h, http.MethodPost, nodesRoute+"/"+node.ID+"/join", joinRequest{cluster.Name, true}, &node); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.Stdout, "node %s runs as a container of cluster %s and joins when the cluster lets it in; eksauth logs kubelet tells of it\n",
			node.Name, cluster.Name)
		return err
	}
	if o.detach {
		if err := callControl(ctx, h, http.MethodPost, nodesRoute+"/"+node.ID+"/join", joinRequest{cluster.Name, false}, &node); err != nil {
			return err
		}
		return p.joined(node, cluster, "the stack keeps it there until it is terminated")
	}
	return p.joinHere(ctx, node, cluster)
}

// joiner is the instance that is to join: the one that is named, the only one, or a new one where a role says which or
// none runs.
func (p *Program) joiner(ctx context.Context, h home.Home, o joinOptions, running []Node) (Node, error) {
	isNew := o.instance == "" && (o.Role != "" || o.InstanceProfile != "")
	node, found, err := pickNode(running, o.instance)
	if found && !isNew {
		return node, nil
	}
	if err != nil && !isNew {
		return Node{}, err
	}
	return node, callControl(ctx, h, http.MethodPost, nodesRoute, o.NodeRequest, &node)
}

// joinHere is the kubelet in this process.
func (p *Program) joinHere(ctx context.Context, node Node, cluster ClusterAccess) error {
	k, err := newKubelet(node, cluster, time.Now)
	if err != nil {
		return err
	}
	if err := k.Register(ctx); err != nil {
		return explainJoin(err, node, cluster)
	}
	if err := p.joined(node, cluster, "Ctrl-C ends it"); err != nil {
		return err
	}
	return explainJoin(k.Run(ctx), node, cluster)
}

func (p *Program) joined(node Node, cluster ClusterAccess, until string) error {
	_, err := fmt.Fprintf(p.Stdout, "node %s is Ready in cluster %s; %s\n", node.Name, cluster.Name, until)
	return err
}
