package sigv4

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	dateLayout = "20060102T150405Z"

	headerDate          = "X-Amz-Date"
	headerSecurityToken = "X-Amz-Security-Token"
	headerContentHash   = "X-Amz-Content-Sha256"
	amzPrefix           = "X-Amz-"
)

// Scope is a credential scope: what the signing key is good for.
type Scope struct {
	Date    string // day in UTC, YYYYMMDD
	Region  string
	Service string // signing name, such as sts or eks
}

// Claim is what a request says of its signature, before anything of it is proved. It is one struct for the
// Authorization header and for a presigned query, so that both take the same path from here on.
type Claim struct {
	AccessKeyID   string
	SessionToken  string // empty for long-term keys
	Scope         Scope
	Presigned     bool      // from the query, not the Authorization header
	SignedAt      time.Time // UTC, to the second
	SignedHeaders []string  // lower case, in ascending order, each once

	date      string // SignedAt as it was sent
	terminal  string // last part of the credential
	headers   string // SignedHeaders as they were sent
	signature string
	expires   string // X-Amz-Expires as it was sent; only presigned
	query     []parameter
}

// Parse reads the claim of a request without checking it: a router learns service and region, but must not trust
// them. An error is an *Error with the code MissingAuthenticationToken for an unsigned request, IncompleteSignature or
// SignatureDoesNotMatch for one whose claim cannot be read, or MalformedQueryString.
func Parse(r *http.Request) (*Claim, error) {
	query, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	authorizations := r.Header["Authorization"]
	inHeader := len(authorizations) > 0 && (len(authorizations) > 1 || authorizations[0] != "")
	inQuery := claimsInQuery(query)
	c := &Claim{query: query, Presigned: inQuery}
	switch {
	case inHeader && inQuery:
		return nil, doesNotMatch(bothPlacesMessage)
	case inHeader:
		err = c.readHeader(r.Header)
	case inQuery:
		err = c.readQuery(r.Header)
	default:
		return nil, missingToken()
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// readCredential takes AKID/date/region/service/aws4_request apart. Wrong parts are found later, in checkScope.
func (c *Claim) readCredential(credential string) error {
	var parts [5]string
	rest, ok := credential, strings.Count(credential, "/") == len(parts)-1
	for i := range parts {
		parts[i], rest, _ = strings.Cut(rest, "/")
	}
	if !ok || parts[0] == "" {
		return incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" + credential + "'")
	}
	c.AccessKeyID = parts[0]
	c.Scope = Scope{Date: parts[1], Region: parts[2], Service: parts[3]}
	c.terminal = parts[4]
	return nil
}

// readDate takes ISO 8601 basic format only. The length is checked because time.Parse would take fractions of seconds.
func (c *Claim) readDate(date string) error {
	t, err := time.Parse(dateLayout, date)
	if err != nil || len(date) != len(dateLayout) {
		return incomplete("Date must be in ISO-8601 'basic format'. Got '" + date + "'. See http://en.wikipedia.org/wiki/ISO_8601")
	}
	c.date, c.SignedAt = date, t
	return nil
}

// readSignedHeaders wants the list in its canonical form: lower case, ascending, no name twice, host among them. A list in
// another form could name a header twice or in a case that two readers resolve differently.
func (c *Claim) readSignedHeaders(list string) error {
	names := strings.Split(list, ";")
	for i, name := range names {
		if !isSignedHeaderName(name) || i > 0 && names[i-1] >= name {
			return incomplete("SignedHeaders must be names of headers in lower case and ascending order, joined by ';', got '" + list + "'")
		}
	}
	c.headers, c.SignedHeaders = list, names
	if !c.signs("host") {
		return doesNotMatch(hostUnsignedMessage)
	}
	return nil
}

func (c *Claim) signs(name string) bool {
	_, found := slices.BinarySearch(c.SignedHeaders, name)
	return found
}

// isSignedHeaderName tells whether name is a token of RFC 9110, section 5.6.2, without capitals.
func isSignedHeaderName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0) {
			return false
		}
	}
	return name != ""
}
