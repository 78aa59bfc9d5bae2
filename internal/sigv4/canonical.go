package sigv4

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// canonicalRequest is the request as the signer must have seen it:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
func (c *Claim) canonicalRequest(r *http.Request, host, payloadHash string) ([]byte, error) {
	out := make([]byte, 0, 512+len(r.URL.RawQuery)+len(c.SessionToken))
	out = append(out, methodOf(r)...)
	out = append(out, '\n')
	path, err := rawPath(r.URL)
	if err != nil {
		return nil, err
	}
	out = appendPath(out, path)
	out = append(out, '\n')
	out = appendQuery(out, c.query)
	out = append(out, '\n')
	for _, name := range c.SignedHeaders {
		if out, err = appendHeader(out, r, name, host); err != nil {
			return nil, err
		}
	}
	out = append(out, '\n')
	out = append(out, c.headers...)
	out = append(out, '\n')
	return append(out, payloadHash...), nil
}

// methodOf reads the empty method as GET, as package net/http does for requests that a client makes.
func methodOf(r *http.Request) string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

// rawPath is the path as it was sent. URL.RawPath holds it where the default encoding of URL.Path would differ. If
// somebody changed one of the two, what is verified would not be what is served, so that is an error.
func rawPath(u *url.URL) (string, error) {
	if u.RawPath == "" {
		return u.EscapedPath(), nil
	}
	if path, err := url.PathUnescape(u.RawPath); err != nil || path != u.Path {
		return "", malformedQuery("The path contains a malformed escape sequence.")
	}
	return u.RawPath, nil
}

// appendPath normalises the path (no empty and no dot segments, an empty path is "/") and encodes each segment once more,
// so that "%2F" becomes "%252F". That is the rule for all services but S3.
func appendPath(out []byte, path string) []byte {
	start := len(out)
	for rest := path; rest != ""; {
		var segment string
		segment, rest, _ = strings.Cut(rest, "/")
		switch segment {
		case "", ".":
		case "..":
			out = out[:max(start, start+bytes.LastIndexByte(out[start:], '/'))]
		default:
			out = append(out, '/')
			for i := range len(segment) {
				out = appendEscaped(out, segment[i])
			}
		}
	}
	if len(out) == start || strings.HasSuffix(path, "/") {
		out = append(out, '/')
	}
	return out
}

// appendQuery leaves out the signature, which cannot sign itself.
func appendQuery(out []byte, query []parameter) []byte {
	first := true
	for i := range query {
		if query[i].name == querySignature {
			continue
		}
		if !first {
			out = append(out, '&')
		}
		first = false
		out = append(out, query[i].name...)
		out = append(out, '=')
		out = append(out, query[i].value...)
	}
	return out
}

// appendHeader writes one signed header. Its value comes from a header and from nowhere else; a listed header that is
// not there is refused, since nobody could have checked what it claims. Package net/http keeps Host apart from the
// headers, and Content-Length too in a request that did not come over the wire.
func appendHeader(out []byte, r *http.Request, name, host string) ([]byte, error) {
	out = append(out, name...)
	out = append(out, ':')
	if name == "host" && host != "" {
		return append(appendValue(out, host), '\n'), nil
	}
	values := r.Header[http.CanonicalHeaderKey(name)]
	switch {
	case len(values) > 0:
	case name == "content-length" && r.ContentLength > 0:
		return append(strconv.AppendInt(out, r.ContentLength, 10), '\n'), nil
	default:
		return nil, doesNotMatch("The header '" + name + "' is a 'SignedHeader' in the AWS Authorization, but not in the request.")
	}
	for i, value := range values {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendValue(out, value)
	}
	return append(out, '\n'), nil
}

// appendValue trims a value and makes one blank of each run of blanks.
func appendValue(out []byte, value string) []byte {
	value = strings.Trim(value, " \t\r\n")
	for i := range len(value) {
		if value[i] == ' ' && value[i-1] == ' ' {
			continue
		}
		out = append(out, value[i])
	}
	return out
}

// checkUnsigned refuses X-Amz-* headers that the signature does not cover. The specification wants all of them signed; only
// the declared payload hash may go unsigned, as the hash itself is part of the canonical request.
func (c *Claim) checkUnsigned(h http.Header) error {
	for key := range h {
		if !hasAmzPrefix(key) || key == headerContentHash {
			continue
		}
		if name := strings.ToLower(key); !c.signs(name) {
			return doesNotMatch("There were headers present in the request which were not signed: " + name)
		}
	}
	return nil
}
