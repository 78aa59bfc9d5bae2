package awswire

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// ec2Protocol: https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
type ec2Protocol struct{ service *model.Service }

const (
	xmlMilliseconds = "2006-01-02T15:04:05.000Z"
	xmlDeclaration  = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	ec2ContentType  = "text/xml;charset=UTF-8"
)

func (p ec2Protocol) operation(q *request) (*model.Operation, *Error) {
	return queryOperation(p.service, q)
}

func (p ec2Protocol) decode(q *request, op *model.Operation) (map[string]any, *Error) {
	return formReader{name: ec2Name}.read(op.Input, q.params)
}

// ec2Name is the name of a member in a request; answers use the plain location name.
func ec2Name(m *model.Member) string {
	if m.QueryName != "" {
		return m.QueryName
	}
	return strings.ToUpper(m.Wire()[:1]) + m.Wire()[1:]
}

func (p ec2Protocol) success(_ *http.Request, op *model.Operation, output any, requestID string) (answer, error) {
	w := &xmlWriter{timeFormat: xmlMilliseconds, item: "item"}
	w.buf.WriteString(xmlDeclaration)
	w.start(op.Name+"Response", "xmlns", p.service.Namespace+"/")
	w.leaf("requestId", requestID)
	if op.Output == nil {
		w.leaf("return", "true")
	} else {
		w.output(op.Output, reflect.ValueOf(output).Elem())
	}
	w.end()
	return answer{status: op.Status, contentType: ec2ContentType, body: w.buf.Bytes()}, nil
}

func (p ec2Protocol) failure(_ *http.Request, e *Error, requestID string) answer {
	w := &xmlWriter{}
	w.buf.WriteString(xmlDeclaration)
	w.start("Response")
	w.start("Errors")
	w.start("Error")
	w.leaf("Code", e.Code)
	w.leaf("Message", e.Message)
	w.end()
	w.end()
	w.leaf("RequestID", requestID)
	w.end()
	return answer{status: e.Status, contentType: ec2ContentType, body: w.buf.Bytes()}
}
