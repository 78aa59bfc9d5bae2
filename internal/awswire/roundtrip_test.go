package awswire

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eksauth/eksauth/internal/awswire/model"
	"github.com/eksauth/eksauth/internal/sigv4"
)

const testSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

func testKeys(_ context.Context, accessKeyID, _ string) (sigv4.Key, error) {
	if accessKeyID != "AKIAIOSFODNN7EXAMPLE" {
		return sigv4.Key{}, &sigv4.Error{Code: "InvalidClientTokenId", Message: "The security token included in the request is invalid."}
	}
	return sigv4.Key{Secret: testSecret, Identity: "alice"}, nil
}

// awsConfig allows a few attempts: where the answer is there before the SDK has let go of the request's body, its HTTP
// client drops the connection and it tries again ("use of closed network connection").
func awsConfig(endpoint string) aws.Config {
	return aws.Config{
		Region:           "us-east-2",
		BaseEndpoint:     aws.String(endpoint),
		Credentials:      credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", testSecret, ""),
		RetryMaxAttempts: 5,
	}
}

// clients has the SDK's client of each service: the oracle of the wire.
var clients = map[string]func(aws.Config) any{
	"sts":        func(c aws.Config) any { return sts.NewFromConfig(c) },
	"iam":        func(c aws.Config) any { return iam.NewFromConfig(c) },
	"eks":        func(c aws.Config) any { return eks.NewFromConfig(c) },
	"ec2":        func(c aws.Config) any { return ec2.NewFromConfig(c) },
	"cloudtrail": func(c aws.Config) any { return cloudtrail.NewFromConfig(c) },
	"logs":       func(c aws.Config) any { return cloudwatchlogs.NewFromConfig(c) },
}

// recorder is a fake of every operation: it keeps what it saw and gives what it is told to give.
type recorder struct {
	seen any
	give any
}

func (r *recorder) method(client any, operation string) (method, bool) {
	sdk := reflect.ValueOf(client).MethodByName(operation)
	if !sdk.IsValid() {
		return method{}, false
	}
	in, out := sdk.Type().In(1), sdk.Type().Out(0)
	signature := reflect.FuncOf([]reflect.Type{contextType, in}, []reflect.Type{out, errorType}, false)
	call := reflect.MakeFunc(signature, func(args []reflect.Value) []reflect.Value {
		r.seen = args[1].Interface()
		return []reflect.Value{reflect.ValueOf(r.give), reflect.Zero(errorType)}
	})
	return method{call: call, input: in.Elem()}, true
}

// unsigned are the operations whose callers have no keys yet. None is offered.
var unsigned = []string{"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}

// start serves every operation of the model that the SDK has.
func (r *recorder) start(t *testing.T, id string) (m *model.Service, client any) {
	t.Helper()
	m, err := model.Load(id)
	if err != nil {
		t.Fatal(err)
	}
	methods := map[string]method{}
	blank := clients[id](aws.Config{})
	for name, op := range m.Operations {
		if method, ok := r.method(blank, name); ok && op.Known {
			methods[name] = method
		}
	}
	server := httptest.NewServer(newService(Options{Service: id, Keys: testKeys}, m, methods))
	t.Cleanup(server.Close)
	return m, clients[id](awsConfig(server.URL))
}

var sameValue = cmp.Options{
	cmp.Exporter(func(reflect.Type) bool { return true }),
	cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".ResultMetadata" }, cmp.Ignore()),
	cmpopts.EquateEmpty(),
}

// Whatever the SDK sends arrives as it was, and whatever the operation gives comes back as it was.
func TestEveryOperationRoundTripsThroughTheSDK(t *testing.T) {
	for id := range clients {
		t.Run(id, func(t *testing.T) {
			r := &recorder{}
			m, client := r.start(t, id)
			for _, name := range slices.Sorted(maps.Keys(m.Operations)) {
				sdk := reflect.ValueOf(client).MethodByName(name)
				if sdk.IsValid() && m.Operations[name].Known && !slices.Contains(unsigned, name) {
					t.Run(name, func(t *testing.T) { r.roundTrip(t, m.Operations[name], sdk) })
				}
			}
		})
	}
}

func (r *recorder) roundTrip(t *testing.T, op *model.Operation, sdk reflect.Value) {
	for seed := range uint64(4) {
		g := generator{rand.New(rand.NewPCG(seed, 1)), seed%2 == 1}
		in, out := reflect.New(sdk.Type().In(1).Elem()), reflect.New(sdk.Type().Out(0).Elem())
		if op.Input != nil {
			g.fill(op.Input, in.Elem(), 0)
		}
		if op.Output != nil {
			g.fill(op.Output, out.Elem(), 0)
		}
		r.seen, r.give = nil, out.Interface()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		results := sdk.Call([]reflect.Value{reflect.ValueOf(ctx), in})
		cancel()
		if err, failed := results[1].Interface().(error); failed {
			t.Fatalf("seed %d: %v\ninput: %s", seed, err, fmt.Sprintf("%+v", in))
		}
		if diff := cmp.Diff(in.Interface(), r.seen, sameValue); diff != "" {
			t.Fatalf("seed %d: the operation saw another input (-sent +seen):\n%s", seed, diff)
		}
		if diff := cmp.Diff(out.Interface(), results[0].Interface(), sameValue); diff != "" {
			t.Fatalf("seed %d: the client got another output (-given +got):\n%s", seed, diff)
		}
	}
}

// A member that the SDK's type lacks would travel nowhere. The SDK may be ahead of the model, never behind it.
func TestTheSDKHasEveryMemberOfTheModel(t *testing.T) {
	for id, client := range clients {
		m, err := model.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		blank := reflect.TypeOf(client(aws.Config{}))
		for name, op := range m.Operations {
			sdk, ok := blank.MethodByName(name)
			if !op.Known || !ok {
				continue
			}
			missing(t, op.Input, sdk.Type.In(2).Elem(), map[*model.Shape]bool{})
			missing(t, op.Output, sdk.Type.Out(0).Elem(), map[*model.Shape]bool{})
		}
	}
}

func missing(t *testing.T, s *model.Shape, typ reflect.Type, seen map[*model.Shape]bool) {
	if s == nil || seen[s] {
		return
	}
	seen[s] = true
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if s.Elem != nil {
		missing(t, s.Elem.Shape, typ.Elem(), seen)
	}
	if s.Type != "structure" {
		return
	}
	fields := fieldsOf(s, typ)
	if len(fields) != len(s.Members) {
		t.Errorf("%v has %d of the %d members of %s", typ, len(fields), len(s.Members), s.Name)
	}
	for _, f := range fields {
		missing(t, f.Shape, typ.Field(f.index).Type, seen)
	}
}
