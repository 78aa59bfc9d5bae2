package awswire

import (
	"encoding/hex"
	"io"
	"net/http"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// WriteError answers a request that no service takes: an unknown service or host. It has the shape of the protocol
// that the request looks like, so that the client can read it. A service's own errors have its protocol's shape.
func WriteError(w http.ResponseWriter, r *http.Request, requestID string, err error) {
	e := errorFrom(&model.Service{}, err)
	guess(r, e, requestID).send(w, requestID)
}

func guess(r *http.Request, e Error, requestID string) answer {
	if r.Header.Get("X-Amz-Target") != "" {
		contentType := "application/x-amz-json-1.1"
		if given := r.Header.Get("Content-Type"); given == "application/x-amz-json-1.0" {
			contentType = given
		}
		return jsonFailure(jsonDialect.say(e), contentType)
	}
	if isForm(r.Header.Get("Content-Type")) || r.URL.Query().Has("Action") {
		return queryFailure(r, "http://webservices.amazon.com/AWSFault/2005-15-09", queryDialect.say(e), requestID)
	}
	return restFailure(restDialect.say(e))
}

// NewRequestID makes a request ID as AWS's look: a random UUID.
func NewRequestID(random io.Reader) string {
	var id [16]byte
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return "00000000-0000-0000-0000-000000000000" // a request ID is no secret, and its lack no reason to fail
	}
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	text := hex.EncodeToString(id[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
