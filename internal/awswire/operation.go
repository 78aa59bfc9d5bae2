package awswire

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"runtime/debug"
	"slices"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// Operation says of one of AWS's operations whether a service offers it.
type Operation struct {
	Name    string
	Offered bool
}

// method is an operation of a fake.
type method struct {
	call  reflect.Value
	input reflect.Type // the structure, not the pointer to it
}

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
)

// methodsOf finds the fake's operations: its methods that are named as operations of the model.
func methodsOf(fake any, s *model.Service) (map[string]method, error) {
	methods := map[string]method{}
	v := reflect.ValueOf(fake)
	for name, op := range s.Operations {
		call := v.MethodByName(name)
		if !call.IsValid() {
			continue
		}
		if !op.Known {
			return nil, fmt.Errorf("operation %s: its shapes are not in the model data: name it in model/gen and generate", name)
		}
		if err := checkSignature(call.Type(), name); err != nil {
			return nil, err
		}
		methods[name] = method{call: call, input: call.Type().In(1).Elem()}
	}
	if len(methods) == 0 {
		return nil, fmt.Errorf("%T has no operation of %s", fake, s.ServiceID)
	}
	return methods, nil
}

func checkSignature(t reflect.Type, name string) error {
	ok := t.NumIn() == 2 && t.NumOut() == 2 && t.In(0) == contextType && t.Out(1) == errorType &&
		pointsTo(t.In(1), name+"Input") && pointsTo(t.Out(0), name+"Output")
	if !ok {
		return fmt.Errorf("operation %s: method has type %v, not func(context.Context, *%[1]sInput) (*%[1]sOutput, error)",
			name, t)
	}
	return nil
}

func pointsTo(t reflect.Type, name string) bool {
	return t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && t.Elem().Name() == name
}

// invoke calls the operation. A panic becomes an error that carries the stack for the log.
func (m method) invoke(ctx context.Context, input reflect.Value) (output any, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			output, err = nil, panicked{cause, debug.Stack()}
		}
	}()
	results := m.call.Call([]reflect.Value{reflect.ValueOf(ctx), input})
	if err, failed := results[1].Interface().(error); failed {
		return nil, err
	}
	if results[0].IsNil() {
		return nil, fmt.Errorf("operation gave neither output nor error")
	}
	return results[0].Interface(), nil
}

type panicked struct {
	cause any
	stack []byte
}

func (p panicked) Error() string { return fmt.Sprintf("panic: %v", p.cause) }

// Operations lists all operations that AWS has for the service, by name.
func (s *Service) Operations() []Operation {
	names := slices.Sorted(maps.Keys(s.model.Operations))
	all := make([]Operation, len(names))
	for i, name := range names {
		_, offered := s.methods[name]
		all[i] = Operation{Name: name, Offered: offered}
	}
	return all
}
