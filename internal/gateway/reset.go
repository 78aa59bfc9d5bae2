package gateway

import (
	"context"
	"net"
)

// connKey finds the connection in the context of a request.
type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// Reset ends the client's connection at once, as a peer does that has crashed: what the client was sent and has not read is
// lost, and it sees "connection reset by peer". ctx is that of a request that the gateway has handed to a service, which
// must not answer it any more; with any other context nothing happens.
func Reset(ctx context.Context) {
	c, _ := ctx.Value(connKey{}).(net.Conn)
	for c != nil {
		switch inner := c.(type) {
		case *net.TCPConn:
			_ = inner.SetLinger(0) // without which it ends politely, but ends
			_ = inner.Close()
			return
		case *limitedConn:
			c = inner.Conn
		case *tunnel:
			c = inner.Conn
		case interface{ NetConn() net.Conn }: // TLS
			c = inner.NetConn()
		default:
			return
		}
	}
}
