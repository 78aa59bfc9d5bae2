package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// limits bound what one client can hold. They are read from the machine's clock, not from Config.Now: a stack whose clock
// stands elsewhere still has real sockets.
type limits struct {
	header time.Duration // to send the header of a request, or a TLS handshake
	read   time.Duration // to send a whole request
	write  time.Duration // to take the answer
	idle   time.Duration // between two requests
	dial   time.Duration // to reach a kube-apiserver
	grace  time.Duration // for running requests when the gateway ends
}

var defaultLimits = limits{
	header: 10 * time.Second, read: time.Minute, write: 2 * time.Minute, idle: 2 * time.Minute,
	dial: 10 * time.Second, grace: 3 * time.Second,
}

// maxHeaderBytes carries a presigned request with the longest session token several times over.
const maxHeaderBytes = 64 << 10

// Serve answers plain HTTP and proxy requests on l until ctx ends, and closes l. It then gives running requests a few
// seconds. The error is nil if the end came through ctx. It may run on several listeners at once.
func (g *Gateway) Serve(ctx context.Context, l net.Listener) error {
	return g.serve(ctx, l, (*http.Server).Serve)
}

// ServeTLS is Serve for clients that reach the gateway under AWS's own names, such as containers with network aliases on
// port 443. Each gets the certificate of the name that it asks for.
func (g *Gateway) ServeTLS(ctx context.Context, l net.Listener) error {
	return g.serve(ctx, l, func(s *http.Server, l net.Listener) error { return s.ServeTLS(l, "", "") })
}

func (g *Gateway) serve(ctx context.Context, l net.Listener, start func(*http.Server, net.Listener) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := g.newServer(ctx, l.Addr())
	var errs [2]error
	var serving sync.WaitGroup
	serving.Go(func() { defer cancel(); errs[0] = start(s.outer, limit(l, g.config.MaxConns)) })
	serving.Go(func() { defer cancel(); errs[1] = s.inner.ServeTLS(s.tunnels, "", "") })
	<-ctx.Done()
	s.stop(ctx)
	serving.Wait()
	for _, err := range errs {
		if !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve the gateway on %s: %w", l.Addr(), err)
		}
	}
	return nil
}

// server is a gateway at work on one listener: outer serves the listener, inner serves what CONNECT opens.
type server struct {
	*Gateway
	ctx          context.Context // ends with the listener
	outer, inner *http.Server
	tunnels      *tunnels
	relays       sync.WaitGroup
}

func (g *Gateway) newServer(ctx context.Context, addr net.Addr) *server {
	s := &server{Gateway: g, ctx: ctx, tunnels: newTunnels(addr)}
	s.outer = s.httpServer(s.serveOuter)
	s.inner = s.httpServer(s.serveTunnel)
	s.inner.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return withConn(context.WithValue(ctx, tunnelKey{}, c.(*tls.Conn).NetConn().(*tunnel).host), c)
	}
	s.outer.ConnContext = withConn
	return s
}

func (s *server) httpServer(handle http.HandlerFunc) *http.Server {
	return &http.Server{
		Handler:           handle,
		TLSConfig:         &tls.Config{GetCertificate: s.forHello, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: s.limits.header,
		ReadTimeout:       s.limits.read,
		WriteTimeout:      s.limits.write,
		IdleTimeout:       s.limits.idle,
		MaxHeaderBytes:    maxHeaderBytes,
		// It tells of clients that do not trust the authority, which is what a user must hear when nothing works.
		ErrorLog: slog.NewLogLogger(s.config.Log.Handler(), slog.LevelInfo),
		// Running requests may end in peace, so they do not hang on s.ctx.
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(s.ctx) },
	}
}

// stop ends both servers, the outer one first, since it feeds the inner one. It comes when ctx has ended, and the
// relays with it.
func (s *server) stop(ctx context.Context) {
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.limits.grace)
	defer cancel()
	for _, server := range []*http.Server{s.outer, s.inner} {
		if err := server.Shutdown(grace); err != nil {
			s.config.Log.Warn("requests still ran when the gateway ended", "error", err)
			_ = server.Close() // its listener is closed already
		}
	}
	s.relays.Wait()
}

// untilStop gives a context that ends with ctx or when the gateway does, whichever is first.
func (s *server) untilStop(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}
