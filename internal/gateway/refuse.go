package gateway

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/eksauth/eksauth/internal/awswire"
)

// Refusal is a request that the gateway itself has refused.
type Refusal struct {
	// Asked is the method, the path and the host, in a form for people.
	Asked string
	// Status is that of the answer, Code the error of AWS, empty for an answer as a proxy, and Reason says why.
	Status       int
	Code, Reason string
	// RequestID is that of an answer as AWS.
	RequestID           string
	SourceIP, UserAgent string
}

// tell hands a refusal on.
func (s *server) tell(r *http.Request, no Refusal) {
	no.Asked, no.UserAgent = asked(r), r.UserAgent()
	no.SourceIP, _, _ = net.SplitHostPort(r.RemoteAddr) // the server sets it in this form
	s.config.Refused(no)
}

// refusal is an answer of the gateway as a proxy, whose readers are people: one line of reason and what to do about it.
type refusal struct {
	status      int
	reason, fix string
}

func (n refusal) text() string {
	text := n.reason + ".\n"
	if !strings.HasPrefix(text, "eksauth ") {
		text = "eksauth: " + text
	}
	if n.fix != "" {
		text += n.fix + "\n"
	}
	return text
}

// metadataHost is the address of the instance metadata service.
const metadataHost = "169.254.169.254"

// notOurs refuses a host that is neither AWS's nor a cluster's.
func notOurs(host string) refusal {
	if host == metadataHost {
		return refusal{http.StatusForbidden, "eksauth does not serve instance metadata (" + metadataHost + ") through its proxy",
			"Set AWS_EC2_METADATA_DISABLED=true, so that clients do not look for it."}
	}
	shown := printable(host)
	return refusal{http.StatusForbidden, "eksauth never forwards to the internet and " + shown + " is neither an AWS endpoint nor a cluster of this stack (NO_PROXY excepts a host)",
		"To reach it without eksauth, except it from the proxy: export NO_PROXY=\"$NO_PROXY," + shown + "\""}
}

func (s *server) refuse(w http.ResponseWriter, r *http.Request, no refusal) {
	s.config.Log.Info("request refused", "method", r.Method, "host", r.Host, "reason", no.reason)
	s.tell(r, Refusal{Status: no.status, Reason: no.reason})
	http.Error(w, strings.TrimSuffix(no.text(), "\n"), no.status)
}

// refuseUnsupported answers for a service that no handler is there for.
func (s *server) refuseUnsupported(w http.ResponseWriter, r *http.Request, e Endpoint) {
	s.refuseAWS(w, r, &awswire.Error{
		Code:    "UnsupportedService",
		Message: fmt.Sprintf("eksauth does not offer the service %s (asked: %s). It offers: %s.", printable(e.Service), asked(r), s.services()),
		Status:  http.StatusBadRequest,
	})
}

// unclaimed is AWS's error for a request without a signature, with what would have told its service.
func unclaimed(r *http.Request) *awswire.Error {
	return &awswire.Error{
		Code: "MissingAuthenticationToken",
		Message: fmt.Sprintf("Request is missing Authentication Token (asked: %s). To find its service, eksauth needs an AWS host name, "+
			"a credential scope, X-Amz-Target, or the Version of STS, IAM or EC2.", asked(r)),
		Status: http.StatusForbidden,
	}
}

// refuseMisdirected answers a request inside a tunnel that is for another host than the tunnel (RFC 9110, section 15.5.20).
func (s *server) refuseMisdirected(w http.ResponseWriter, r *http.Request, host string) {
	s.refuseAWS(w, r, &awswire.Error{
		Code:    "InvalidRequest",
		Message: fmt.Sprintf("The connection was opened for %s, the request is for another host (asked: %s).", host, asked(r)),
		Status:  http.StatusMisdirectedRequest,
	})
}

func (s *server) refuseAWS(w http.ResponseWriter, r *http.Request, err error) {
	id := awswire.NewRequestID(s.config.Rand)
	s.config.Log.Info("request refused", "asked", asked(r), "requestID", id, "error", err)
	no := Refusal{Reason: err.Error(), RequestID: id}
	if told, ok := errors.AsType[*awswire.Error](err); ok {
		no.Status, no.Code, no.Reason = told.Status, told.Code, told.Message
	}
	s.tell(r, no)
	awswire.WriteError(w, r, id, err)
}

// asked says what a request was for.
func asked(r *http.Request) string {
	return printable(r.Method) + " " + printable(r.URL.EscapedPath()) + " at " + printable(r.Host)
}

// printable makes what a client sent fit for a message or a status line: short, without control characters.
func printable(s string) string {
	const longest = 200
	quoted := strconv.QuoteToASCII(s[:min(len(s), longest)])
	return quoted[1 : len(quoted)-1]
}
