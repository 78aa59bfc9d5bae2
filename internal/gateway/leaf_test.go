package gateway

import (
	"crypto/tls"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eksauth/eksauth/internal/pki"
)

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
