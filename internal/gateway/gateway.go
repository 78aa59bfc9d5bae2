package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/pki"
)

// defaultMaxConns leaves room for suites that make a client, and with it a connection, for every call; the Go runtime raises
// the limit of open files as far as the system allows.
const defaultMaxConns = 4000

// Config is what a gateway needs. CA and Services are required.
type Config struct {
	// Services are the handlers by signing name: "sts", "eks-auth". They learn through awswire.Target which host was asked.
	Services map[string]http.Handler
	// CA signs the certificates under which the gateway answers for AWS hosts.
	CA *pki.CA
	// Cluster gives the address, host:port, of the kube-apiserver behind the AWS-shaped name of a cluster's endpoint. The
	// name comes in lower case, without a port. Nil knows no cluster.
	Cluster func(host string) (address string, ok bool)
	// Dial connects to a cluster's address, the only connection that a gateway ever opens. Nil stands for net.Dialer's.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Control answers everything under ControlPath, for requests to a loopback name or one of Hosts. Nil refuses them.
	Control http.Handler
	// Hosts are names without a port, beyond loopback, by which users reach the gateway: "eksauth" in a compose network.
	Hosts []string
	// Metadata answers requests to the instance metadata address that come through the proxy. Nil refuses them.
	Metadata http.Handler
	// MaxConns bounds the connections that one listener has open, tunnels included; more wait. 0 stands for 4000.
	MaxConns int
	// Now is the clock by which certificates are renewed. Nil stands for time.Now.
	Now func() time.Time
	// Rand gives the IDs of requests that are refused, to several at once. Nil stands for crypto/rand.
	Rand io.Reader
	// Refused is told of each request that no service answers. Nil is fine.
	Refused func(Refusal)
	// Log gets refusals and failures. Nil discards them.
	Log *slog.Logger
}

// ControlPath begins the paths of eksauth's own routes, which no AWS service has.
const ControlPath = "/_eksauth/"

// Gateway answers for AWS. It holds no listener and runs nothing until Serve.
type Gateway struct {
	config Config
	leafs  *leafs
	limits limits
}

// New makes a gateway. The error names what the configuration lacks.
func New(c Config) (*Gateway, error) {
	if c.CA == nil {
		return nil, errors.New("make the gateway: it needs a certificate authority to answer for AWS hosts")
	}
	if len(c.Services) == 0 {
		return nil, errors.New("make the gateway: it needs at least one service to route to")
	}
	for _, host := range c.Hosts {
		if host == "" || host != hostname(host) || strings.ContainsAny(host, ":/ ") {
			return nil, fmt.Errorf("make the gateway: host %q must be a name in lower case, without scheme and port", host)
		}
	}
	c = withDefaults(c)
	return &Gateway{config: c, leafs: newLeafs(c.CA, c.Now), limits: defaultLimits}, nil
}

func withDefaults(c Config) Config {
	if c.Cluster == nil {
		c.Cluster = func(string) (string, bool) { return "", false }
	}
	if c.Dial == nil {
		c.Dial = new(net.Dialer).DialContext
	}
	if c.MaxConns == 0 {
		c.MaxConns = defaultMaxConns
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Refused == nil {
		c.Refused = func(Refusal) {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// services lists what is offered, for messages.
func (g *Gateway) services() string {
	return strings.Join(slices.Sorted(maps.Keys(g.config.Services)), ", ")
}

// isOwnName tells whether host, without a port, is a name under which the gateway's user reaches it. A web page whose
// owner rebinds its name to a loopback address has the page's name as Host, and is none of them.
func (g *Gateway) isOwnName(host string) bool {
	return isLoopback(host) || slices.Contains(g.config.Hosts, host)
}

// isLoopback accepts loopback addresses and the names that RFC 6761, section 6.3, reserves for them.
func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
