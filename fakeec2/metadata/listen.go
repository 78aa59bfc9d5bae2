package metadata

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"
)

// Bounds of one client, by the machine's clock.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	graceTimeout  = time.Second
)

// usualHops is the time to live of what is not limited (RFC 1700).
const usualHops = 64

type connKey struct{}

// Serve answers on l until ctx ends, and closes l.
func (s *Service) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout,
		ErrorLog:    slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelInfo),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) },
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceTimeout)
		defer cancel()
		err := server.Shutdown(grace)
		if err != nil {
			err = server.Close()
		}
		stopped <- err
	})
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("serve instance metadata on %s: %w", l.Addr(), err)
	}
	return <-stopped
}

// limitHops makes the answer to r reach no further than the number of hops. A client on this machine is no hop away; one
// in a container behind a bridge is one. The connection ends with the answer, so that the limit concerns no other. Without
// a socket, as in a test, there is nothing to limit.
func limitHops(w http.ResponseWriter, r *http.Request, hops int32) error {
	conn, ok := r.Context().Value(connKey{}).(*net.TCPConn)
	if !ok {
		return nil
	}
	w.Header().Set("Connection", "close")
	raw, err := conn.SyscallConn()
	if err != nil {
		return fmt.Errorf("reach the socket: %w", err)
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_TTL, int(min(hops, usualHops)))
	})
	if err := errors.Join(err, failed); err != nil {
		return fmt.Errorf("set the time to live: %w", err)
	}
	return nil
}
