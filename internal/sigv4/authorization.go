package sigv4

import (
	"net/http"
	"strings"
)

// authorization is an Authorization header taken apart.
type authorization struct {
	algorithm, credential, signedHeaders, signature string
}

// readHeader fills the claim from the Authorization header and the date and token headers that go with it.
func (c *Claim) readHeader(h http.Header) error {
	if len(h["Authorization"]) > 1 || len(h[headerDate]) > 1 || len(h[headerSecurityToken]) > 1 {
		return incomplete("Authorization, X-Amz-Date and X-Amz-Security-Token headers must not be repeated.")
	}
	text := h.Get("Authorization")
	auth, err := parseAuthorization(text)
	if err != nil {
		return err
	}
	date := h.Get(headerDate)
	if date == "" {
		date = h.Get("Date")
	}
	if err := auth.complete(date, text); err != nil {
		return err
	}
	c.signature = auth.signature
	c.SessionToken = h.Get(headerSecurityToken)
	return c.readFields(auth.credential, date, auth.signedHeaders)
}

func (c *Claim) readFields(credential, date, signedHeaders string) error {
	if err := c.readCredential(credential); err != nil {
		return err
	}
	if err := c.readDate(date); err != nil {
		return err
	}
	return c.readSignedHeaders(signedHeaders)
}

// parseAuthorization reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`. Blanks after the commas may
// be missing, as some clients leave them out. No parameter may be there twice and none may be unknown.
func parseAuthorization(text string) (authorization, error) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	auth := authorization{algorithm: scheme}
	for rest != "" {
		var pair string
		pair, rest, _ = strings.Cut(rest, ",")
		name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok {
			return auth, incomplete("Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" + digest(text) + "'.")
		}
		field := auth.field(name)
		if field == nil || *field != "" {
			return auth, incomplete("Authorization header has an unknown or repeated parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=" + digest(text))
		}
		*field = value
	}
	return auth, nil
}

func (a *authorization) field(name string) *string {
	switch name {
	case "Credential":
		return &a.credential
	case "SignedHeaders":
		return &a.signedHeaders
	case "Signature":
		return &a.signature
	}
	return nil
}

// complete names everything that is missing in one message, as AWS does (aws/chalice#828).
func (a *authorization) complete(date, text string) error {
	var missing strings.Builder
	for _, p := range [...]struct{ name, value string }{
		{"Credential", a.credential}, {"Signature", a.signature}, {"SignedHeaders", a.signedHeaders},
	} {
		if p.value == "" {
			missing.WriteString("Authorization header requires '" + p.name + "' parameter. ")
		}
	}
	if date == "" {
		missing.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	if missing.Len() > 0 {
		return incomplete(missing.String() + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + digest(text))
	}
	return supported(a.algorithm)
}

func supported(name string) error {
	if name != algorithm {
		return incomplete("Unsupported AWS 'algorithm': '" + name + "'.")
	}
	return nil
}
