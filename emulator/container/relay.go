package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
)

const loopback = "127.0.0.1"

// Relay carries connections from a port of the container to one of the loopback address.
type Relay struct{ From, To int }

// ParseRelay reads 443:4443, or 4566 for 4566:4566.
func ParseRelay(text string) (Relay, error) {
	from, to, two := strings.Cut(text, ":")
	if !two {
		to = from
	}
	relay := Relay{}
	for _, port := range []struct {
		text  string
		value *int
	}{{from, &relay.From}, {to, &relay.To}} {
		number, err := strconv.ParseUint(port.text, 10, 16)
		if err != nil || number == 0 {
			return Relay{}, fmt.Errorf("%q is not a port or two ports with a colon between them, such as 443:4443", text)
		}
		*port.value = int(number)
	}
	return relay, nil
}

// Relays carries connections to all addresses of the container but its loopback ones, which the stack itself listens on.
type Relays struct {
	List []Relay
	// Addresses are the container's own addresses.
	Addresses []string
	Log       *slog.Logger

	open sync.WaitGroup
}

// Run carries connections until ctx ends.
func (r *Relays) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer r.open.Wait()
	defer cancel()
	failed := make(chan error, 1)
	for _, relay := range r.List {
		for _, address := range r.Addresses {
			listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(relay.From)))
			if err != nil {
				return fmt.Errorf("publish port %d: %w", relay.From, err)
			}
			target := net.JoinHostPort(loopback, strconv.Itoa(relay.To))
			r.open.Go(func() { r.accept(ctx, listener, target, failed) })
		}
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

func (r *Relays) accept(ctx context.Context, listener net.Listener, target string, failed chan<- error) {
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer stop()
	for {
		conn, err := listener.Accept()
		if err != nil {
			if ctx.Err() == nil {
				select {
				case failed <- fmt.Errorf("accept on %s: %w", listener.Addr(), err):
				default: // another listener has failed first
				}
			}
			return
		}
		r.open.Go(func() { r.carry(ctx, conn, target) })
	}
}

// carry joins a client to the target until both have sent all.
func (r *Relays) carry(ctx context.Context, client net.Conn, target string) {
	defer client.Close()
	server, err := new(net.Dialer).DialContext(ctx, "tcp", target)
	if err != nil {
		r.Log.Debug("nobody answers behind a published port", "target", target, "error", err)
		return
	}
	defer server.Close()
	defer context.AfterFunc(ctx, func() { _, _ = client.Close(), server.Close() })()
	var both sync.WaitGroup
	both.Go(func() { pour(server, client) })
	both.Go(func() { pour(client, server) })
	both.Wait()
}

// pour copies what from sends and passes on its end. A broken connection ends like a closed one.
func pour(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

// OwnAddresses are the container's addresses on its networks.
func OwnAddresses() ([]string, error) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("list the container's addresses: %w", err)
	}
	var own []string
	for _, address := range all {
		if network, ok := address.(*net.IPNet); ok && network.IP.IsGlobalUnicast() {
			own = append(own, network.IP.String())
		}
	}
	if len(own) == 0 {
		return nil, errors.New("this container is on no network")
	}
	return own, nil
}
