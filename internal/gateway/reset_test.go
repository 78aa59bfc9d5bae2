package gateway

import (
	"context"
	"errors"
	"net/http"
	"syscall"
	"testing"
)

func TestResetIsSeenByTheClient(t *testing.T) {
	service := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		Reset(r.Context())
		panic(http.ErrAbortHandler)
	})
	g := start(t, Config{Services: map[string]http.Handler{"sts": service}})
	for name, url := range map[string]string{"in a tunnel, over HTTP/2": "https://" + stsOhio, "through the proxy": "http://" + stsOhio} {
		t.Run(name, func(t *testing.T) {
			_, err := g.client(t).Get(url)
			if !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("error %v, want connection reset by peer", err)
			}
		})
	}
	Reset(context.Background()) // does no harm
}
