package sigv4

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

const form = "Action=GetCallerIdentity&Version=2011-06-15"

func postedForm(t *testing.T) *http.Request {
	t.Helper()
	return order{
		method: http.MethodPost, url: "https://sts.us-east-2.amazonaws.com/", body: form,
		header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	}.signed(t)
}

func TestVerifyPutsTheBodyBack(t *testing.T) {
	r := postedForm(t)
	closed := false
	r.Body = closing{r.Body, &closed}
	if _, err := newVerifier(signingTime).Verify(r, wantSTS); err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, r.Body); got != form {
		t.Errorf("got body %q, want %q", got, form)
	}
	if err := r.Body.Close(); err != nil || !closed {
		t.Errorf("close gave %v, original closed %v; want it closed", err, closed)
	}
}

type closing struct {
	io.Reader
	closed *bool
}

func (c closing) Close() error { *c.closed = true; return nil }

func TestVerifyRefusesAnotherBody(t *testing.T) {
	r := postedForm(t)
	r.Body = io.NopCloser(strings.NewReader(strings.Replace(form, "2011", "2012", 1)))
	_, err := newVerifier(signingTime).Verify(r, wantSTS)
	refusal(t, err, CodeMismatch, mismatchMessage)
}

func TestVerifyBoundsTheBody(t *testing.T) {
	tests := map[string]struct {
		limit         int64
		contentLength int64
		refused       bool
	}{
		"as long as the limit":         {int64(len(form)), int64(len(form)), false},
		"longer, declared":             {int64(len(form)) - 1, int64(len(form)), true},
		"longer than it was declared":  {int64(len(form)) - 1, 1, true},
		"the default limit":            {0, int64(len(form)), false},
		"longer than the default":      {0, DefaultMaxBody + 1, true},
		"longer, of undeclared length": {int64(len(form)) - 1, -1, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := postedForm(t)
			r.ContentLength = tt.contentLength
			r.Header.Set("Content-Length", "43")
			v := newVerifier(signingTime)
			v.MaxBody = tt.limit
			_, err := v.Verify(r, wantSTS)
			if tt.refused {
				refusal(t, err, CodeRequestTooLarge, "larger than")
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestVerifyReadsNoBodyOfAnUnknownKey(t *testing.T) {
	r := postedForm(t)
	replaceAuthorization(accessKeyID, "AKIAUNKNOWN")(r)
	r.Body = io.NopCloser(iotest.ErrReader(errors.New("was read")))
	_, err := newVerifier(signingTime).Verify(r, wantSTS)
	refusal(t, err, "InvalidClientTokenId", "security token")
}

func TestVerifyReportsABodyThatBreaksOff(t *testing.T) {
	r := postedForm(t)
	broken := errors.New("connection reset")
	r.Body = io.NopCloser(iotest.ErrReader(broken))
	if _, err := newVerifier(signingTime).Verify(r, wantSTS); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}
