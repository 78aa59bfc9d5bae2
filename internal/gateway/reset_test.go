package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"syscall"
	"testing"
)

func TestResetIsSeenByTheClient(t *testing.T) {
	service := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		Reset(r.Context())
		panic(http.ErrAbortHandler)
	})
	g := start(t, Config{Services: map[string]http.Handler{"sts": service}})
	tests := []struct {
		name, url string
		want      []error
	}{
		{"through the proxy", "http://" + stsOhio, []error{syscall.ECONNRESET}},
		// A client of HTTP/2 writes while it reads. The kernel tells of a reset once: if it is the write that is told, the read
		// finds the end of the file.
		{"in a tunnel, over HTTP/2", "https://" + stsOhio, []error{syscall.ECONNRESET, io.ErrUnexpectedEOF}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := g.client(t).Get(test.url)
			if !slices.ContainsFunc(test.want, func(want error) bool { return errors.Is(err, want) }) {
				t.Errorf("error %v, want one of %v", err, test.want)
			}
		})
	}
	Reset(context.Background()) // does no harm
}
