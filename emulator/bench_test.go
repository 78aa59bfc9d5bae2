package emulator

import (
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/emulator/home"
)

// connections is how many clients ask at once.
const connections = 8

// BenchmarkGetCallerIdentity sends signed requests through the gateway over keep-alive connections and reports how many
// are answered a second.
func BenchmarkGetCallerIdentity(b *testing.B) {
	env := startFakes(b)
	template := signedRequest(b, env)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	b.SetParallelism((connections + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			response, err := client.Do(template.Clone(b.Context()))
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				b.Errorf("GetCallerIdentity: %s", response.Status)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// startFakes starts the emulated services in this process.
func startFakes(tb testing.TB) *Environment {
	tb.Helper()
	h := home.Home{Name: "bench", Dir: filepath.Join(tb.TempDir(), "bench")}
	if err := h.Create(); err != nil {
		tb.Fatal(err)
	}
	env, err := StartEnvironment(tb.Context(), Options{
		Home: h, Config: config.Default(), Listen: "127.0.0.1:0", FakesOnly: true,
		Step: func(string) {}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := env.Stop(tb.Context()); err != nil {
			tb.Error(err)
		}
	})
	return env
}

// signedRequest returns a request for GetCallerIdentity at the gateway, signed in the header as SDKs do.
func signedRequest(tb testing.TB, env *Environment) *http.Request {
	tb.Helper()
	p := env.profiles[0]
	request, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, env.Gateway()+"/?Action=GetCallerIdentity&Version=2011-06-15", nil)
	if err != nil {
		tb.Fatal(err)
	}
	request.Host = "sts.us-east-2.amazonaws.com"
	credentials := aws.Credentials{AccessKeyID: p.AccessKeyID, SecretAccessKey: p.SecretAccessKey}
	if err := v4.NewSigner().SignHTTP(tb.Context(), credentials, request, emptyPayload, "sts", "us-east-2", time.Now()); err != nil {
		tb.Fatal(err)
	}
	return request
}
