package gateway

import (
	"context"
	"io"
	"net"
	"sync"
)

// relay carries bytes both ways until both sides have ended, one fails, or ctx ends; then both are closed. A side that ends
// only its own direction is passed on as such: the other may still answer.
func relay(ctx context.Context, a, b net.Conn) {
	closeBoth := sync.OnceFunc(func() {
		_ = a.Close() // nothing is left to be said on either
		_ = b.Close()
	})
	defer closeBoth()
	defer context.AfterFunc(ctx, closeBoth)()
	var ways sync.WaitGroup
	for _, way := range [][2]net.Conn{{a, b}, {b, a}} {
		ways.Go(func() {
			if err := carry(way[0], way[1]); err != nil {
				closeBoth()
			}
		})
	}
	ways.Wait()
}

func carry(dst, src net.Conn) error {
	if _, err := io.Copy(dst, src); err != nil {
		return err
	}
	return closeWrite(dst)
}
