package emulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"

	"github.com/eksauth/eksauth/emulator/kubelet"
	"github.com/eksauth/eksauth/fakeec2"
	"github.com/eksauth/eksauth/internal/directory"
)

// NodeRequest says what a new node is to be. All of it may be empty.
type NodeRequest struct {
	// Cluster is the cluster whose account and region the instance is in.
	Cluster string `json:"cluster,omitempty"`
	// Role and InstanceProfile name what the instance acts as.
	Role            string `json:"role,omitempty"`
	InstanceProfile string `json:"instanceProfile,omitempty"`
	// TokensOptional lets version 1 of the metadata service in.
	TokensOptional bool `json:"tokensOptional,omitempty"`
}

// Node is a running instance. Its JSON form is what eksauth node list -o json prints.
type Node struct {
	ID              string    `json:"id"`
	Name            string    `json:"name"` // private DNS name
	Account         string    `json:"account"`
	Region          string    `json:"region"`
	Zone            string    `json:"zone"`
	Type            string    `json:"type"`
	PrivateIP       string    `json:"privateIp"`
	InstanceProfile string    `json:"instanceProfile,omitempty"`
	Role            string    `json:"role,omitempty"`
	Metadata        string    `json:"metadata"` // URL of its metadata service
	Launched        time.Time `json:"launched"`
	// Joined names the cluster that the stack itself keeps the node in, if it does.
	Joined string `json:"joined,omitempty"`
}

// ClusterAccess is what a client needs to find a cluster.
type ClusterAccess struct {
	Name   string `json:"name"`
	ARN    string `json:"arn"`
	Region string `json:"region"`
	Server string `json:"server"`
	CA     []byte `json:"ca"`
}

// nodes are those that the stack itself keeps in clusters.
type nodes struct {
	env *Environment

	mu     sync.Mutex
	joined map[string]joinedNode // by instance
}

type joinedNode struct {
	cluster string
	leave   context.CancelFunc
}

func newNodes(env *Environment) *nodes { return &nodes{env: env, joined: map[string]joinedNode{}} }

// run starts an instance for a node.
func (n *nodes) run(ctx context.Context, o NodeRequest) (Node, error) {
	account, region, err := n.place(o.Cluster)
	if err != nil {
		return Node{}, err
	}
	profile, err := n.env.nodeProfile(ctx, account, o)
	if err != nil {
		return Node{}, err
	}
	template := fakeec2.Instance{
		Account: account, Partition: partitionOf(region), Region: region, Image: "ami-0e1c5a00000000000", Type: "t3.large", Profile: profile,
		Metadata: fakeec2.MetadataOptions{TokensOptional: o.TokensOptional, HopLimit: 2},
	}
	if o.Cluster != "" {
		template.Tags = map[string]string{"kubernetes.io/cluster/" + o.Cluster: "owned"}
	}
	instance, err := n.env.ec2.Launch(ctx, template)
	if err != nil {
		return Node{}, err
	}
	return n.describe(instance), nil
}

// place is where a node of a cluster runs: in the cluster's account and region, and without clusters in the first account.
func (n *nodes) place(cluster string) (account, region string, err error) {
	clusters, err := n.env.eks.Clusters()
	if err != nil {
		return "", "", err
	}
	for _, c := range clusters {
		if c.Name == cluster || cluster == "" {
			return c.Account, c.Region, nil
		}
	}
	if cluster != "" {
		return "", "", fmt.Errorf("there is no cluster %q", cluster)
	}
	return n.env.o.Config.Accounts[0].ID, n.env.o.Config.Region, nil
}

func (n *nodes) list() ([]Node, error) {
	running, err := n.env.ec2.Running()
	if err != nil {
		return nil, err
	}
	list := make([]Node, len(running))
	for i, instance := range running {
		list[i] = n.describe(instance)
	}
	slices.SortStableFunc(list, func(a, b Node) int { return a.Launched.Compare(b.Launched) })
	return list, nil
}

func (n *nodes) describe(i *fakeec2.Instance) Node {
	node := Node{
		ID: i.ID, Name: i.PrivateDNSName(), Account: i.Account, Region: i.Region, Zone: i.Zone, Type: i.Type, PrivateIP: i.PrivateIP,
		InstanceProfile: i.Profile, Metadata: n.env.metadata.url(i.ID), Launched: i.Launched,
	}
	if profile := directory.Get(n.env.directory, directory.InstanceProfileKey(i.Account, i.Profile)); profile != nil && len(profile.Roles) > 0 {
		node.Role = profile.Roles[0]
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	node.Joined = cmp.Or(n.joined[i.ID].cluster, n.containerOf(i.ID))
	return node
}

func (n *nodes) find(id string) (Node, error) {
	list, err := n.list()
	if err != nil {
		return Node{}, err
	}
	for _, node := range list {
		if node.ID == id || node.Name == id {
			return node, nil
		}
	}
	return Node{}, fmt.Errorf("no instance %s runs: see eksauth node list", id)
}

// join keeps a node in a cluster for as long as the instance and the stack run.
func (n *nodes) join(ctx context.Context, node Node, cluster ClusterAccess) error { //nolint:contextcheck // the node stays for longer than the request
	k, err := newKubelet(node, cluster, n.env.o.Now)
	if err != nil {
		return err
	}
	if err := k.Register(ctx); err != nil {
		return err
	}
	running, leave := context.WithCancel(n.env.background.ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	if before, again := n.joined[node.ID]; again {
		before.leave()
	}
	n.joined[node.ID] = joinedNode{cluster.Name, leave}
	n.env.background.start(func(context.Context) {
		if err := k.Run(running); err != nil {
			n.env.o.Log.Error("a node has left its cluster", "node", node.Name, "cluster", cluster.Name, "error", err)
		}
	})
	return nil
}

// changed takes what was terminated out of its cluster, as a cloud controller manager does.
func (n *nodes) changed(i *fakeec2.Instance) {
	if i.Running() {
		return
	}
	n.mu.Lock()
	if joined, ok := n.joined[i.ID]; ok {
		joined.leave()
		delete(n.joined, i.ID)
	}
	n.mu.Unlock()
	n.env.background.start(func(ctx context.Context) {
		for _, running := range n.env.planes.list() {
			if err := errors.Join(removeContainer(ctx, running, i.ID), removeNode(ctx, running, i)); err != nil {
				n.env.o.Log.Warn("a terminated node is not gone", "node", i.PrivateDNSName(), "cluster", running.name, "error", err)
			}
		}
	})
}

// clusters are the clusters that run.
func (n *nodes) clusters() []ClusterAccess {
	list := []ClusterAccess{}
	for _, running := range n.env.planes.list() {
		list = append(list, ClusterAccess{Name: running.name, ARN: running.arn, Region: regionOf(running.arn), Server: running.Endpoint(), CA: running.CAData()})
	}
	return list
}

// newKubelet makes the kubelet of a node, which gets its credentials as on AWS: from the instance's metadata service.
func newKubelet(node Node, cluster ClusterAccess, now func() time.Time) (*kubelet.Kubelet, error) {
	client := imds.New(imds.Options{Endpoint: node.Metadata, HTTPClient: &http.Client{Transport: &http.Transport{}}})
	role := aws.NewCredentialsCache(ec2rolecreds.New(func(o *ec2rolecreds.Options) { o.Client = client }))
	return kubelet.New(kubelet.Config{
		Server: cluster.Server, CA: cluster.CA, Now: now,
		Token: func(ctx context.Context) (string, error) {
			credentials, err := role.Retrieve(ctx)
			if err != nil {
				return "", fmt.Errorf("get the credentials of %s from its metadata service %s: %w", node.ID, node.Metadata, err)
			}
			return presignToken(ctx, credentials, cluster.Region, cluster.Name, stsHost(cluster.Region), now())
		},
		Node: kubelet.Node{
			Name: node.Name, ProviderID: providerID(node.Zone, node.ID), IP: node.PrivateIP, Type: node.Type, Region: node.Region, Zone: node.Zone,
		},
	})
}

func providerID(zone, instance string) string { return "aws:///" + zone + "/" + instance }
