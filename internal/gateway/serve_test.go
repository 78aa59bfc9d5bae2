package gateway

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eksauth/eksauth/internal/pki"
)

// TestServeTLS holds what containers with network aliases get: AWS's names on a TLS port, without a proxy.
func TestServeTLS(t *testing.T) {
	control := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "control") })
	g := startWith(t, (*Gateway).ServeTLS, Config{Hosts: []string{"eksauth"}, Control: control})
	tests := []struct{ url, want string }{ // an empty want: no handshake
		{"https://sts.us-east-2.amazonaws.com/", "sts GET HTTP/2.0"},
		{"https://iam.amazonaws.com/", "iam GET HTTP/2.0"},
		{"https://eksauth/_eksauth/status", "control"},
		{"https://localhost/_eksauth/status", "control"},
		{"https://127.0.0.1/_eksauth/status", "control"}, // an address is not asked for by name
		{"https://github.com/", ""},
	}
	for _, test := range tests {
		client := &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: g.ca.Pool()}, ForceAttemptHTTP2: true, DisableKeepAlives: true,
			Dial: func(string, string) (net.Conn, error) { return net.Dial("tcp", g.address) },
		}}
		resp, err := client.Get(test.url)
		if (err == nil) != (test.want != "") {
			t.Errorf("%s: got error %v, want an answer: %v", test.url, err, test.want != "")
		}
		if err != nil {
			continue
		}
		if body := readAll(t, resp); !strings.HasPrefix(body, test.want) {
			t.Errorf("%s: %q, want %q…", test.url, body, test.want)
		}
	}
}

func TestHTTP2ProxyIsRefused(t *testing.T) {
	g := startWith(t, (*Gateway).ServeTLS, Config{})
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: g.ca.Pool(), ServerName: stsOhio}, ForceAttemptHTTP2: true,
	}}
	defer client.CloseIdleConnections()
	req, err := http.NewRequest(http.MethodConnect, "https://"+g.address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = stsOhio + ":443"
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, resp); resp.StatusCode != http.StatusNotImplemented {
		t.Errorf("got %s %q, want 501", resp.Status, body)
	}
}

// TestEndLetsRequestsFinish ends the gateway while one request runs, directly and in a tunnel.
func TestEndLetsRequestsFinish(t *testing.T) {
	for _, url := range []string{"http://" + stsOhio, "https://" + stsOhio} {
		t.Run(url, func(t *testing.T) {
			arrived, finish := make(chan struct{}), make(chan struct{})
			slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				close(arrived)
				<-finish
				_, _ = fmt.Fprint(w, "finished, context: ", r.Context().Err())
			})
			g := start(t, Config{Services: map[string]http.Handler{"sts": slow}}, func(g *Gateway) { g.limits.grace = time.Minute })
			answered := make(chan string, 1)
			client := g.client(t)
			go func() {
				resp, err := client.Get(url)
				if err != nil {
					answered <- err.Error()
					return
				}
				answered <- readAll(t, resp)
			}()
			<-arrived
			ended := make(chan error, 1)
			go func() { ended <- g.end() }()
			waitUntilRefused(t, g.address)
			close(finish)
			if got := <-answered; got != "finished, context: <nil>" {
				t.Errorf("the running request got %q", got)
			}
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

func waitUntilRefused(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		_ = conn.Close()
		if time.Now().After(deadline) {
			t.Fatal("the listener is still open")
		}
	}
}

// TestEndCutsStreamsOfControl holds that a client that follows a stream does not hold up the end.
func TestEndCutsStreamsOfControl(t *testing.T) {
	arrived := make(chan struct{})
	stream := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { close(arrived); <-r.Context().Done() })
	g := start(t, Config{Control: stream}, func(g *Gateway) { g.limits.grace = time.Hour })
	go func() { _, _ = http.Get("http://" + g.address + "/_eksauth/events") }()
	<-arrived
	if err := g.end(); err != nil { // or the test hangs
		t.Error(err)
	}
}

// TestControlStreamsOutliveTheDeadlines holds that a stream lasts longer than a request may.
func TestControlStreamsOutliveTheDeadlines(t *testing.T) {
	const deadline = 50 * time.Millisecond
	stream := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(4 * deadline):
			_, _ = io.WriteString(w, "still there")
		case <-r.Context().Done():
		}
	})
	g := start(t, Config{Control: stream}, func(g *Gateway) { g.limits.read, g.limits.write = deadline, deadline })
	resp, err := http.Get("http://" + g.address + "/_eksauth/events")
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, resp); body != "still there" {
		t.Errorf("got %q", body)
	}
}

// TestSlowClientsAreCut holds that a client cannot keep a connection by sending little: no header, half a header, half a
// body, or no handshake in a tunnel.
func TestSlowClientsAreCut(t *testing.T) {
	connect := "CONNECT " + stsOhio + ":443 HTTP/1.1\r\nHost: x\r\n\r\n"
	short := func(g *Gateway) { g.limits.header, g.limits.read = 20*time.Millisecond, 40*time.Millisecond }
	g := start(t, Config{}, short)
	for _, sent := range []string{"", "GET / HT", "POST / HTTP/1.1\r\nHost: " + stsOhio + "\r\nContent-Length: 9\r\n\r\nhalf", connect, connect + "\x16\x03"} {
		conn, err := net.Dial("tcp", g.address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, sent); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.Copy(io.Discard, conn); err != nil && !isReset(err) {
			t.Errorf("after %q the connection stays: %v", sent, err)
		}
		_ = conn.Close()
	}
}

// TestConnectionsAreBounded holds that a connection above the bound waits until another ends, tunnels counted.
func TestConnectionsAreBounded(t *testing.T) {
	g := start(t, Config{MaxConns: 1})
	tunnel := g.open(t, stsOhio+":443", stsOhio)
	waiting, err := net.Dial("tcp", g.address)
	if err != nil {
		t.Fatal(err)
	}
	defer waiting.Close()
	fmt.Fprint(waiting, request("GET /", stsOhio, "", ""))
	_ = waiting.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	var timeout net.Error
	if _, err := waiting.Read(make([]byte, 1)); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Fatalf("the second connection was served beside the first: %v", err)
	}
	_ = tunnel.Close()
	_ = waiting.SetReadDeadline(time.Now().Add(10 * time.Second))
	if resp, err := http.ReadResponse(bufio.NewReader(waiting), nil); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("after the first ended: %v", err)
	}
}

func TestServeTellsWhyItFailed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	g := start(t, Config{}).gateway
	if err := g.Serve(t.Context(), l); !errors.Is(err, net.ErrClosed) || !strings.Contains(err.Error(), "serve the gateway on 127.0.0.1:") {
		t.Errorf("got %v", err)
	}
}

func TestLeafsAreKeptRenewedAndBounded(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	ca, err := pki.New("test authority", clock)
	if err != nil {
		t.Fatal(err)
	}
	l := newLeafs(ca, clock)
	get := func(name string) *tls.Certificate {
		leaf, err := l.certificate(name)
		if err != nil {
			t.Fatal(err)
		}
		return leaf
	}
	first := get(stsOhio)
	if get(stsOhio) != first {
		t.Error("a second handshake made a second certificate")
	}
	now = first.Leaf.NotAfter.Add(-renewBefore)
	if renewed := get(stsOhio); renewed == first || !renewed.Leaf.NotAfter.After(first.Leaf.NotAfter) {
		t.Error("a certificate that ends was not renewed")
	}
	for i := range 2 * maxLeafs {
		get(fmt.Sprintf("s%d.us-east-2.amazonaws.com", i))
	}
	if len(l.byName) > maxLeafs {
		t.Errorf("%d certificates are kept, want at most %d", len(l.byName), maxLeafs)
	}
	long := strings.Repeat("a", 63) + ".us-east-2.amazonaws.com"
	if err := get(long).Leaf.VerifyHostname(long); err != nil {
		t.Error(err)
	}
}
