package gateway

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/eksauth/eksauth/internal/awswire"
)

// serveOuter answers a request on the listener itself.
func (s *server) serveOuter(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect:
		s.connect(w, r)
	case r.URL.IsAbs():
		s.serveProxied(w, r)
	default:
		s.serveDirect(w, r)
	}
}

// serveTunnel answers a request inside a tunnel to an AWS host.
func (s *server) serveTunnel(w http.ResponseWriter, r *http.Request) {
	host := r.Context().Value(tunnelKey{}).(string)
	endpoint, ok := ParseHost(host)
	if !ok || hostname(r.Host) != host || r.Method == http.MethodConnect {
		s.refuseMisdirected(w, r, host)
		return
	}
	s.answer(w, originForm(r), endpoint)
}

// serveProxied answers a plain request in a proxy's form, GET http://host/path.
func (s *server) serveProxied(w http.ResponseWriter, r *http.Request) {
	host := hostname(r.URL.Host)
	if host == metadataHost && s.config.Metadata != nil {
		s.config.Metadata.ServeHTTP(w, originForm(r))
		return
	}
	endpoint, ok := ParseHost(host)
	if !ok {
		s.refuse(w, r, notOurs(host))
		return
	}
	s.answer(w, originForm(r), endpoint)
}

// serveDirect answers a request to the gateway's own address, or to an AWS name that leads to it.
func (s *server) serveDirect(w http.ResponseWriter, r *http.Request) {
	endpoint, isAWS := ParseHost(r.Host)
	switch {
	case isAWS:
		s.answer(w, r, endpoint)
	case isControl(r.URL.Path):
		s.serveControl(w, r)
	case isVisit(r):
		s.welcome(w)
	default:
		endpoint, err := claimed(r)
		if err != nil {
			s.refuseAWS(w, r, err)
			return
		}
		s.answer(w, r, endpoint)
	}
}

// answer hands the request to its service.
func (s *server) answer(w http.ResponseWriter, r *http.Request, e Endpoint) {
	service, ok := s.config.Services[e.Service]
	if !ok {
		s.refuseUnsupported(w, r, e)
		return
	}
	target := awswire.Target{Service: e.Service, Region: e.Region, Partition: e.Partition, Host: r.Host}
	service.ServeHTTP(w, r.WithContext(awswire.WithTarget(r.Context(), target)))
}

// originForm gives a request from a proxy the form that it would have had without: a path and a query, untouched.
func originForm(r *http.Request) *http.Request {
	if !r.URL.IsAbs() {
		return r
	}
	direct := *r
	direct.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery, ForceQuery: r.URL.ForceQuery}
	if direct.URL.Path == "" {
		direct.URL.Path = "/"
	}
	direct.RequestURI = direct.URL.RequestURI()
	return &direct
}

func isControl(path string) bool { return strings.HasPrefix(path+"/", ControlPath) }
