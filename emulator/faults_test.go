package emulator

import (
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/fault"
)

// stsOf returns a client of a profile that tries once.
func stsOf(t testing.TB, env *Environment, name string) *sts.Client {
	t.Helper()
	for _, p := range env.profiles {
		if p.Name == name {
			return sts.New(sts.Options{
				Region: p.Region, BaseEndpoint: aws.String(env.Gateway()), RetryMaxAttempts: 1,
				Credentials: credentials.NewStaticCredentialsProvider(p.AccessKeyID, p.SecretAccessKey, ""),
			})
		}
	}
	t.Fatalf("no profile %q", name)
	return nil
}

func code(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

func TestFaultsAsAnSDKSeesThem(t *testing.T) {
	env := startFakes(t)
	// A client for each call: one that is refused for the time puts its own clock right by the answer's date.
	ask := func(t *testing.T, name string) error {
		_, err := stsOf(t, env, name).GetCallerIdentity(t.Context(), nil)
		return err
	}
	for name, test := range map[string]struct {
		fault FaultRequest
		want  func(error) bool
	}{
		"throttle": {FaultRequest{Fault: fault.Fault{Kind: "sts-throttle"}}, func(err error) bool { return code(err) == "Throttling" }},
		"500":      {FaultRequest{Fault: fault.Fault{Kind: "sts-error", Status: 500}}, func(err error) bool { return code(err) == "InternalFailure" }},
		"503":      {FaultRequest{Fault: fault.Fault{Kind: "sts-error"}}, func(err error) bool { return code(err) == "ServiceUnavailable" }},
		"reset":    {FaultRequest{Fault: fault.Fault{Kind: "sts-reset"}}, func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }},
		"fast":     {FaultRequest{Fault: fault.Fault{Kind: fault.Skew, By: fault.Duration(20 * time.Minute)}}, func(err error) bool { return strings.Contains(err.Error(), "Signature expired: ") }},
		"slow":     {FaultRequest{Fault: fault.Fault{Kind: fault.Skew, By: fault.Duration(-20 * time.Minute)}}, func(err error) bool { return strings.Contains(err.Error(), "Signature not yet current: ") }},
		"profile":  {FaultRequest{Fault: fault.Fault{Kind: "sts-error"}, Profile: "arseniy"}, func(err error) bool { return code(err) == "ServiceUnavailable" }},
		"a region without STS still says who is there": {
			FaultRequest{Fault: fault.Fault{Kind: fault.RegionDisabled, Region: "us-east-2"}}, func(err error) bool { return err == nil }},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := env.faults.add(t.Context(), test.fault); err != nil {
				t.Fatal(err)
			}
			if err := ask(t, "arseniy"); !test.want(err) {
				t.Errorf("with the fault: error %v", err)
			}
			if err := ask(t, "yaroslav"); test.fault.Profile != "" && err != nil {
				t.Errorf("another profile meets the fault: %v", err)
			}
			if _, err := env.faults.clear(t.Context(), test.fault.Kind); err != nil {
				t.Fatal(err)
			}
			if err := ask(t, "arseniy"); err != nil {
				t.Errorf("when it is cleared: %v", err)
			}
		})
	}
}

func TestARegionWithoutSTSGivesNoCredentials(t *testing.T) {
	env := startFakes(t)
	if _, err := env.faults.add(t.Context(), FaultRequest{Fault: fault.Fault{Kind: fault.RegionDisabled, Region: "us-east-2"}}); err != nil {
		t.Fatal(err)
	}
	_, err := stsOf(t, env, "arseniy").AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::534000000385:role/any"), RoleSessionName: aws.String("me"),
	})
	disabled, ok := errors.AsType[*ststypes.RegionDisabledException](err)
	const want = "STS is not activated in this region for account:534000000385. Your account administrator can activate STS in this region using the IAM Console."
	if !ok || disabled.ErrorMessage() != want {
		t.Errorf("error %v", err)
	}
}

func TestLatencyEndsWithItsFault(t *testing.T) {
	env := startFakes(t)
	client := stsOf(t, env, "arseniy")
	set := func(delay time.Duration) {
		t.Helper()
		wanted := FaultRequest{Fault: fault.Fault{Kind: "sts-latency", Delay: fault.Duration(delay)}}
		if _, err := env.faults.add(t.Context(), wanted); err != nil {
			t.Fatal(err)
		}
	}
	set(200 * time.Millisecond)
	began := time.Now()
	if _, err := client.GetCallerIdentity(t.Context(), nil); err != nil || time.Since(began) < 200*time.Millisecond {
		t.Errorf("an answer after %v, error %v", time.Since(began), err)
	}
	set(time.Minute)
	answered := make(chan error, 1)
	go func() {
		_, err := client.GetCallerIdentity(t.Context(), nil)
		answered <- err
	}()
	for env.faults.set.List()[1].Met == 0 {
		time.Sleep(time.Millisecond)
	}
	if _, err := env.faults.clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Error(err)
	}
}

// TestAStopWaitsForNoFault holds that who waits for a late answer gets it when the stack stops.
func TestAStopWaitsForNoFault(t *testing.T) {
	env := startFakes(t)
	client := stsOf(t, env, "arseniy")
	if _, err := env.faults.add(t.Context(), FaultRequest{Fault: fault.Fault{Kind: "sts-latency", Delay: fault.Duration(time.Minute)}}); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		_, err := client.GetCallerIdentity(t.Context(), nil)
		answered <- err
	}()
	for env.faults.set.List()[0].Met == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := env.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-answered; err != nil {
		t.Error(err)
	}
}

func TestSessionsAreShortUnderAFault(t *testing.T) {
	env := startFakes(t)
	if _, err := env.faults.add(t.Context(), FaultRequest{Fault: fault.Fault{Kind: fault.SessionExpiry, After: fault.Duration(3 * time.Second)}}); err != nil {
		t.Fatal(err)
	}
	out, err := stsOf(t, env, "arseniy").GetSessionToken(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if time.Until(*out.Credentials.Expiration) > 3*time.Second {
		t.Errorf("a session until %v", out.Credentials.Expiration)
	}
}

// TestEveryServiceAsksForFaults holds that faultServices are the services of the gateway.
func TestEveryServiceAsksForFaults(t *testing.T) {
	services, err := startFakes(t).services(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(faultServices, slices.Sorted(maps.Keys(services))); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
}

func TestFaultRoutesWantTheControlToken(t *testing.T) {
	env := startFakes(t)
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		request, err := http.NewRequestWithContext(t.Context(), method, env.Gateway()+faultsRoute, strings.NewReader(`{"kind":"sts-error"}`))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusUnauthorized || env.faults.set.Any() {
			t.Errorf("%s is answered %s", method, response.Status)
		}
	}
}

// BenchmarkFaultsAsked is what a request pays for faults that are not set, and for one that is.
func BenchmarkFaultsAsked(b *testing.B) {
	call := &awswire.Call{Service: "sts", Operation: "GetCallerIdentity", Region: "us-east-2"}
	for name, faults := range map[string][]fault.Fault{"none": nil, "another service's": {{Kind: "eks-error"}}} {
		b.Run(name, func(b *testing.B) {
			env := &Environment{o: Options{Now: time.Now, Log: slog.New(slog.DiscardHandler)}}
			env.faults = newFaults(env)
			for _, f := range faults {
				if _, err := env.faults.start(f); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := env.faults.ask(b.Context(), call); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
