package awswire

import (
	"fmt"
	"net/http"
	"reflect"

	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// queryProtocol: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
type queryProtocol struct{ service *model.Service }

const xmlSeconds = "2006-01-02T15:04:05Z"

func (p queryProtocol) operation(q *request) (*model.Operation, *Error) {
	return queryOperation(p.service, q)
}

// queryOperation finds the operation that the parameters Action and Version name.
func queryOperation(s *model.Service, q *request) (*model.Operation, *Error) {
	if err := q.parseParams(); err != nil {
		return nil, err
	}
	action, version := q.params.Get("Action"), q.params.Get("Version")
	if action == "" {
		return nil, refusef(codeMissingAction, "The request is missing an action or a required parameter.")
	}
	if version == "" {
		version = "NO_VERSION_SPECIFIED"
	}
	op := s.Operations[action]
	if op == nil || version != s.Version {
		return nil, refusef(codeInvalidAction, "Could not find operation %s for version %s", action, version)
	}
	return op, nil
}

func (p queryProtocol) decode(q *request, op *model.Operation) (map[string]any, *Error) {
	if op.Input == nil {
		return nil, nil
	}
	return formReader{name: (*model.Member).Wire, item: "member"}.read(op.Input, q.params)
}

func (p queryProtocol) success(r *http.Request, op *model.Operation, output any, requestID string) (answer, error) {
	if acceptsJSON(r) {
		return p.successJSON(op, output, requestID)
	}
	w := &xmlWriter{timeFormat: xmlSeconds, item: "member"}
	w.start(op.Name+"Response", "xmlns", p.service.Namespace)
	if op.Output != nil {
		w.start(op.Wrapper)
		w.output(op.Output, reflect.ValueOf(output).Elem())
		w.end()
	}
	w.start("ResponseMetadata")
	w.leaf("RequestId", requestID)
	w.end()
	w.end()
	return answer{status: op.Status, contentType: "text/xml", body: w.buf.Bytes()}, nil
}

// successJSON is what STS sends to a client that accepts JSON.
func (p queryProtocol) successJSON(op *model.Operation, output any, requestID string) (answer, error) {
	response := map[string]any{"ResponseMetadata": map[string]any{"RequestId": requestID}}
	if op.Output != nil {
		response[op.Wrapper] = toJSON(op.Output, reflect.ValueOf(output).Elem(), true)
	}
	body, err := printJSON(map[string]any{op.Name + "Response": response})
	if err != nil {
		return answer{}, err
	}
	return answer{status: op.Status, contentType: "application/json", body: body}, nil
}

func (p queryProtocol) failure(r *http.Request, e *Error, requestID string) answer {
	return queryFailure(r, p.service.Namespace, e, requestID)
}

func queryFailure(r *http.Request, namespace string, e *Error, requestID string) answer {
	blame := "Sender"
	if e.Fault == smithy.FaultServer {
		blame = "Receiver"
	}
	if acceptsJSON(r) {
		body := fmt.Sprintf(`{"Error":{"Code":%s,"Message":%s,"Type":%s},"RequestId":%s}`,
			quoteJSON(e.Code), quoteJSON(e.Message), quoteJSON(blame), quoteJSON(requestID))
		return answer{status: e.Status, contentType: "application/json", body: []byte(body)}
	}
	w := &xmlWriter{}
	w.start("ErrorResponse", "xmlns", namespace)
	w.start("Error")
	w.leaf("Type", blame)
	w.leaf("Code", e.Code)
	w.leaf("Message", e.Message)
	w.end()
	w.leaf("RequestId", requestID)
	w.end()
	return answer{status: e.Status, contentType: "text/xml", body: w.buf.Bytes()}
}
