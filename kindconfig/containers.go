package kindconfig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kind/pkg/cluster"
)

const (
	// RuntimeVariable is kind's own variable that names the command (https://kind.sigs.k8s.io/docs/user/rootless/).
	RuntimeVariable = "KIND_EXPERIMENTAL_PROVIDER"

	docker = "docker"
	podman = "podman"
	// networkName is that of the network which kind puts its nodes on.
	networkName = "kind"
	// networkIPv6 is the range that kind derives from the network's name.
	networkIPv6 = "fc00:f853:ccd:e793::/64"
	// clusterLabel is the label of kind's nodes whose value is the cluster's name.
	clusterLabel = "io.x-k8s.kind.cluster"
)

// containers is the command by which containers are run: docker or podman.
type containers string

// findContainers returns the command that answers; preferred may be empty.
func findContainers(ctx context.Context, preferred string) (containers, error) {
	candidates := []containers{docker, podman}
	if preferred != "" {
		if !slices.Contains(candidates, containers(preferred)) {
			return "", fmt.Errorf("nodes cannot be run by %q: use docker or podman (%s)", preferred, RuntimeVariable)
		}
		candidates = []containers{containers(preferred)}
	}
	var errs []error
	for _, candidate := range candidates {
		_, err := candidate.output(ctx, "version")
		if err == nil {
			return candidate, nil
		}
		errs = append(errs, err)
	}
	return "", fmt.Errorf("kind needs Docker or podman: %w", explain(errs[0]))
}

// output runs the command. The error has what it wrote last.
func (c containers) output(ctx context.Context, arguments ...string) (string, error) {
	cmd := exec.CommandContext(ctx, string(c), arguments...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		if said := lastLine(stderr.String()); said != "" {
			err = errors.New(said)
		}
		return "", fmt.Errorf("%s %s: %w", c, arguments[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// provider returns kind over this command.
func (c containers) provider(log *kindLog) *cluster.Provider {
	option := cluster.ProviderWithDocker()
	if c == podman {
		option = cluster.ProviderWithPodman()
	}
	return cluster.NewProvider(option, cluster.ProviderWithLogger(log))
}

// networkMu lets one of several clusters that start at once make the network: two may have the same name.
var networkMu sync.Mutex

// machineAddress is the address at which nodes reach this machine: that of the bridge of kind's network. The network is
// made if there is none, as kind would make it a moment later.
func (c containers) machineAddress(ctx context.Context) (netip.Addr, error) {
	networkMu.Lock()
	defer networkMu.Unlock()
	gateways, err := c.gateways(ctx)
	if err != nil {
		if err := c.createNetwork(ctx); err != nil {
			return netip.Addr{}, fmt.Errorf("make the network %q: %w", networkName, explain(err))
		}
		gateways, err = c.gateways(ctx)
	}
	if err != nil {
		return netip.Addr{}, err
	}
	for _, gateway := range strings.Fields(gateways) {
		if address, err := netip.ParseAddr(gateway); err == nil && address.Is4() {
			return address, nil
		}
	}
	return netip.Addr{}, fmt.Errorf("network %q has no IPv4 gateway (it has %q): remove it (%s network rm %s), and a new one is made",
		networkName, gateways, c, networkName)
}

func (c containers) gateways(ctx context.Context) (string, error) {
	format := "{{range .IPAM.Config}}{{.Gateway}} {{end}}"
	if c == podman {
		format = "{{range .Subnets}}{{.Gateway}} {{end}}"
	}
	return c.output(ctx, "network", "inspect", "-f", format, networkName)
}

func (c containers) createNetwork(ctx context.Context) error {
	create := []string{"network", "create", "-d", "bridge"}
	if c == docker {
		create = append(create, "-o", "com.docker.network.bridge.enable_ip_masquerade=true")
	}
	_, err := c.output(ctx, append(create, "--ipv6", "--subnet", networkIPv6, networkName)...)
	if err == nil {
		return nil
	}
	// This machine may have no IPv6.
	_, err = c.output(ctx, append(create, networkName)...)
	return err
}

// nodeIDs are the containers of a cluster's nodes, running or not.
func (c containers) nodeIDs(ctx context.Context, name string) ([]string, error) {
	out, err := c.output(ctx, "ps", "-a", "-q", "--no-trunc", "--filter", "label="+clusterLabel+"="+name)
	return strings.Fields(out), err
}
