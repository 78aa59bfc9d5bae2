package sigv4

import (
	"net/http"
	"strings"
)

// The parameters of a presigned request, in AWS's spelling: names in another letter case are none of them.
const (
	queryAlgorithm     = "X-Amz-Algorithm"
	queryCredential    = "X-Amz-Credential"
	queryDate          = "X-Amz-Date"
	queryExpires       = "X-Amz-Expires"
	querySecurityToken = "X-Amz-Security-Token"
	querySignature     = "X-Amz-Signature"
	querySignedHeaders = "X-Amz-SignedHeaders"
)

// claimsInQuery tells whether the query takes part in authentication. Any of the parameters is enough: a token or a date
// in the query beside an Authorization header would be read by nobody, or by somebody else.
func claimsInQuery(query []parameter) bool {
	for i := range query {
		switch query[i].name {
		case queryAlgorithm, queryCredential, queryDate, queryExpires, querySecurityToken, querySignature, querySignedHeaders:
			return true
		}
	}
	return false
}

// readQuery fills the claim from the query alone. The headers that mean the same are refused even when they are
// signed, so that there is never a second answer to when and with which session a request was signed.
func (c *Claim) readQuery(h http.Header) error {
	if len(h[headerDate]) > 0 || len(h[headerSecurityToken]) > 0 {
		return incomplete("X-Amz-Date and X-Amz-Security-Token of a presigned request must be query-string parameters, not headers. " + reexamineQueryPhrase)
	}
	var name, credential, date, signedHeaders string
	for i := range c.query {
		p := &c.query[i]
		switch p.name {
		case queryAlgorithm:
			name = p.decoded()
		case queryCredential:
			credential = p.decoded()
		case queryDate:
			date = p.decoded()
		case queryExpires:
			c.expires = p.decoded()
		case querySecurityToken:
			c.SessionToken = p.decoded()
		case querySignature:
			c.signature = p.decoded()
		case querySignedHeaders:
			signedHeaders = p.decoded()
		}
	}
	if err := completeQuery(name, credential, c.signature, signedHeaders, date); err != nil {
		return err
	}
	return c.readFields(credential, date, signedHeaders)
}

// completeQuery names everything that is missing in one message, in AWS's order.
func completeQuery(name, credential, signature, signedHeaders, date string) error {
	var missing strings.Builder
	for _, p := range [...]struct{ name, value string }{
		{queryAlgorithm, name}, {queryCredential, credential}, {querySignature, signature},
		{querySignedHeaders, signedHeaders}, {queryDate, date},
	} {
		if p.value == "" {
			missing.WriteString("AWS query-string parameters must include '" + p.name + "'. ")
		}
	}
	if missing.Len() > 0 {
		return incomplete(missing.String() + reexamineQueryPhrase)
	}
	return supported(name)
}
