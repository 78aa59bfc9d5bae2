package localcluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// loopback is the only address that anything here listens on.
const loopback = "127.0.0.1"

// reservation keeps a port until the process that shall listen on it is about to start.
type reservation struct {
	port     int
	listener net.Listener
}

// release frees the port for its process.
func (r *reservation) release() { _ = r.listener.Close() }

func (r *reservation) url() string {
	return "https://" + net.JoinHostPort(loopback, strconv.Itoa(r.port))
}

// reserve takes a port of the loopback address for a component. A wanted port must be free; without one the port of the
// last run is taken, if it is free still, so that clients' configurations stay good, else any.
func reserve(ctx context.Context, component string, wanted, last int) (*reservation, error) {
	if wanted != 0 {
		listener, err := listen(ctx, wanted)
		if errors.Is(err, syscall.EADDRINUSE) {
			return nil, fmt.Errorf("port %d of %s is taken: end what listens there (`ss -ltnp 'sport = :%d'` names it) or choose another port for %s",
				wanted, loopback, wanted, component)
		}
		return newReservation(component, listener, err)
	}
	if last != 0 {
		if listener, err := listen(ctx, last); err == nil {
			return newReservation(component, listener, nil)
		}
	}
	listener, err := listen(ctx, 0)
	return newReservation(component, listener, err)
}

func listen(ctx context.Context, port int) (net.Listener, error) {
	return new(net.ListenConfig).Listen(ctx, "tcp4", net.JoinHostPort(loopback, strconv.Itoa(port)))
}

func newReservation(component string, listener net.Listener, err error) (*reservation, error) {
	if err != nil {
		return nil, fmt.Errorf("reserve a port for %s: %w", component, err)
	}
	return &reservation{port: listener.Addr().(*net.TCPAddr).Port, listener: listener}, nil
}

// ports are the ports of a cluster by component, as its folder remembers them.
type ports map[string]int

const portsFile = "ports.json"

// loadPorts reads the ports of the last run. A file that is missing or unreadable only costs the cluster its old ports.
func loadPorts(dir string) ports {
	remembered := ports{}
	content, err := os.ReadFile(filepath.Join(dir, portsFile))
	if err != nil || json.Unmarshal(content, &remembered) != nil {
		return ports{}
	}
	return remembered
}

func (p ports) save(dir string) error {
	content, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode ports: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, portsFile), content, 0o600); err != nil {
		return fmt.Errorf("remember ports: %w", err)
	}
	return nil
}
