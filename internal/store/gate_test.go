package store_test

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// gate is a way to etcd that can be shut: connections break, and new ones are dropped.
type gate struct {
	address, target string

	mu      sync.Mutex
	isShut  bool
	through []net.Conn
}

func newGate(t *testing.T, target string) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{address: "http://" + l.Addr().String(), target: strings.TrimPrefix(target, "http://")}
	t.Cleanup(func() {
		_ = l.Close()
		g.shut()
	})
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			g.pass(conn)
		}
	}()
	return g
}

func (g *gate) pass(conn net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	onward, err := net.Dial("tcp", g.target)
	if g.isShut || err != nil {
		_ = conn.Close()
		return
	}
	g.through = append(g.through, conn, onward)
	go pipe(conn, onward)
	go pipe(onward, conn)
}

func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from) // ends when either side is closed
	_ = to.Close()
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.isShut = true
	for _, conn := range g.through {
		_ = conn.Close()
	}
	g.through = nil
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.isShut = false
}
