package gateway

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
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
			DialContext: func(context.Context, string, string) (net.Conn, error) { return net.Dial("tcp", g.address) },
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

// TestSlowClientsAreCut holds that a client cannot keep a connection by sending little.
func TestSlowClientsAreCut(t *testing.T) {
	connect := "CONNECT " + stsOhio + ":443 HTTP/1.1\r\nHost: x\r\n\r\n"
	slowHeader := limits{header: 20 * time.Millisecond, read: time.Hour, write: time.Hour, idle: time.Hour}
	slowBody := limits{header: time.Hour, read: 20 * time.Millisecond, write: time.Hour, idle: time.Hour}
	idle := limits{header: time.Hour, read: time.Hour, write: time.Hour, idle: 20 * time.Millisecond}
	tests := []struct {
		name, sent string
		limits     limits
	}{
		{"nothing", "", slowHeader},
		{"half a header", "GET / HT", slowHeader},
		{"half a body", "POST / HTTP/1.1\r\nHost: " + stsOhio + "\r\nContent-Length: 9\r\n\r\nhalf", slowBody},
		{"one request", "GET / HTTP/1.1\r\nHost: " + stsOhio + "\r\n\r\n", idle},
		{"no handshake in a tunnel", connect, slowHeader},
		{"half a handshake in a tunnel", connect + "\x16\x03", slowHeader},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := start(t, Config{}, func(g *Gateway) { g.limits = test.limits })
			conn, err := net.Dial("tcp", g.address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, test.sent); err != nil {
				t.Fatal(err)
			}
			_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
			if _, err := io.Copy(io.Discard, conn); err != nil && !isReset(err) {
				t.Errorf("the connection stays: %v", err)
			}
		})
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
