package gateway

import (
	"io"
	"net"
	"sync"
)

// limitedListener makes connections wait while max are open. Its connections can be half-closed, as tunnels need.
type limitedListener struct {
	net.Listener
	slots chan struct{}
	once  sync.Once
	done  chan struct{}
}

func limit(l net.Listener, max int) *limitedListener {
	return &limitedListener{Listener: l, slots: make(chan struct{}, max), done: make(chan struct{})}
}

func (l *limitedListener) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.done:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	return &limitedConn{Conn: c, release: sync.OnceFunc(func() { <-l.slots })}, nil
}

func (l *limitedListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return l.Listener.Close()
}

type limitedConn struct {
	net.Conn
	release func()
}

func (c *limitedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}

func (c *limitedConn) CloseWrite() error { return closeWrite(c.Conn) }

// closeWrite tells the other side that nothing more comes. A connection that cannot be half-closed is closed.
func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}

// tunnel is a client's connection after its CONNECT was granted.
type tunnel struct {
	net.Conn
	host string    // that the client asked for
	in   io.Reader // what the client sends, with what it sent along with CONNECT
}

func (t *tunnel) Read(p []byte) (int, error) { return t.in.Read(p) }
func (t *tunnel) CloseWrite() error          { return closeWrite(t.Conn) }

// tunnels is the listener that hands tunnels to the server that answers inside them.
type tunnels struct {
	addr   net.Addr
	opened chan *tunnel
	once   sync.Once
	done   chan struct{}
}

func newTunnels(addr net.Addr) *tunnels {
	return &tunnels{addr: addr, opened: make(chan *tunnel), done: make(chan struct{})}
}

// open hands t over, or closes it if nobody serves tunnels any more.
func (l *tunnels) open(t *tunnel) {
	select {
	case l.opened <- t:
	case <-l.done:
		_ = t.Close() // the client sees the end, and nobody else is left to tell
	}
}

func (l *tunnels) Accept() (net.Conn, error) {
	select {
	case t := <-l.opened:
		return t, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *tunnels) Addr() net.Addr { return l.addr }

func (l *tunnels) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}
