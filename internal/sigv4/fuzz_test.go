package sigv4

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// meaning is what a handler reads from a request. Two requests with one meaning may have one signature; two with
// different meanings never.
type meaning struct {
	Method, Path, Host, Body string
	Query                    url.Values
	Header                   map[string]string
}

func meaningOf(t *testing.T, r *http.Request, body string, signed []string) meaning {
	m := meaning{Method: r.Method, Host: strings.TrimSuffix(r.Host, ":80"), Body: body, Header: map[string]string{}}
	m.Path = path.Clean("/" + r.URL.EscapedPath())
	if m.Path != "/" && strings.HasSuffix(r.URL.EscapedPath(), "/") {
		m.Path += "/"
	}
	var err error
	if m.Query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		t.Fatalf("accepted a query that no handler can read: %v", err)
	}
	for _, values := range m.Query {
		slices.Sort(values)
	}
	for _, name := range signed {
		if name == "host" {
			continue
		}
		var values []string
		for _, value := range r.Header.Values(name) {
			values = append(values, strings.Join(strings.FieldsFunc(value, func(c rune) bool { return c == ' ' }), " "))
		}
		m.Header[name] = strings.Join(values, ",")
	}
	return m
}

// FuzzVerify holds that a changed request is accepted only where the change has no meaning.
func FuzzVerify(f *testing.F) {
	f.Add(true, "GET", "/clusters/dev", "a=b&c", "a b", "sts.us-east-2.amazonaws.com", "body")
	f.Add(false, "POST", "/clusters/dev", "c=&a=b", "a  b", "sts.us-east-2.amazonaws.com:80", "body")
	f.Add(false, "GET", "//clusters/./dev", "%61=b&&c", " a b ", "sts.us-east-2.amazonaws.com", "body")
	f.Add(true, "GET", "/clusters%2Fdev", "a=b&c&X-Amz-Date=1", "a b", "host", "body")
	f.Add(false, "GET", "/clusters/x/../dev", "a=b;c", "a\tb", "", "")
	f.Fuzz(func(t *testing.T, presigned bool, method, rawPath, query, tag, host, body string) {
		o := order{
			url: "http://sts.us-east-2.amazonaws.com/clusters/dev?a=b&c", body: "body",
			header: http.Header{"X-Tag": {"a b"}},
		}
		sign := o.signed
		if presigned {
			sign = o.presigned
		}
		original, changed := sign(t), sign(t)
		if !alter(changed, method, rawPath, query, tag, host, body) {
			t.Skip()
		}
		signature, err := newVerifier(signingTime).Verify(changed, Expectation{Service: "sts"})
		if err != nil {
			var refused *Error
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want an *Error", err)
			}
			return
		}
		want := meaningOf(t, original, "body", signature.SignedHeaders)
		if diff := cmp.Diff(want, meaningOf(t, changed, body, signature.SignedHeaders)); diff != "" {
			t.Fatalf("accepted with another meaning (-signed +accepted):\n%s", diff)
		}
	})
}

// alter changes every part of a request; false where no server could receive the result.
func alter(r *http.Request, method, rawPath, query, tag, host, body string) bool {
	u, err := url.ParseRequestURI("/" + strings.TrimPrefix(rawPath, "/"))
	if err != nil || method == "" {
		return false
	}
	r.Method, r.Host = method, host
	r.URL.Path, r.URL.RawPath = u.Path, u.RawPath
	r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "a=b&c=", query, 1)
	r.Header.Set("X-Tag", tag)
	r.Body = io.NopCloser(strings.NewReader(body))
	return true
}

// FuzzVerifyRaw reads whole requests, as a server does, and holds that nothing panics and nothing gets in.
func FuzzVerifyRaw(f *testing.F) {
	f.Add("GET /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE/20260314/us-east-2/sts/aws4_request&X-Amz-Date=20260314T150926Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0 HTTP/1.1\r\nHost: x\r\n\r\n")
	f.Add("POST // HTTP/1.1\r\nHost: x:80\r\nX-Amz-Date: 20260314T150926Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260314/us-east-2/sts/aws4_request, SignedHeaders=host;x-amz-date, Signature=0\r\nContent-Length: 3\r\n\r\nabc")
	f.Fuzz(func(t *testing.T, raw string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			t.Skip()
		}
		if signature, err := newVerifier(signingTime).Verify(r, wantSTS); err == nil {
			t.Fatalf("accepted %q as %+v", raw, signature)
		}
	})
}
