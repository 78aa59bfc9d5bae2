package gateway

import (
	"io"
	"net/http"
	"time"
)

// serveControl answers eksauth's own routes, for requests that a user's tool sends. It is reached only by requests to the
// gateway's own address: neither through the proxy nor under an AWS name.
func (s *server) serveControl(w http.ResponseWriter, r *http.Request) {
	if host := hostname(r.Host); !s.isOwnName(host) {
		s.refuse(w, r, refusal{
			http.StatusForbidden,
			"eksauth serves " + ControlPath + " under a loopback name or a configured host only, not under " + printable(host),
			"Ask http://127.0.0.1 at the gateway's port.",
		})
		return
	}
	if s.config.Control == nil {
		http.NotFound(w, r)
		return
	}
	// A route may stream for as long as its client listens, but not beyond the gateway's end.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a connection without deadlines has none to lift
	ctx, cancel := s.untilStop(r.Context())
	defer cancel()
	s.config.Control.ServeHTTP(w, r.WithContext(ctx))
}

// isVisit tells whether a person looks at the gateway with a browser or curl.
func isVisit(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		(r.URL.Path == "/" || r.URL.Path == "/favicon.ico") && r.URL.RawQuery == "" && r.Header.Get("Authorization") == ""
}

func (s *server) welcome(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, `eksauth: who you are on an Amazon EKS cluster, emulated on this machine.
This is the gateway that AWS clients talk to, so there is nothing to see. Set up a shell for it and ask who you are:

  eval "$(eksauth env)"
  aws sts get-caller-identity
  eksauth status

Services: `+s.services()+"\n")
}
