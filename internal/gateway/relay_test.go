package gateway

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

const clusterHost = "0123456789ABCDEF.gr7.us-east-2.eks.amazonaws.com"

// apiserver accepts one connection and serves it.
func apiserver(t *testing.T, serve func(*net.TCPConn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return // the test ended without a connection
		}
		defer conn.Close()
		serve(conn.(*net.TCPConn))
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().String()
}

func clusterAt(address string) func(string) (string, bool) {
	return func(host string) (string, bool) { return address, host == strings.ToLower(clusterHost) }
}

// connect asks for a tunnel to the cluster and gives the connection behind the answer.
func (g *running) connect(t *testing.T) (*net.TCPConn, *http.Response) {
	t.Helper()
	conn, err := net.Dial("tcp", g.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	fmt.Fprintf(conn, "CONNECT %s:443 HTTP/1.1\r\nHost: %[1]s:443\r\n\r\n", clusterHost)
	resp, err := http.ReadResponse(bufio.NewReader(headerOf(t, conn)), &http.Request{Method: http.MethodConnect})
	if err != nil {
		t.Fatal(err)
	}
	return conn.(*net.TCPConn), resp
}

// headerOf reads a header byte by byte, so that nothing behind it is taken.
func headerOf(t *testing.T, conn net.Conn) io.Reader {
	t.Helper()
	var header bytes.Buffer
	for !strings.HasSuffix(header.String(), "\r\n\r\n") {
		if _, err := io.CopyN(&header, conn, 1); err != nil {
			t.Fatalf("%v after %q", err, header.String())
		}
	}
	return &header
}

// TestPassThroughKeepsHalvesApart sends a megabyte, ends its own half, and expects the answer that comes only then.
func TestPassThroughKeepsHalvesApart(t *testing.T) {
	address := apiserver(t, func(c *net.TCPConn) {
		sent, _ := io.ReadAll(c) // up to the client's end
		_, _ = c.Write(append([]byte("answer to "), sent...))
	})
	g := start(t, Config{Cluster: clusterAt(address)})
	conn, resp := g.connect(t)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("CONNECT: %s", resp.Status)
	}
	sent := make([]byte, 1<<20)
	_, _ = rand.Read(sent)
	if _, err := conn.Write(sent); err != nil {
		t.Fatal(err)
	}
	if err := conn.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil || !bytes.Equal(got, append([]byte("answer to "), sent...)) {
		t.Errorf("got %d bytes, %v; want the %d sent ones behind \"answer to \"", len(got), err, len(sent))
	}
}

func TestPassThroughEndsWithTheGateway(t *testing.T) {
	ended := make(chan error, 1)
	address := apiserver(t, func(c *net.TCPConn) {
		_, err := io.ReadAll(c)
		ended <- err
	})
	g := start(t, Config{Cluster: clusterAt(address)})
	conn, _ := g.connect(t)
	if err := g.end(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil && !isReset(err) {
		t.Errorf("the client's side: %v, want its end", err)
	}
	<-ended // or the test hangs: the apiserver's side was not closed
}

func isReset(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && strings.Contains(op.Error(), "reset")
}

// deaf is a side that takes nothing and says nothing.
type deaf struct{ net.Conn }

func (deaf) Write([]byte) (int, error) { return 0, errors.New("connection reset") }

func TestRelayEndsBothSidesWhenOneFails(t *testing.T) {
	client, a := net.Pipe()
	_, b := net.Pipe()
	done := make(chan struct{})
	go func() { relay(context.Background(), a, deaf{b}); close(done) }()
	_, _ = client.Write([]byte("request"))
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the client's side gives %v, want its end", err)
	}
	<-done
}

func TestUnreachableApiserver(t *testing.T) {
	var d dials
	g := start(t, Config{Cluster: clusterAt("127.0.0.1:6443"), Dial: d.dial})
	_, resp := g.connect(t)
	if resp.StatusCode != http.StatusBadGateway || !strings.Contains(resp.Status, "does not answer at 127.0.0.1:6443") {
		t.Errorf("got %q", resp.Status)
	}
	if len(d.addresses) != 1 || d.addresses[0] != "127.0.0.1:6443" {
		t.Errorf("connected to %q", d.addresses)
	}
}

func TestDialingIsBounded(t *testing.T) {
	hang := func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }
	g := start(t, Config{Cluster: clusterAt("127.0.0.1:6443"), Dial: hang}, func(g *Gateway) { g.limits.dial = time.Millisecond })
	if _, resp := g.connect(t); resp.StatusCode != http.StatusBadGateway {
		t.Errorf("got %q", resp.Status)
	}
}
