package awswire

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// restProtocol: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
type restProtocol struct {
	service *model.Service
	routes  []route
}

// route is an operation's method and path, cut at slashes. A step in braces is a label.
type route struct {
	op       *model.Operation
	steps    []string
	literals int
}

func newRESTProtocol(s *model.Service) *restProtocol {
	p := &restProtocol{service: s}
	for _, op := range s.Operations {
		r := route{op: op, steps: strings.Split(op.URI, "/")}
		for _, step := range r.steps {
			if !isLabel(step) {
				r.literals++
			}
		}
		p.routes = append(p.routes, r)
	}
	// A literal step beats a label, whatever the order of the model.
	slices.SortFunc(p.routes, func(a, b route) int {
		return cmp.Or(cmp.Compare(b.literals, a.literals), cmp.Compare(a.op.Name, b.op.Name))
	})
	return p
}

func isLabel(step string) bool { return strings.HasPrefix(step, "{") }

func (r route) matches(method string, steps []string) bool {
	if r.op.Method != method || len(r.steps) != len(steps) {
		return false
	}
	for i, step := range r.steps {
		if isLabel(step) && isHollow(steps[i]) || !isLabel(step) && step != steps[i] {
			return false
		}
	}
	return true
}

// isHollow finds empty, dot and malformed segments. A signature is made over a path without the first two, so that a
// path with them must reach no operation: it could be another than the one that was signed.
func isHollow(step string) bool {
	plain, err := url.PathUnescape(step)
	return err != nil || plain == "" || plain == "." || plain == ".."
}

// pathSteps cuts the path as it was sent, so that an ARN's %2F stays within its step.
func pathSteps(r *http.Request) []string { return strings.Split(r.URL.EscapedPath(), "/") }

func (p *restProtocol) operation(q *request) (*model.Operation, *Error) {
	steps := pathSteps(q.Request)
	for _, r := range p.routes {
		if r.matches(q.Method, steps) {
			return r.op, nil
		}
	}
	return nil, refusef(codeInvalidAction, "%s has no operation at %s %s", p.service.ServiceID, q.Method, q.URL.Path)
}

func (p *restProtocol) decode(q *request, op *model.Operation) (map[string]any, *Error) {
	members, err := p.body(q, op)
	if err != nil {
		return nil, err
	}
	labels := readLabels(op, pathSteps(q.Request))
	query, parseErr := url.ParseQuery(q.URL.RawQuery)
	if parseErr != nil {
		return nil, refusef(codeMalformedInput, "The query string contains a syntax error.")
	}
	for _, m := range op.Input.Members {
		switch m.Location {
		case "uri":
			members[m.Name] = labels[m.LocationName]
		case "querystring":
			members[m.Name] = queryValue(m.Shape, query, m.LocationName)
		}
	}
	return members, nil
}

// body reads the JSON body of an operation that has members there.
func (p *restProtocol) body(q *request, op *model.Operation) (map[string]any, *Error) {
	inBody := slices.ContainsFunc(op.Input.Members, func(m *model.Member) bool { return m.Location == "" })
	if !inBody {
		return map[string]any{}, nil
	}
	return readJSON(q.body)
}

func readLabels(op *model.Operation, steps []string) map[string]any {
	labels := map[string]any{}
	for i, step := range strings.Split(op.URI, "/") {
		if isLabel(step) {
			value, _ := url.PathUnescape(steps[i]) // matches has refused malformed escapes
			labels[strings.Trim(step, "{}")] = text(value)
		}
	}
	return labels
}

// queryValue gives nil for a parameter that is absent and a list for one that may come, or does come, several times.
func queryValue(s *model.Shape, query url.Values, name string) any {
	values := query[name]
	switch {
	case len(values) == 0:
		return nil
	case s.Type == "list" || len(values) > 1:
		items := make([]any, len(values))
		for i, v := range values {
			items[i] = text(v)
		}
		return items
	}
	return text(values[0])
}

func (p *restProtocol) success(_ *http.Request, op *model.Operation, output any, _ string) (answer, error) {
	content := map[string]any{}
	if op.Output != nil {
		content = structureJSON(op.Output, reflect.ValueOf(output).Elem(), true)
	}
	body, err := printJSON(content)
	if err != nil {
		return answer{}, err
	}
	return answer{status: op.Status, contentType: "application/json", body: body}, nil
}

func (p *restProtocol) failure(_ *http.Request, e *Error, _ string) answer { return restFailure(e) }

func restFailure(e *Error) answer {
	content := map[string]any{"message": e.Message}
	maps.Copy(content, e.members)
	body, err := printJSON(content)
	if err != nil {
		body = []byte("{}")
	}
	return answer{status: e.Status, contentType: "application/json", errorType: e.Code, body: body}
}
