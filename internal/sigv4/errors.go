package sigv4

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// The codes are those of AWS's query protocol. Services that speak JSON rename some of them (SignatureDoesNotMatch is
// InvalidSignatureException there); that is the business of the protocol, not of the verifier.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
const (
	CodeMissingToken    = "MissingAuthenticationToken"
	CodeIncomplete      = "IncompleteSignature"
	CodeMismatch        = "SignatureDoesNotMatch"
	CodeRequestExpired  = "RequestExpired"
	CodeMalformedQuery  = "MalformedQueryString"
	CodeRequestTooLarge = "RequestEntityTooLarge"
)

const (
	mismatchMessage      = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	missingTokenMessage  = "Request is missing Authentication Token"
	hostUnsignedMessage  = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
	bothPlacesMessage    = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
	reexamineQueryPhrase = "Re-examine the query-string parameters."
)

// Error is a refusal as AWS words it. A KeySource returns one for an unknown key or a bad session token, and Verify
// hands that on as it is.
type Error struct {
	Code    string // AWS's error code, such as SignatureDoesNotMatch
	Message string // AWS's message; for a mismatch it ends with Canonical and StringToSign, as AWS prints them
	Status  int    // HTTP status that AWS answers with

	Canonical    string // the canonical request that was expected; only for a mismatch
	StringToSign string // the string to sign that was expected; only for a mismatch
}

// Error gives code and message in one line of text or, for a mismatch, several.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

func missingToken() *Error {
	return &Error{Code: CodeMissingToken, Message: missingTokenMessage, Status: http.StatusForbidden}
}

// incomplete has status 400, which is what SES and SQS are seen to answer (brendanhay/amazonka#316 and #5).
func incomplete(message string) *Error {
	return &Error{Code: CodeIncomplete, Message: message, Status: http.StatusBadRequest}
}

func doesNotMatch(message string) *Error {
	return &Error{Code: CodeMismatch, Message: message, Status: http.StatusForbidden}
}

// malformedQuery has status 404 as the table of common errors gives it.
func malformedQuery(message string) *Error {
	return &Error{Code: CodeMalformedQuery, Message: message, Status: http.StatusNotFound}
}

// mismatch prints the canonical request and the string to sign the way that AWS does (carsales/aws-request-signer#10).
func mismatch(canonical, stringToSign string) *Error {
	var text strings.Builder
	text.WriteString(mismatchMessage)
	text.WriteString("\n\nThe Canonical String for this request should have been\n'")
	text.WriteString(canonical)
	text.WriteString("'\n\nThe String-to-Sign should have been\n'")
	text.WriteString(stringToSign)
	text.WriteString("'\n")
	e := doesNotMatch(text.String())
	e.Canonical, e.StringToSign = canonical, stringToSign
	return e
}

// digest stands for an Authorization header in a message: AWS shows its hash, so that a log never holds a credential.
func digest(authorization string) string {
	sum := sha256.Sum256([]byte(authorization))
	return base64.StdEncoding.EncodeToString(sum[:])
}
