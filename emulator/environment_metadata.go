package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"

	"github.com/eksauth/eksauth/fakeec2"
	"github.com/eksauth/eksauth/fakeec2/metadata"
)

// metadataServers are the metadata services of the running instances, each at an address of its own.
type metadataServers struct {
	env *Environment

	mu   sync.Mutex
	byID map[string]*metadataServer
	// bridges are the addresses at which containers reach this machine: services answer there as well, at the same ports.
	bridges []netip.Addr
	ending  sync.WaitGroup
}

type metadataServer struct {
	*metadata.Service
	url     string
	port    int
	serving context.Context
	stop    context.CancelFunc
}

func newMetadataServers(env *Environment) *metadataServers {
	return &metadataServers{env: env, byID: map[string]*metadataServer{}}
}

// serveMetadata serves the instances of earlier runs, and from now on those that are started.
func (e *Environment) serveMetadata(ctx context.Context) error {
	e.onStop(e.metadata.stop)
	instances, err := e.ec2.Running()
	if err != nil {
		return err
	}
	for _, instance := range instances {
		e.metadata.changed(ctx, instance)
	}
	return nil
}

// changed begins or ends to serve an instance.
func (m *metadataServers) changed(ctx context.Context, instance *fakeec2.Instance) {
	m.mu.Lock()
	defer m.mu.Unlock()
	server := m.byID[instance.ID]
	switch {
	case server == nil && instance.Running():
		if err := m.start(ctx, instance); err != nil {
			m.env.o.Log.Error("an instance has no metadata service", "instance", instance.ID, "error", err)
		}
	case server != nil && !instance.Running():
		server.stop()
		delete(m.byID, instance.ID)
	}
}

// start needs mu. The service outlives ctx.
func (m *metadataServers) start(ctx context.Context, instance *fakeec2.Instance) error {
	listener, err := listenAgain(ctx, instance.MetadataPort)
	if err != nil {
		return err
	}
	service, err := metadata.New(metadata.Config{
		Directory: m.env.directory, Account: instance.Account, Region: instance.Region, Instance: instance.ID,
		Issued: m.env.instanceSession, Now: m.env.o.Now, Log: m.env.o.Log,
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &metadataServer{Service: service, url: "http://" + listener.Addr().String(), port: listener.Addr().(*net.TCPAddr).Port}
	server.serving, server.stop = context.WithCancel(context.WithoutCancel(ctx))
	m.byID[instance.ID] = server
	m.serve(server, listener)
	for _, bridge := range m.bridges {
		m.serveAt(ctx, server, bridge)
	}
	return m.env.ec2.SetMetadataPort(ctx, instance, server.port)
}

func (m *metadataServers) serve(server *metadataServer, listener net.Listener) {
	m.ending.Go(func() {
		if err := server.Serve(server.serving, listener); err != nil {
			m.env.o.Log.Error("an instance's metadata service has ended", "address", listener.Addr(), "error", err)
		}
	})
}

// bridge lets the metadata services also answer at an address at which containers reach this machine.
func (m *metadataServers) bridge(ctx context.Context, address netip.Addr) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bridges = append(m.bridges, address)
	for _, server := range m.byID {
		m.serveAt(ctx, server, address)
	}
}

// serveAt needs mu.
func (m *metadataServers) serveAt(ctx context.Context, server *metadataServer, address netip.Addr) {
	config := net.ListenConfig{Control: freeBind}
	listener, err := config.Listen(ctx, "tcp", netip.AddrPortFrom(address, uint16(server.port)).String())
	if err != nil {
		m.env.o.Log.Error("containers do not reach an instance's metadata service", "address", address, "error", err)
		return
	}
	m.serve(server, listener)
}

// listenAgain takes the port of the last run, for whoever still has its address, or a free one.
func listenAgain(ctx context.Context, port int) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil && port != 0 {
		listener, err = config.Listen(ctx, "tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, fmt.Errorf("listen for instance metadata: %w", err)
	}
	return listener, nil
}

func (m *metadataServers) stop(context.Context) error {
	m.mu.Lock()
	for id, server := range m.byID {
		server.stop()
		delete(m.byID, id)
	}
	m.mu.Unlock()
	m.ending.Wait()
	return nil
}

// port is that of an instance's metadata service; 0 if it does not answer.
func (m *metadataServers) port(instance string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if server := m.byID[instance]; server != nil {
		return server.port
	}
	return 0
}

// url is where an instance's metadata service answers; empty if it does not.
func (m *metadataServers) url(instance string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if server := m.byID[instance]; server != nil {
		return server.url
	}
	return ""
}

// ServeHTTP answers at the metadata service's own address, 169.254.169.254, for whoever comes through the proxy. Nothing
// there tells whose machine that is, so it answers only while there is but one instance.
func (m *metadataServers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	count := len(m.byID)
	var only *metadataServer
	for _, only = range m.byID {
	}
	m.mu.Unlock()
	if count != 1 {
		http.Error(w, fmt.Sprintf("eksauth has %d instances, so 169.254.169.254 can be none of them: run eksauth node list, and set "+
			"AWS_EC2_METADATA_SERVICE_ENDPOINT to the address of the one you mean.", count), http.StatusNotFound)
		return
	}
	only.Service.ServeHTTP(w, r)
}
