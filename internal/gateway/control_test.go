package gateway

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestControlRoutes(t *testing.T) {
	control := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "control ", r.URL.Path) })
	g := start(t, Config{Control: control, Hosts: []string{"eksauth"}})
	tests := []struct {
		name, raw string
		want      int
	}{
		{"loopback address", request("GET /_eksauth/status", loopback, "", ""), 200},
		{"another loopback address", request("GET /_eksauth/status", "127.1.2.3", "", ""), 200},
		{"IPv6", request("GET /_eksauth/status", "[::1]:4566", "", ""), 200},
		{"localhost", request("GET /_eksauth/status", "localhost:4566", "", ""), 200},
		{"name under localhost", request("GET /_eksauth/status", "stack.localhost", "", ""), 200},
		{"configured host", request("POST /_eksauth/faults", "EKSauth:4566", "", "{}"), 200},
		{"rebound name", request("GET /_eksauth/status", "evil.example:4566", "", ""), 403},
		{"name that ends like loopback", request("GET /_eksauth/status", "127.0.0.1.evil.example", "", ""), 403},
		{"name that ends like localhost", request("GET /_eksauth/status", "evillocalhost", "", ""), 403},
		{"outward address", request("GET /_eksauth/status", "192.0.2.1:4566", "", ""), 403},
		{"no host", "GET /_eksauth/status HTTP/1.0\r\n\r\n", 403},
		{"through the proxy", request("GET http://127.0.0.1:4566/_eksauth/status", loopback, "", ""), 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, _, body := g.send(t, test.raw)
			if status != test.want || (status == 200) != strings.HasPrefix(body, "control /_eksauth/") {
				t.Errorf("got %d %q, want %d", status, body, test.want)
			}
		})
	}
	// Under AWS's names such a path is the service's.
	if _, _, body := g.send(t, request("GET /_eksauth/status", stsOhio, "", "")); !strings.HasPrefix(body, "sts GET") {
		t.Errorf("under an AWS name: %q", body)
	}
}

func TestControlIsOptional(t *testing.T) {
	g := start(t, Config{})
	if status, _, _ := g.send(t, request("GET /_eksauth/status", loopback, "", "")); status != http.StatusNotFound {
		t.Errorf("status %d, want 404", status)
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
