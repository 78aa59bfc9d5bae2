package gateway

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eksauth/eksauth/internal/pki"
)

// echo is a toy service: it says what reached it.
type echo string

func (e echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintf(w, "%s %s %s host=%s uri=%s path=%s abs=%v body=%s", e, r.Method, r.Proto, r.Host, r.RequestURI, r.URL.EscapedPath(), r.URL.IsAbs(), body)
}

// running is a gateway at work.
type running struct {
	address string
	ca      *pki.CA
	gateway *Gateway
	end     func() error // ends it and gives what Serve returned
}

// dials counts what a gateway connects to, and connects to nothing.
type dials struct {
	mu        sync.Mutex
	addresses []string
}

func (d *dials) dial(_ context.Context, _, address string) (net.Conn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.addresses = append(d.addresses, address)
	return nil, fmt.Errorf("connect to %s: not in a test", address)
}

// start runs a gateway on a loopback address until the test ends.
func start(t testing.TB, c Config, change ...func(*Gateway)) *running {
	t.Helper()
	return startWith(t, (*Gateway).Serve, c, change...)
}

func startWith(t testing.TB, serve func(*Gateway, context.Context, net.Listener) error, c Config, change ...func(*Gateway)) *running {
	t.Helper()
	ca, err := pki.New("test authority", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	c.CA = ca
	if c.Services == nil {
		c.Services = map[string]http.Handler{"sts": echo("sts"), "iam": echo("iam"), "eks": echo("eks"), "logs": echo("logs")}
	}
	g, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range change {
		change(g)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- serve(g, ctx, l) }()
	end := sync.OnceValue(func() error { cancel(); return <-served })
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return &running{address: l.Addr().String(), ca: ca, gateway: g, end: end}
}

// client goes through the gateway as its proxy, as HTTPS_PROXY makes it, and trusts the stack's authority alone.
func (g *running) client(t testing.TB) *http.Client {
	t.Helper()
	transport := &http.Transport{
		Proxy:             http.ProxyURL(&url.URL{Scheme: "http", Host: g.address}),
		TLSClientConfig:   &tls.Config{RootCAs: g.ca.Pool()},
		ForceAttemptHTTP2: true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// send writes raw bytes to the gateway and reads one answer.
func (g *running) send(t testing.TB, raw string) (status int, header http.Header, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", g.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("answer to %.100q: %v", raw, err)
	}
	return resp.StatusCode, resp.Header, readAll(t, resp)
}

func readAll(t testing.TB, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestNewNamesWhatIsMissing(t *testing.T) {
	ca, err := pki.New("test authority", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	services := map[string]http.Handler{"sts": echo("sts")}
	tests := []struct {
		name   string
		config Config
		want   string
	}{
		{"no authority", Config{Services: services}, "certificate authority"},
		{"no service", Config{CA: ca}, "at least one service"},
		{"host with a port", Config{CA: ca, Services: services, Hosts: []string{"eksauth:4566"}}, `"eksauth:4566"`},
		{"host in capitals", Config{CA: ca, Services: services, Hosts: []string{"EKSauth"}}, "lower case"},
		{"empty host", Config{CA: ca, Services: services, Hosts: []string{""}}, `host ""`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := New(test.config); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one that says %q", err, test.want)
			}
		})
	}
}
