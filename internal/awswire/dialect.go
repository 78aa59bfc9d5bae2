package awswire

import (
	"maps"
	"net/http"

	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// A dialect is how one family of services says what all services say. Fakes and the verifier use the query protocol's
// codes; the others' are put for them here, so that one error fits every service. Sources: each service's "Common
// Errors" page, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html for EC2, and the names
// that SDKs retry on.
type dialect map[string]saying

type saying struct {
	code    string
	status  int
	message string // replaces the message where AWS tells less
}

const ec2NotValidated = "AWS was not able to validate the provided access credentials"

var queryDialect = dialect{
	"AccessDenied":               {status: http.StatusForbidden},
	"ExpiredToken":               {status: http.StatusForbidden},
	"IncompleteSignature":        {status: http.StatusBadRequest},
	"InvalidClientTokenId":       {status: http.StatusForbidden},
	"MissingAuthenticationToken": {status: http.StatusForbidden},
	"RequestExpired":             {status: http.StatusBadRequest},
	"SignatureDoesNotMatch":      {status: http.StatusForbidden},
	"OptInRequired":              {status: http.StatusForbidden},
	"RequestEntityTooLarge":      {status: http.StatusRequestEntityTooLarge},
	"Throttling":                 {status: http.StatusBadRequest},
	"ServiceUnavailable":         {status: http.StatusServiceUnavailable},
	codeMalformedQuery:           {status: http.StatusNotFound},
	codeInternal:                 {status: http.StatusInternalServerError},
	codeNotImplemented:           {status: http.StatusNotImplemented},
}

var ec2Dialect = dialect{
	"AccessDenied":               {code: "UnauthorizedOperation", status: http.StatusForbidden},
	"ExpiredToken":               {code: "RequestExpired", status: http.StatusBadRequest, message: "Request has expired."},
	"IncompleteSignature":        {status: http.StatusBadRequest},
	"InvalidClientTokenId":       {code: "AuthFailure", status: http.StatusUnauthorized, message: ec2NotValidated},
	"MissingAuthenticationToken": {code: "AuthFailure", status: http.StatusUnauthorized, message: ec2NotValidated},
	"RequestExpired":             {status: http.StatusBadRequest},
	"SignatureDoesNotMatch":      {code: "AuthFailure", status: http.StatusUnauthorized, message: ec2NotValidated},
	"RequestEntityTooLarge":      {status: http.StatusRequestEntityTooLarge},
	"Throttling":                 {code: "RequestLimitExceeded", status: http.StatusServiceUnavailable},
	"ServiceUnavailable":         {code: "Unavailable", status: http.StatusServiceUnavailable},
	codeInternal:                 {code: "InternalError", status: http.StatusInternalServerError},
	codeNotImplemented:           {code: "UnsupportedOperation", status: http.StatusNotImplemented},
	codeValidation:               {code: "InvalidParameterValue", status: http.StatusBadRequest},
	codeMalformedInput:           {code: "InvalidParameterValue", status: http.StatusBadRequest},
}

var restDialect = dialect{
	"AccessDenied":               {code: "AccessDeniedException", status: http.StatusForbidden},
	"ExpiredToken":               {code: "ExpiredTokenException", status: http.StatusForbidden},
	"IncompleteSignature":        {code: "IncompleteSignatureException", status: http.StatusForbidden},
	"InvalidClientTokenId":       {code: "UnrecognizedClientException", status: http.StatusForbidden},
	"MissingAuthenticationToken": {code: "MissingAuthenticationTokenException", status: http.StatusForbidden},
	"RequestExpired":             {code: "InvalidSignatureException", status: http.StatusForbidden},
	"SignatureDoesNotMatch":      {code: "InvalidSignatureException", status: http.StatusForbidden},
	"RequestEntityTooLarge":      {code: "RequestEntityTooLargeException", status: http.StatusRequestEntityTooLarge},
	"Throttling":                 {code: "ThrottlingException", status: http.StatusTooManyRequests},
	"ServiceUnavailable":         {code: "ServiceUnavailableException", status: http.StatusServiceUnavailable},
	codeInternal:                 {code: "InternalFailure", status: http.StatusInternalServerError},
	codeInvalidAction:            {code: "UnknownOperationException", status: http.StatusNotFound},
	codeMalformedInput:           {code: "SerializationException", status: http.StatusBadRequest},
	codeMalformedQuery:           {code: "SerializationException", status: http.StatusBadRequest},
	codeNotImplemented:           {code: "NotImplementedException", status: http.StatusNotImplemented},
	codeValidation:               {code: "ValidationException", status: http.StatusBadRequest},
}

// jsonDialect differs from rest-json's in its statuses: whatever the client did wrong is 400.
var jsonDialect = func() dialect {
	d := dialect{}
	for code, s := range restDialect {
		if s.status < http.StatusInternalServerError {
			s.status = http.StatusBadRequest
		}
		d[code] = s
	}
	return d
}()

// eksDialect has the names that EKS declares: a bad parameter is InvalidParameterException there
// (https://github.com/surajincloud/kubectl-eks/issues/72), a failure of its own ServerException.
var eksDialect = func() dialect {
	d := maps.Clone(restDialect)
	d[codeValidation] = saying{code: "InvalidParameterException", status: http.StatusBadRequest}
	d[codeInternal] = saying{code: "ServerException", status: http.StatusInternalServerError}
	return d
}()

func dialectOf(s *model.Service) dialect {
	switch {
	case s.ID == "eks" || s.ID == "eks-auth":
		return eksDialect
	case s.Protocol == model.RESTJSON:
		return restDialect
	case s.Protocol == model.JSON:
		return jsonDialect
	case s.Protocol == model.EC2Query:
		return ec2Dialect
	}
	return queryDialect
}

// say puts an error into the dialect and completes its status and fault.
func (d dialect) say(e Error) *Error {
	said := d[e.Code]
	if said.code != "" {
		e.Code = said.code
	}
	if said.message != "" {
		e.Message = said.message
	}
	if e.Status == 0 || said.status != 0 {
		e.Status = said.status
	}
	if e.Status == 0 {
		e.Status = http.StatusBadRequest
		if e.Fault == smithy.FaultServer {
			e.Status = http.StatusInternalServerError
		}
	}
	if e.Status >= http.StatusInternalServerError {
		e.Fault = smithy.FaultServer
	}
	return &e
}
