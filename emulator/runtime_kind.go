package emulator

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"sync"

	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/controlplane"
	"github.com/eksauth/eksauth/kindconfig"
)

// kindRuntime runs control planes as kind clusters.
type kindRuntime struct {
	env *Environment
	// starting has room for as many clusters as may start at once: all at once, on a machine of few cores, each takes longer than
	// its parts wait for each other.
	starting chan struct{}

	mu sync.Mutex
	// image is the node image, once it is chosen.
	image string
	// reached is where the stack serves for nodes, by the address at which they reach this machine.
	reached map[netip.Addr]doors
}

// coresPerStart is how many cores the start of a cluster keeps busy.
const coresPerStart = 2

// doors are the URLs at which nodes reach the stack.
type doors struct{ gateway, authorizer string }

func newKindRuntime(env *Environment) *kindRuntime {
	return &kindRuntime{env: env, starting: make(chan struct{}, max(1, runtime.NumCPU()/coresPerStart)), reached: map[netip.Addr]doors{}}
}

func (r *kindRuntime) start(ctx context.Context, record *fakeeks.Cluster, access fakeeks.Access) (Cluster, error) {
	cfg := r.config(record, access)
	var err error
	if cfg.Image, err = r.nodeImage(ctx, record); err != nil {
		return nil, err
	}
	if cfg.Credentials, err = r.env.authenticatorCredentials(ctx, record); err != nil {
		return nil, err
	}
	select {
	case r.starting <- struct{}{}:
		defer func() { <-r.starting }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	cluster, err := kindconfig.Start(ctx, cfg)
	if err != nil {
		return nil, err // a nil *kindconfig.Cluster would be no nil Cluster
	}
	return cluster, nil
}

func (r *kindRuntime) remove(ctx context.Context, record *fakeeks.Cluster) error {
	return kindconfig.Delete(ctx, r.config(record, fakeeks.Access{}))
}

func (r *kindRuntime) logFiles(record *fakeeks.Cluster, component string) []string {
	return kindconfig.LogFiles(r.env.o.Home.ClusterLogDir(r.env.folder(record)), component)
}

// nodeImage chooses the image once for all clusters: it may have to be built.
func (r *kindRuntime) nodeImage(ctx context.Context, record *fakeeks.Cluster) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.image != "" {
		return r.image, nil
	}
	image, err := kindconfig.NodeImage(ctx, kindconfig.ImageConfig{Runtime: r.env.o.Containers, Checkouts: checkouts(), Progress: r.env.clusterStep(record)})
	if err != nil {
		return "", err
	}
	r.image = image
	return image, nil
}

func (r *kindRuntime) config(record *fakeeks.Cluster, access fakeeks.Access) kindconfig.Config {
	env, folder := r.env, r.env.folder(record)
	return kindconfig.Config{
		Name: record.Name, KindName: kindName(env.o.Home.Name, record), Region: record.Region, Partition: record.Partition, AccountID: record.Account,
		Dir: env.o.Home.ClusterDir(folder), LogDir: env.o.Home.ClusterLogDir(folder),
		Authenticator: env.binaries.Authenticator, Runtime: env.o.Containers, Workers: env.o.Config.Workers, Retain: env.o.Retain,
		Port: env.apiServerPort(record),
		Reach: func(ctx context.Context, machine netip.Addr) (kindconfig.Reached, error) {
			open, err := r.open(ctx, machine)
			return kindconfig.Reached{
				Gateway:    open.gateway,
				Authorizer: &controlplane.Authorizer{URL: open.authorizer + record.AuthorizerPath(), CAFile: env.o.Home.CACert()},
			}, err
		},
		GatewayCA: env.o.Home.CACert(), Issuer: record.Issuer(), ExtraSANs: []string{record.EndpointHost()},
		Mode: controlplane.Mode(access.Mode), Creator: creatorMapping(access), Entries: mappings(access.Entries),
		Now: env.o.Now, Progress: env.clusterStep(record), Exited: env.componentExited(record), Log: env.o.Log,
	}
}

// kindName is unique among the stacks of this machine and short enough for the names of nodes: the cluster's ID is random.
func kindName(stack string, record *fakeeks.Cluster) string {
	const idLength = 8
	return kindconfig.NameFor("eksauth-"+stack+"-"+record.Name, record.ID[:idLength])
}

// open makes gateway and authorizer answer at an address of this machine that nodes reach, once for each address.
func (r *kindRuntime) open(ctx context.Context, machine netip.Addr) (doors, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if open, ok := r.reached[machine]; ok {
		return open, nil
	}
	config := net.ListenConfig{Control: freeBind}
	listener, err := config.Listen(ctx, "tcp", netip.AddrPortFrom(machine, 0).String())
	if err != nil {
		return doors{}, fmt.Errorf("listen for the nodes of clusters: %w", err)
	}
	// The listener ends with the gateway's own.
	r.env.background.start(func(ctx context.Context) {
		if err := r.env.gateway.Serve(ctx, listener); err != nil {
			r.env.fail(fmt.Errorf("the gateway for nodes at %s has ended: %w", listener.Addr(), err))
		}
	})
	authorizer, err := r.env.listenAuthorizer(ctx, machine)
	if err != nil {
		return doors{}, err
	}
	r.env.metadata.bridge(ctx, machine)
	open := doors{gateway: "http://" + listener.Addr().String(), authorizer: authorizer}
	r.reached[machine] = open
	return open, nil
}
