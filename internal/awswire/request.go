package awswire

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// request is what a protocol reads: an HTTP request whose signature stands.
type request struct {
	*http.Request
	body   []byte
	params url.Values // of the query protocols, from the query string and the form
}

func readRequest(r *http.Request) (*request, *Error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, refusef(codeMalformedInput, "The request body could not be read: %v", err)
	}
	return &request{Request: r, body: body}, nil
}

// parseParams joins the parameters of the query string and of a form. A name that comes twice is refused, since one
// reader might take the first value and another the last.
func (q *request) parseParams() *Error {
	params, err := url.ParseQuery(q.URL.RawQuery)
	if err != nil {
		return refusef(codeMalformedQuery, "The query string contains a syntax error.")
	}
	if isForm(q.Header.Get("Content-Type")) {
		form, err := url.ParseQuery(string(q.body))
		if err != nil {
			return refusef(codeMalformedQuery, "The form in the request body contains a syntax error.")
		}
		for name, values := range form {
			params[name] = append(params[name], values...)
		}
	}
	for name, values := range params {
		if len(values) > 1 {
			return refusef(codeMalformedQuery, "The parameter %q is given %d times.", name, len(values))
		}
	}
	q.params = params
	return nil
}

func isForm(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded")
}

// acceptsJSON tells whether a client of the query protocol asks for JSON, as aws-iam-authenticator does.
func acceptsJSON(r *http.Request) bool {
	for accept := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		kind, _, _ := strings.Cut(accept, ";")
		if strings.EqualFold(strings.TrimSpace(kind), "application/json") {
			return true
		}
	}
	return false
}

// answer is a protocol's answer before it is sent.
type answer struct {
	status      int
	contentType string
	errorType   string // the X-Amzn-ErrorType header, where the protocol has it
	body        []byte
}

func (a answer) send(w http.ResponseWriter, requestID string) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	h.Set("X-Amzn-RequestId", requestID)
	if a.errorType != "" {
		h.Set("X-Amzn-ErrorType", a.errorType)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that hung up is nobody's error
}

// protocol is one of AWS's ways to put an operation on HTTP.
type protocol interface {
	// operation finds what is asked. The operation may be one that nobody offers.
	operation(q *request) (*model.Operation, *Error)
	// decode gives the input's members by name, in the form that assign takes.
	decode(q *request, op *model.Operation) (map[string]any, *Error)
	// success and failure print an answer. Failure gets an error that is already in the protocol's dialect.
	success(r *http.Request, op *model.Operation, output any, requestID string) (answer, error)
	failure(r *http.Request, e *Error, requestID string) answer
}

func protocolOf(s *model.Service) protocol {
	switch s.Protocol {
	case model.Query:
		return queryProtocol{s}
	case model.EC2Query:
		return ec2Protocol{s}
	case model.RESTJSON:
		return newRESTProtocol(s)
	}
	return jsonProtocol{s}
}
