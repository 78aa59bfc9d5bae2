package emulator

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/eksauth/eksauth/fakests"
	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/gateway"
)

// batch is how many requests each connection sends before the other way has its turn.
const batch = 100

// BenchmarkRecorder sends the request that an authenticator makes of a token through a gateway, by turns with recording calls
// of that kind, and reports how much processor time each takes: a request, the client's part included, and its recording. The
// ratio is what recording takes of the throughput, which is bound by the processor. Turns with and without recording differ by
// less than two turns of one kind do.
func BenchmarkRecorder(b *testing.B) {
	env := startFakes(b)
	var call atomic.Pointer[awswire.Call]
	address := serveSTS(b, env, func(c *awswire.Call) {
		call.Store(c)
		env.trail.Observe(c)
	})
	template := presignedRequest(b, env)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	var requests, records []time.Duration
	for b.Loop() {
		requests = append(requests, costOf(b, client, template, address))
		began := processorTime(b)
		for range batch * connections {
			env.recordCall(call.Load())
		}
		records = append(records, processorTime(b)-began)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(perRequest(requests), "µs/request")
	b.ReportMetric(perRequest(records), "µs/record")
	b.ReportMetric(100*perRequest(records)/perRequest(requests), "%added")
}

// perRequest is the cost in the batch that was disturbed least.
func perRequest(costs []time.Duration) float64 {
	return float64(slices.Min(costs).Nanoseconds()) / 1000 / batch / connections
}

// serveSTS starts a gateway of its own to STS, whose calls are observed, and returns its address.
func serveSTS(b *testing.B, env *Environment, observe func(*awswire.Call)) string {
	b.Helper()
	sts, err := fakests.New(fakests.Config{Directory: env.directory, Now: env.o.Now, Observe: observe})
	if err != nil {
		b.Fatal(err)
	}
	served, err := gateway.New(gateway.Config{Services: map[string]http.Handler{"sts": sts}, CA: env.ca})
	if err != nil {
		b.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(b.Context()))
	ended := make(chan error, 1)
	go func() { ended <- served.Serve(ctx, listener) }()
	b.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	return listener.Addr().String()
}

// presignedRequest is what an authenticator sends to STS.
func presignedRequest(b *testing.B, env *Environment) *http.Request {
	b.Helper()
	const host, header = "sts.us-east-2.amazonaws.com", "X-K8s-Aws-Id"
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://"+host+"/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60", nil)
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set(header, "dev")
	p := env.profiles[0]
	keys := aws.Credentials{AccessKeyID: p.AccessKeyID, SecretAccessKey: p.SecretAccessKey}
	signed, _, err := v4.NewSigner().PresignHTTP(b.Context(), keys, request, emptyPayload, "sts", "us-east-2", time.Now())
	if err != nil {
		b.Fatal(err)
	}
	if request, err = http.NewRequestWithContext(b.Context(), http.MethodGet, signed, nil); err != nil {
		b.Fatal(err)
	}
	request.Host = host
	request.Header.Set(header, "dev")
	request.Header.Set("Accept", "application/json")
	return request
}

// costOf sends a batch on each connection and returns the processor time that this process has taken for it.
func costOf(b *testing.B, client *http.Client, template *http.Request, address string) time.Duration {
	b.Helper()
	began := processorTime(b)
	var sending sync.WaitGroup
	for range connections {
		sending.Go(func() {
			for range batch {
				request := template.Clone(template.Context())
				request.URL.Host = address
				response, err := client.Do(request)
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
	}
	sending.Wait()
	return processorTime(b) - began
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
