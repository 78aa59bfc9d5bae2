package gateway

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// tunnelKey finds the host of a tunnel in the context of the requests inside it.
type tunnelKey struct{}

// granted is the answer to a CONNECT that is followed by the tunnel's bytes (RFC 9110, section 9.3.6).
const granted = "HTTP/1.1 200 Connection established\r\n\r\n"

// connect answers CONNECT.
func (s *server) connect(w http.ResponseWriter, r *http.Request) {
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		s.refuseConnect(w, r, refusal{status: http.StatusBadRequest, reason: "CONNECT must name host:port"})
		return
	}
	host = strings.ToLower(host)
	address, isCluster := s.config.Cluster(host)
	_, isAWS := ParseHost(host)
	switch {
	case !isCluster && !isAWS:
		s.refuseConnect(w, r, notOurs(host))
	case port != "443":
		s.refuseConnect(w, r, refusal{status: http.StatusForbidden, reason: "eksauth answers for " + host + " on port 443 only, not on " + printable(port)})
	case isCluster:
		s.passThrough(w, r, host, address)
	default:
		s.terminate(w, host)
	}
}

// terminate answers for an AWS host itself.
func (s *server) terminate(w http.ResponseWriter, host string) {
	if t := s.hijack(w, host); t != nil && s.grant(t) {
		s.tunnels.open(t)
	}
}

// passThrough joins the client to a cluster's kube-apiserver, which has a certificate of its own.
func (s *server) passThrough(w http.ResponseWriter, r *http.Request, host, address string) {
	ctx, cancel := s.untilStop(r.Context())
	defer cancel()
	dialing, dialed := context.WithTimeout(ctx, s.limits.dial)
	apiserver, err := s.config.Dial(dialing, "tcp", address)
	dialed()
	if err != nil {
		s.config.Log.Warn("kube-apiserver not reached", "host", host, "error", err)
		s.refuseConnect(w, r, refusal{
			status: http.StatusBadGateway,
			reason: fmt.Sprintf("the kube-apiserver of %s does not answer at %s", host, address),
			fix:    "See what it says: eksauth status, eksauth logs kube-apiserver.",
		})
		return
	}
	s.relays.Add(1)
	defer s.relays.Done()
	t := s.hijack(w, host)
	if t == nil || !s.grant(t) {
		_ = apiserver.Close() // unused
		return
	}
	relay(ctx, t, apiserver)
}

// hijack takes the connection over from the server, with what the client sent already. Where that cannot be (HTTP/2 on a
// TLS listener) it answers and returns nil.
func (s *server) hijack(w http.ResponseWriter, host string) *tunnel {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "eksauth takes CONNECT over HTTP/1.1 only", http.StatusNotImplemented)
		return nil
	}
	return &tunnel{Conn: conn, host: host, in: ahead(buffered.Reader, conn)}
}

// ahead reads what r has buffered and then from c, without r's copying.
func ahead(r *bufio.Reader, c net.Conn) io.Reader {
	if r.Buffered() == 0 {
		return c
	}
	return io.MultiReader(io.LimitReader(r, int64(r.Buffered())), c)
}

func (s *server) grant(t *tunnel) bool {
	if _, err := io.WriteString(t, granted); err != nil {
		_ = t.Close() // the client hung up
		return false
	}
	return true
}

// refuseConnect refuses with the reason in the status line too: proxy clients in Go and Python print that and drop the body.
func (s *server) refuseConnect(w http.ResponseWriter, r *http.Request, no refusal) {
	s.tell(r, Refusal{Status: no.status, Reason: no.reason})
	s.config.Log.Info("CONNECT refused", "host", r.Host, "reason", no.reason)
	t := s.hijack(w, r.Host)
	if t == nil {
		return
	}
	defer t.Close()
	body := no.text()
	answer := http.Response{
		Status:     fmt.Sprintf("%d %s: %s", no.status, http.StatusText(no.status), no.reason),
		StatusCode: no.status, ProtoMajor: 1, ProtoMinor: 1, Close: true,
		Header:        http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
	}
	out := bufio.NewWriter(t)
	_ = answer.Write(out)
	_ = out.Flush() // a client that hung up is nobody's error
}
