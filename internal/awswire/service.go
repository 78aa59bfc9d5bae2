package awswire

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"time"

	"github.com/eksauth/eksauth/internal/awswire/model"
	"github.com/eksauth/eksauth/internal/sigv4"
)

// Options says what a service is made of.
type Options struct {
	Service string // model ID: "sts", "iam", "eks", "eks-auth", "ec2", "cloudtrail" or "logs"

	// Fake has the operations as methods with the SDK's signatures:
	// func (t *T) CreateUser(context.Context, *iam.CreateUserInput) (*iam.CreateUserOutput, error).
	Fake any

	Keys    sigv4.KeySource
	MaxBody int64            // bytes of a request body; 0 takes the verifier's default
	Now     func() time.Time // nil takes time.Now
	Clock   func() time.Time // the service's own, by which it judges signatures and dates answers; nil takes Now
	Rand    io.Reader        // of request IDs; nil takes crypto/rand
	Log     *slog.Logger     // of what a client is not told; nil discards

	// Lifetime replaces X-Amz-Expires in presigned requests for an operation, unless it is 0. Nil replaces none.
	Lifetime func(operation string) time.Duration

	// Authorize runs after decoding and before the operation. Its error is the answer. Nil allows everything.
	Authorize func(ctx context.Context, call *Call) error

	// Observe runs after the answer was sent, for refused requests too. Nil is fine.
	Observe func(call *Call)
}

// Service is one AWS service as an http.Handler.
type Service struct {
	options  Options
	model    *model.Service
	protocol protocol
	dialect  dialect
	methods  map[string]method
	verifier *sigv4.Verifier
	disturb  func(context.Context, *Call) error
}

// New makes a service. It fails if the model is unknown or a method of the fake that is named as an operation does not
// have the SDK's signature.
func New(o Options) (*Service, error) {
	m, err := model.Load(o.Service)
	if err != nil {
		return nil, err
	}
	if o.Keys == nil {
		return nil, fmt.Errorf("make service %s: no key source", o.Service)
	}
	methods, err := methodsOf(o.Fake, m)
	if err != nil {
		return nil, fmt.Errorf("make service %s: %w", o.Service, err)
	}
	return newService(o, m, methods), nil
}

func newService(o Options, m *model.Service, methods map[string]method) *Service {
	o.complete()
	return &Service{
		options: o, model: m, protocol: protocolOf(m), dialect: dialectOf(m), methods: methods,
		verifier: &sigv4.Verifier{Now: o.Clock, Keys: o.Keys, MaxBody: o.MaxBody},
	}
}

func (o *Options) complete() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Clock == nil {
		o.Clock = o.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Authorize == nil {
		o.Authorize = func(context.Context, *Call) error { return nil }
	}
	if o.Observe == nil {
		o.Observe = func(*Call) {}
	}
}

// ServeHTTP answers one request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := newCall(s.options.Service, NewRequestID(s.options.Rand), s.options.Now(), r)
	defer s.options.Observe(call)
	a, err := s.serve(call, r)
	if err != nil {
		call.Err, call.Failure = err, s.tell(call, err)
		a = s.protocol.failure(r, call.Failure, call.RequestID)
	}
	call.Ended = s.options.Now()
	if errors.Is(err, ErrHangUp) {
		panic(http.ErrAbortHandler) // which is how a handler ends a connection without an answer
	}
	call.Status = a.status
	w.Header().Set("Date", s.options.Clock().UTC().Format(http.TimeFormat))
	a.send(w, call.RequestID)
}

// serve passes the request through the gates in AWS's order.
func (s *Service) serve(call *Call, r *http.Request) (answer, error) {
	signature, err := s.verifier.Verify(r, s.expectation(call, r))
	if err != nil {
		call.claimed(r)
		return answer{}, err
	}
	call.verified(signature)
	op, input, refusal := s.decode(call, r)
	if refusal != nil {
		return answer{}, refusal
	}
	ctx := WithCall(r.Context(), call)
	if s.disturb != nil {
		if err := s.disturb(ctx, call); err != nil {
			return answer{}, err
		}
	}
	if err := s.options.Authorize(ctx, call); err != nil {
		return answer{}, err
	}
	if call.Output, err = s.methods[op.Name].invoke(ctx, input); err != nil {
		return answer{}, err
	}
	return s.protocol.success(r, op, call.Output, call.RequestID)
}

// expectation tells the verifier what the signature must be good for. Only presigned requests have a lifetime, and
// they name their operation in the query string.
func (s *Service) expectation(call *Call, r *http.Request) sigv4.Expectation {
	want := sigv4.Expectation{Service: s.model.SigningName, Region: call.Target.Region}
	if s.options.Lifetime != nil {
		want.Lifetime = s.options.Lifetime(r.URL.Query().Get("Action"))
	}
	return want
}

// decode finds the operation and its checked input.
func (s *Service) decode(call *Call, r *http.Request) (op *model.Operation, input reflect.Value, refusal *Error) {
	q, refusal := readRequest(r)
	if refusal != nil {
		return nil, input, refusal
	}
	if op, refusal = s.protocol.operation(q); refusal != nil {
		return nil, input, refusal
	}
	call.Operation = op.Name
	method, offered := s.methods[op.Name]
	if !offered {
		return nil, input, refusef(codeNotImplemented, "eksauth does not offer the operation %s of %s", op.Name, s.model.ServiceID)
	}
	members, refusal := s.protocol.decode(q, op)
	if refusal != nil {
		return nil, input, refusal
	}
	input = reflect.New(method.input)
	if op.Input != nil {
		if refusal = assignStructure(op.Input, members, input.Elem()); refusal != nil {
			return nil, input, refusal
		}
		refusal = check(op.Input, input.Elem())
	}
	call.Input = input.Interface()
	return op, input, refusal
}

// tell turns any error into what the client may know of it, in the service's dialect.
func (s *Service) tell(call *Call, err error) *Error {
	e := errorFrom(s.model, err)
	if e.Code == codeInternal {
		s.logInternal(call, err)
	}
	return s.dialect.say(e)
}

func (s *Service) logInternal(call *Call, err error) {
	attributes := []any{"service", call.Service, "operation", call.Operation, "requestID", call.RequestID, "error", err}
	if p, ok := errors.AsType[panicked](err); ok {
		attributes = append(attributes, "stack", string(p.stack))
	}
	s.options.Log.Error("operation failed", attributes...)
}
