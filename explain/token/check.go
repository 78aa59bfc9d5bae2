package token

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/internal/sigv4"
)

// Problem is one reason for which a token is refused.
type Problem struct {
	// Cause is the number in the catalogue of causes; 0 if it has none.
	Cause int `json:"cause,omitempty"`
	// Text is what the authenticator logs, or what STS would say.
	Text string `json:"text"`
	// Fix says what to do.
	Fix string `json:"fix,omitempty"`
}

// causes are the authenticator's messages by a part of their text.
var causes = []struct {
	part  string
	cause int
	fix   string
}{
	{"is too large", 50, "make the session smaller: fewer session tags, a shorter session policy"},
	{"is missing expected", 0, "let the client run aws eks get-token"},
	{`unexpected scheme ""`, 0, "the token is damaged: let the client run aws eks get-token"},
	{"illegal base64", 0, "the token is damaged: let the client run aws eks get-token"},
	{"unexpected scheme", 49, "make the token with AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"},
	{"unexpected hostname", 49, "make the token with AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"},
	{"could not parse region", 49, "make the token with AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"},
	{"does not support hostname", 48, "make the token in a region of the cluster's partition"},
	{"global endpoint unsupported", 48, "set AWS_STS_REGIONAL_ENDPOINTS=regional"},
	{"did not sign the x-k8s-aws-id", 39, "sign the header x-k8s-aws-id with the cluster's name"},
	{"is expired", 36, "make a new token; let the client run its plugin instead of keeping a token"},
}

// Check returns why the authenticator of a cluster in a partition and region would refuse a token, in its own words; nil if it
// would send the token to STS. The authenticator stops at the first fault, and looks at the date last.
func Check(text, partition, region string) *Problem {
	err := authenticator.CheckToken(text, partition, region)
	if err == nil {
		return nil
	}
	return ProblemOf(err.Error())
}

// ProblemOf is the problem behind what an authenticator has logged of a token.
func ProblemOf(text string) *Problem {
	problem := &Problem{Text: text}
	for _, known := range causes {
		if strings.Contains(problem.Text, known.part) {
			problem.Cause, problem.Fix = known.cause, known.fix
			break
		}
	}
	return problem
}

// CheckSTS returns why STS would refuse a token, as far as that shows without the secret key.
func (t *Token) CheckSTS(now time.Time) []Problem {
	var problems []Problem
	add := func(cause int, fix, format string, args ...any) {
		problems = append(problems, Problem{cause, fmt.Sprintf(format, args...), fix})
	}
	if ahead := -t.Age(now); !t.Signed.IsZero() && ahead > sigv4.MaxSkew {
		add(37, "set the client's clock", "Signature not yet current: the token's date is %s ahead", ahead.Round(time.Second))
	}
	scope := strings.Split(t.Scope, "/")
	if len(scope) != 4 {
		add(0, "", "the credential scope %q has not the form date/region/service/aws4_request", t.Scope)
		return problems
	}
	if t.Region != "" && t.Region != "global" && scope[1] != t.Region {
		add(46, "sign for "+t.Region, "Credential should be scoped to a valid region: the host is of %s, the scope of %s", t.Region, scope[1])
	}
	if t.Region == "global" && scope[1] != "us-east-1" {
		add(46, "sign for us-east-1, or name a regional endpoint", "Credential should be scoped to a valid region: the global endpoint wants us-east-1, the scope is of %s", scope[1])
	}
	if scope[2] != "sts" {
		add(46, "sign for sts", "Credential should be scoped to correct service: 'sts', not %q", scope[2])
	}
	if !t.Signed.IsZero() && scope[0] != t.Signed.Format("20060102") {
		add(40, "", "SignatureDoesNotMatch: the scope is of %s and the token of %s", scope[0], t.Signed.Format("20060102"))
	}
	t.checkKey(add)
	return problems
}

// signatureSize is that of a SHA-256 in hexadecimal.
const signatureSize = 64

func (t *Token) checkKey(add func(cause int, fix, format string, args ...any)) {
	switch {
	case t.AccessKeyID == "":
		add(40, "", "InvalidClientTokenId: the token names no access key")
	case t.Temporary && !t.SessionToken:
		add(40, "sign with AWS_SESSION_TOKEN as well", "InvalidClientTokenId: the key %s is a session's, and the token has no session token", t.AccessKeyID)
	case strings.HasPrefix(t.AccessKeyID, "AKIA") && t.SessionToken:
		add(40, "unset AWS_SESSION_TOKEN", "InvalidClientTokenId: the key %s is a user's own, and the token has a session token", t.AccessKeyID)
	}
	if t.signature != signatureSize {
		add(40, "paste the whole token", "SignatureDoesNotMatch: the signature has %d of %d characters: the token is truncated", t.signature, signatureSize)
	}
	if !slices.Contains(t.SignedHeaders, "host") {
		add(39, "sign the header host", "SignatureDoesNotMatch: the header host is not signed")
	}
}
