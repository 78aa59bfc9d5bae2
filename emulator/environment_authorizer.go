package emulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/eksauth/eksauth/internal/pki"
)

// authorizerTimeout bounds the reading of one review; a kube-apiserver waits three seconds for an answer.
const authorizerTimeout = 5 * time.Second

// serveAuthorizer answers the kube-apiservers that ask whether an access policy allows what RBAC does not. It has an
// address of its own, apart from the gateway, since it asks its callers for certificates.
func (e *Environment) serveAuthorizer(ctx context.Context) error {
	const loopback = "127.0.0.1"
	leaf, err := e.ca.Issue(pki.Request{CommonName: "eksauth access policies", IPs: []net.IP{net.ParseIP(loopback)}, Server: true})
	if err != nil {
		return err
	}
	certificate, err := leaf.TLS()
	if err != nil {
		return fmt.Errorf("read back the authorizer's certificate: %w", err)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return fmt.Errorf("listen for the authorizer: %w", err)
	}
	// Which authority must have signed the certificate depends on the cluster: the handler looks.
	server := &http.Server{
		Handler:           e.eks.Authorizer(),
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: authorizerTimeout, ReadTimeout: authorizerTimeout,
		ErrorLog: slog.NewLogLogger(e.o.Log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() {
		err := server.ServeTLS(listener, "", "")
		if !errors.Is(err, http.ErrServerClosed) {
			e.fail(fmt.Errorf("the authorizer has ended: %w", err))
			served <- err
			return
		}
		served <- nil
	}()
	e.authorizer = "https://" + listener.Addr().String()
	e.onStop(func(context.Context) error { return errors.Join(server.Close(), <-served) })
	return nil
}
