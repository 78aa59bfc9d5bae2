package awswire

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/internal/awswire/model"
	"github.com/eksauth/eksauth/internal/sigv4"
)

// Error is an answer that refuses a request, in AWS's words. Operations return it where the SDK has no typed error.
type Error struct {
	Code    string // AWS's code in the query protocols' spelling, such as "AccessDenied"; other protocols' is put for it
	Message string
	Status  int               // HTTP status; 0 takes that of the code, else 400, or 500 for a server fault
	Fault   smithy.ErrorFault // unknown counts as the client's

	members map[string]any // what a typed error says besides its message, by name on the wire
}

var _ smithy.APIError = (*Error)(nil)

func (e *Error) Error() string                 { return e.Code + ": " + e.Message }
func (e *Error) ErrorCode() string             { return e.Code }
func (e *Error) ErrorMessage() string          { return e.Message }
func (e *Error) ErrorFault() smithy.ErrorFault { return e.Fault }

// refusef makes an Error that blames the client.
func refusef(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

// ErrHangUp makes a service end the connection instead of answering, when a disturbance returns it.
var ErrHangUp error = &Error{Code: "ConnectionReset", Message: "The connection was ended without an answer.", Fault: smithy.FaultServer}

// Codes that this package itself answers with, in the query protocol's spelling; dialects has the others'.
const (
	codeInternal       = "InternalFailure"
	codeInvalidAction  = "InvalidAction"
	codeMalformedInput = "MalformedInput"
	codeMalformedQuery = "MalformedQueryString"
	codeMissingAction  = "MissingAction"
	codeNotImplemented = "NotImplemented"
	codeValidation     = "ValidationError"
)

const internalMessage = "The request processing has failed because of an unknown error, exception or failure."

// errorFrom reads any error: this package's, the verifier's, the SDK's typed errors. Anything else is nobody's
// business but the log's.
func errorFrom(s *model.Service, err error) Error {
	if own, ok := errors.AsType[*Error](err); ok {
		return *own
	}
	if refused, ok := errors.AsType[*sigv4.Error](err); ok {
		return Error{Code: refused.Code, Message: refused.Message, Status: refused.Status, Fault: smithy.FaultClient}
	}
	if typed, ok := errors.AsType[smithy.APIError](err); ok {
		return typedError(s, typed)
	}
	return Error{Code: codeInternal, Message: internalMessage, Fault: smithy.FaultServer}
}

// typedError takes the status from the model, and the members that JSON services add to the message.
func typedError(s *model.Service, typed smithy.APIError) Error {
	e := Error{Code: typed.ErrorCode(), Message: typed.ErrorMessage(), Fault: typed.ErrorFault()}
	shape := s.Error(e.Code)
	if shape == nil {
		return e
	}
	e.Status = shape.Status
	if v := reflect.ValueOf(typed); v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct {
		e.members = structureJSON(shape, v.Elem(), false)
	}
	return e
}
