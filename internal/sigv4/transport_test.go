package sigv4

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// verifying answers 200 with the body that a handler reads after Verify, or the refusal's status and message.
func verifying(t *testing.T) http.Handler {
	v := newVerifier(time.Time{})
	v.Now = time.Now
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := v.Verify(r, Expectation{Service: "sts"}); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		if _, err := io.Copy(w, r.Body); err != nil {
			t.Errorf("copy the body: %v", err)
		}
	})
}

func TestVerifyOverTheWire(t *testing.T) {
	plain := httptest.NewServer(verifying(t))
	defer plain.Close()
	http2 := httptest.NewUnstartedServer(verifying(t))
	http2.EnableHTTP2 = true
	http2.StartTLS()
	defer http2.Close()

	expect := http.Header{"Expect": {"100-continue"}, "Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}}
	orders := map[string]order{
		"get":                 {url: "/?Action=GetCallerIdentity&Version=2011-06-15"},
		"empty path":          {url: "?Action=GetCallerIdentity&Version=2011-06-15"},
		"post":                {method: http.MethodPost, url: "/", body: form, header: expect},
		"escapes in the path": {url: "/tags/arn%3Aaws%3Aeks%2Fx~y?k=a%2Fb"},
		"another host":        {url: "/", host: "sts.us-east-2.amazonaws.com"},
	}
	for name, o := range orders {
		for version, server := range map[string]*httptest.Server{"HTTP/1.1": plain, "HTTP/2.0": http2} {
			t.Run(name+" over "+version, func(t *testing.T) {
				o := o
				o.url, o.at = server.URL+o.url, time.Now()
				response, err := server.Client().Do(o.signed(t))
				if err != nil {
					t.Fatal(err)
				}
				defer response.Body.Close()
				if got := readAll(t, response.Body); response.StatusCode != http.StatusOK || got != o.body || response.Proto != version {
					t.Errorf("got %s %s: %q, want the body %q", response.Proto, response.Status, got, o.body)
				}
			})
		}
	}
}

// Clients that send a default port sign the host without it; the scheme decides which port that is.
func TestVerifyTakesTheDefaultPortOfTLS(t *testing.T) {
	r := order{}.signed(t)
	r.Host += ":443"
	r.TLS = &tls.ConnectionState{}
	if _, err := newVerifier(signingTime).Verify(r, wantSTS); err != nil {
		t.Error(err)
	}
	r.Host = strings.Replace(r.Host, ":443", ":80", 1)
	_, err := newVerifier(signingTime).Verify(r, wantSTS)
	refusal(t, err, CodeMismatch, mismatchMessage)
}

// No client of ours sends these lines; a server must answer them all the same.
func TestVerifyAnswersGarbageFromTheWire(t *testing.T) {
	server := httptest.NewServer(verifying(t))
	defer server.Close()
	for _, line := range []string{
		"GET /?%zz HTTP/1.1", "GET /?a;b HTTP/1.1", "GET //../..//?X-Amz-Signature HTTP/1.1",
		"GET http://sts.amazonaws.com/?Action=GetCallerIdentity HTTP/1.1", "GET /?#&=&==&%00=\xff HTTP/1.1",
	} {
		t.Run(line, func(t *testing.T) {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, line+"\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			if got := readAll(t, conn); !strings.HasPrefix(got, "HTTP/1.1 4") {
				t.Errorf("got %q, want a status of 400 to 499", got)
			}
		})
	}
}
