package sigv4

import (
	"net/http"
	"testing"
)

func BenchmarkVerifyPresigned(b *testing.B) {
	benchmark(b, order{credentials: session}.presigned(b))
}

func BenchmarkVerifySigned(b *testing.B) {
	benchmark(b, order{credentials: session}.signed(b))
}

func benchmark(b *testing.B, r *http.Request) {
	r.Body = http.NoBody
	v := newVerifier(signingTime)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(r, wantSTS); err != nil {
			b.Fatal(err)
		}
	}
}
