package emulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/eksauth/eksauth/internal/pki"
)

// authorizerTimeout bounds the reading of one review; a kube-apiserver waits three seconds for an answer.
const authorizerTimeout = 5 * time.Second

// serveAuthorizer answers the kube-apiservers that ask whether an access policy allows what RBAC does not. It has an
// address of its own, apart from the gateway, since it asks its callers for certificates.
func (e *Environment) serveAuthorizer(ctx context.Context) error {
	var err error
	e.authorizer, err = e.listenAuthorizer(ctx, netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	return err
}

// listenAuthorizer answers at an address of this machine and returns the URL.
func (e *Environment) listenAuthorizer(ctx context.Context, address netip.Addr) (string, error) {
	leaf, err := e.ca.Issue(pki.Request{CommonName: "eksauth access policies", IPs: []net.IP{address.AsSlice()}, Server: true})
	if err != nil {
		return "", err
	}
	certificate, err := leaf.TLS()
	if err != nil {
		return "", fmt.Errorf("read back the authorizer's certificate: %w", err)
	}
	config := net.ListenConfig{Control: freeBind}
	listener, err := config.Listen(ctx, "tcp", netip.AddrPortFrom(address, 0).String())
	if err != nil {
		return "", fmt.Errorf("listen for the authorizer: %w", err)
	}
	// Which authority must have signed the certificate depends on the cluster: the handler looks.
	server := &http.Server{
		Handler:           e.eks.Authorizer(),
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: authorizerTimeout, ReadTimeout: authorizerTimeout,
		ErrorLog: slog.NewLogLogger(e.o.Log.Handler(), slog.LevelDebug),
	}
	e.background.start(func(ctx context.Context) {
		closing := context.AfterFunc(ctx, func() { _ = server.Close() })
		defer closing()
		if err := server.ServeTLS(listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
			e.fail(fmt.Errorf("the authorizer has ended: %w", err))
		}
	})
	return "https://" + listener.Addr().String(), nil
}
