package sigv4

import (
	"strconv"
	"testing"
	"time"
)

func TestVerifyHoldsSignedRequestsToFifteenMinutes(t *testing.T) {
	tests := map[string]struct {
		skew time.Duration // of the verifier's clock against the time of signing
		text string
	}{
		"just now":              {0, ""},
		"fifteen minutes late":  {15 * time.Minute, ""},
		"fifteen minutes early": {-15 * time.Minute, ""},
		"later":                 {15*time.Minute + time.Second, "Signature expired: 20260314T150926Z is now earlier than 20260314T150927Z (20260314T152427Z - 15 min.)"},
		"earlier":               {-15*time.Minute - time.Second, "Signature not yet current: 20260314T150926Z is still later than 20260314T150925Z (20260314T145425Z + 15 min.)"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := newVerifier(signingTime.Add(tt.skew)).Verify(order{}.signed(t), wantSTS)
			wantRefusalOrNone(t, err, CodeMismatch, tt.text)
		})
	}
}

func TestLifetimeIsForPresignedRequestsAlone(t *testing.T) {
	want := Expectation{Service: "sts", Lifetime: time.Hour}
	_, err := newVerifier(signingTime.Add(16*time.Minute)).Verify(order{}.signed(t), want)
	refusal(t, err, CodeMismatch, "Signature expired")
	if _, err := newVerifier(signingTime.Add(16*time.Minute)).Verify(order{}.presigned(t), want); err != nil {
		t.Errorf("presigned: %v", err)
	}
}

func TestVerifyHoldsPresignedRequestsToTheirLifetime(t *testing.T) {
	const lifetime = 15 * time.Minute
	tests := map[string]struct {
		expires    string // X-Amz-Expires, where there is one
		age        time.Duration
		lifetime   time.Duration // what the receiver wants
		code, text string
	}{
		"STS, old client":               {"0", 14 * time.Minute, lifetime, "", ""},
		"STS, aws CLI":                  {"60", 15 * time.Minute, lifetime, "", ""},
		"STS, no expiry":                {"", 15 * time.Minute, lifetime, "", ""},
		"STS, an hour":                  {"3600", 15*time.Minute + time.Second, lifetime, CodeMismatch, "(20260314T152427Z - 15 min.)"},
		"STS, clock of the signer fast": {"60", -15*time.Minute - time.Second, lifetime, CodeMismatch, "Signature not yet current"},
		"others, in time":               {"60", time.Minute, 0, "", ""},
		"others, late":                  {"60", time.Minute + time.Second, 0, CodeRequestExpired, "Request has expired."},
		"others, an hour":               {"3600", time.Hour, 0, "", ""},
		"others, more than seven days":  {"604801", 0, 0, CodeIncomplete, "604800"},
		"others, not a number":          {"-1", 0, 0, CodeIncomplete, "got '-1'"},
		"others, huge number":           {"99999999999999999999", 0, 0, CodeIncomplete, "X-Amz-Expires"},
		"others, no expiry":             {"", 15*time.Minute + time.Second, 0, CodeMismatch, "Signature expired"},
		"others, fast clock":            {"604800", -16 * time.Minute, 0, CodeMismatch, "Signature not yet current"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := order{url: stsURL}
			if tt.expires != "" {
				o.url += "&X-Amz-Expires=" + tt.expires
			}
			want := Expectation{Service: "sts", Lifetime: tt.lifetime}
			_, err := newVerifier(signingTime.Add(tt.age)).Verify(o.presigned(t), want)
			wantRefusalOrNone(t, err, tt.code, tt.text)
		})
	}
}

func TestClockMessagesNameTheLifetime(t *testing.T) {
	for _, n := range []int{5, 15} {
		r := order{}.presigned(t)
		want := Expectation{Service: "sts", Lifetime: time.Duration(n) * time.Minute}
		_, err := newVerifier(signingTime.Add(time.Hour)).Verify(r, want)
		refusal(t, err, CodeMismatch, " - "+strconv.Itoa(n)+" min.)")
	}
}

func wantRefusalOrNone(t *testing.T, err error, code, text string) {
	t.Helper()
	if text != "" {
		refusal(t, err, code, text)
	} else if err != nil {
		t.Error(err)
	}
}
