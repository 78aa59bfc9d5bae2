package awswire

import (
	"maps"
	"net/http"
	"reflect"
	"strings"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// jsonProtocol: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
type jsonProtocol struct{ service *model.Service }

// operation takes what stands after the last dot of X-Amz-Target. CloudTrail's clients disagree on what stands before
// it (com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101 or CloudTrail_20131101), so its last part is compared.
func (p jsonProtocol) operation(q *request) (*model.Operation, *Error) {
	target := q.Header.Get("X-Amz-Target")
	dot := strings.LastIndexByte(target, '.')
	if dot < 0 {
		return nil, refusef(codeInvalidAction, "The X-Amz-Target header %q names no operation of %s",
			target, p.service.ServiceID)
	}
	op := p.service.Operations[target[dot+1:]]
	if op == nil || afterDot(target[:dot]) != afterDot(p.service.TargetPrefix) {
		return nil, refusef(codeInvalidAction, "Could not find operation %s for version %s", target, p.service.Version)
	}
	return op, nil
}

func afterDot(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func (p jsonProtocol) decode(q *request, _ *model.Operation) (map[string]any, *Error) {
	return readJSON(q.body)
}

func (p jsonProtocol) success(_ *http.Request, op *model.Operation, output any, _ string) (answer, error) {
	content := map[string]any{}
	if op.Output != nil {
		content = structureJSON(op.Output, reflect.ValueOf(output).Elem(), true)
	}
	body, err := printJSON(content)
	if err != nil {
		return answer{}, err
	}
	return answer{status: op.Status, contentType: p.contentType(), body: body}, nil
}

func (p jsonProtocol) failure(_ *http.Request, e *Error, _ string) answer {
	return jsonFailure(e, p.contentType())
}

func (p jsonProtocol) contentType() string { return "application/x-amz-json-" + p.service.JSONVersion }

func jsonFailure(e *Error, contentType string) answer {
	content := map[string]any{"message": e.Message}
	maps.Copy(content, e.members)
	content["__type"] = e.Code
	body, err := printJSON(content)
	if err != nil {
		body = []byte(`{"__type":` + quoteJSON(e.Code) + `}`)
	}
	return answer{status: e.Status, contentType: contentType, body: body}
}
