package gateway

import (
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/eksauth/eksauth/internal/pki"
)

const (
	// maxLeafs bounds the cache; a stack needs a dozen names.
	maxLeafs = 128
	// renewBefore leaves a connection that begins now a certificate that holds for as long as it may last.
	renewBefore = 24 * time.Hour
)

// leafs are the certificates under which the gateway answers, one a name, made when first needed.
type leafs struct {
	ca  *pki.CA
	now func() time.Time

	mu     sync.Mutex
	byName map[string]*tls.Certificate
}

func newLeafs(ca *pki.CA, now func() time.Time) *leafs {
	return &leafs{ca: ca, now: now, byName: map[string]*tls.Certificate{}}
}

// certificate returns the certificate for a name or an IP address.
func (l *leafs) certificate(name string) (*tls.Certificate, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if leaf := l.byName[name]; leaf != nil && l.now().Before(leaf.Leaf.NotAfter.Add(-renewBefore)) {
		return leaf, nil
	}
	leaf, err := l.issue(name)
	if err != nil {
		return nil, err
	}
	if len(l.byName) >= maxLeafs {
		// Who asks for so many names is not a stack; starting afresh costs the stack a dozen signatures.
		clear(l.byName)
	}
	l.byName[name] = leaf
	return leaf, nil
}

func (l *leafs) issue(name string) (*tls.Certificate, error) {
	req := pki.Request{CommonName: name, Server: true}
	// A common name has at most 64 characters (RFC 5280, appendix A.1); clients read the alternative names alone.
	if len(name) > 64 {
		req.CommonName = ""
	}
	if ip := net.ParseIP(name); ip != nil {
		req.IPs = []net.IP{ip}
	} else {
		req.DNSNames = []string{name}
	}
	issued, err := l.ca.Issue(req)
	if err != nil {
		return nil, fmt.Errorf("answer for %s: %w", name, err)
	}
	leaf, err := issued.TLS()
	if err != nil {
		return nil, fmt.Errorf("answer for %s: %w", name, err)
	}
	return &leaf, nil
}

// forHello chooses the certificate of a handshake: that of the tunnel's host inside a tunnel; else that of the name that
// the client asks for, if it is ours or AWS's, or of the address that it reached.
func (g *Gateway) forHello(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if t, ok := hello.Conn.(*tunnel); ok {
		return g.leafs.certificate(t.host)
	}
	name := hostname(hello.ServerName)
	if name == "" {
		return g.leafs.certificate(hostname(hello.Conn.LocalAddr().String()))
	}
	if _, ok := ParseHost(name); !ok && !g.isOwnName(name) {
		return nil, fmt.Errorf("handshake for %.100q, which is no AWS endpoint and no name of this gateway", name)
	}
	return g.leafs.certificate(name)
}
