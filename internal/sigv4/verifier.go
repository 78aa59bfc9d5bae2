package sigv4

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Verifier checks AWS Signature Version 4 signatures, in the Authorization header or presigned in the query. It is
// safe for concurrent use and must not be copied after its first use.
type Verifier struct {
	Now     func() time.Time
	Keys    KeySource
	MaxBody int64 // bytes of a request body that are read and hashed; 0 means DefaultMaxBody

	signingKeys keyCache
}

// KeySource finds the secret of an access key. sessionToken is empty for long-term keys; the source decides whether key
// and token belong together and are in force. Its error is handed on as it is: an *Error (InvalidClientTokenId, ExpiredToken)
// refuses the caller, any other is a failure of the source.
type KeySource func(ctx context.Context, accessKeyID, sessionToken string) (Key, error)

// Key is what a KeySource knows of an access key.
type Key struct {
	Secret   string
	Identity any // handed through to Signature untouched
}

// Expectation is what the receiver of a request wants of its signature.
type Expectation struct {
	Service string // signing name that the scope must have
	Region  string // region that the scope must have; empty accepts any well-formed one

	// Lifetime, when not zero, replaces X-Amz-Expires of presigned requests. STS ignores that parameter: a presigned
	// GetCallerIdentity is good for 15 minutes, also where old clients send 0 (kubernetes-sigs/aws-iam-authenticator#753).
	Lifetime time.Duration
}

// Signature is what a verified request proves.
type Signature struct {
	Claim
	Identity    any    // from the KeySource
	PayloadHash string // SHA-256 of the body, in hexadecimal

	canonical    []byte
	stringToSign []byte
}

// CanonicalRequest is the canonical request whose hash was signed.
func (s *Signature) CanonicalRequest() string { return string(s.canonical) }

// StringToSign is the text that was signed.
func (s *Signature) StringToSign() string { return string(s.stringToSign) }

// Verify checks the signature of r. The body is read up to MaxBody bytes, only once the access key is known, and is put
// back for the handler. Paths that differ in empty and dot segments alone have one canonical form, as on AWS; whoever
// routes by path must route by that form or refuse the others.
//
// A refusal is an *Error. Any other error is a failure of the KeySource or of reading the body.
func (v *Verifier) Verify(r *http.Request, want Expectation) (*Signature, error) {
	claim, err := Parse(r)
	if err != nil {
		return nil, err
	}
	if err := claim.check(r.Header, v.Now(), want); err != nil {
		return nil, err
	}
	key, err := v.Keys(r.Context(), claim.AccessKeyID, claim.SessionToken)
	if err != nil {
		return nil, err
	}
	if key.Secret == "" {
		return nil, fmt.Errorf("verify a signature: the key source knows no secret for access key %q", claim.AccessKeyID)
	}
	payloadHash, err := hashPayload(r, v.MaxBody)
	if err != nil {
		return nil, err
	}
	s := &Signature{Claim: *claim, Identity: key.Identity, PayloadHash: payloadHash}
	if err := s.prove(r, v.signingKeys.get(key.Secret, claim.Scope)); err != nil {
		return nil, err
	}
	return s, nil
}

// check is everything that needs no key.
func (c *Claim) check(h http.Header, now time.Time, want Expectation) error {
	if err := c.checkScope(want); err != nil {
		return err
	}
	if err := c.checkTime(now, want.Lifetime); err != nil {
		return err
	}
	return c.checkUnsigned(h)
}

// prove computes the signature and compares it with the one claimed. A declared payload hash has to be the hash of the
// body: UNSIGNED-PAYLOAD and the STREAMING-* forms are for S3 alone.
func (s *Signature) prove(r *http.Request, key signingKey) error {
	matches, err := s.matches(r, r.Host, key)
	if err != nil {
		return err
	}
	declared, isDeclared := r.Header[headerContentHash]
	if isDeclared && (len(declared) != 1 || declared[0] != s.PayloadHash) {
		return mismatch(s.CanonicalRequest(), s.StringToSign())
	}
	if matches {
		return nil
	}
	refusal := mismatch(s.CanonicalRequest(), s.StringToSign())
	bare, ok := withoutDefaultPort(r)
	if !ok {
		return refusal
	}
	if matches, err = s.matches(r, bare, key); err != nil {
		return err
	}
	if !matches {
		return refusal
	}
	return nil
}

// withoutDefaultPort gives the host without the port that its scheme implies. Clients sign the host without it, while
// the HTTP library beneath them, or a proxy, may send it; both name the same authority (RFC 9110, section 4.2.3).
func withoutDefaultPort(r *http.Request) (string, bool) {
	if r.TLS != nil {
		return strings.CutSuffix(r.Host, ":443")
	}
	return strings.CutSuffix(r.Host, ":80")
}

func (s *Signature) matches(r *http.Request, host string, key signingKey) (bool, error) {
	canonical, err := s.canonicalRequest(r, host, s.PayloadHash)
	if err != nil {
		return false, err
	}
	s.canonical = canonical
	s.stringToSign = s.appendStringToSign(make([]byte, 0, 192), canonical)
	sum := sign(key[:], s.stringToSign)
	var want [2 * sha256.Size]byte
	hex.Encode(want[:], sum[:])
	return subtle.ConstantTimeCompare(want[:], []byte(s.signature)) == 1, nil
}

func (c *Claim) appendStringToSign(out, canonical []byte) []byte {
	for _, part := range [...]string{algorithm, "\n", c.date, "\n", c.Scope.Date, "/", c.Scope.Region, "/", c.Scope.Service, "/", terminator, "\n"} {
		out = append(out, part...)
	}
	sum := sha256.Sum256(canonical)
	return hex.AppendEncode(out, sum[:])
}
