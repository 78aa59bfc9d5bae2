package sigv4

import (
	"strings"
	"testing"
)

func TestVerifyChecksTheCredentialScope(t *testing.T) {
	tests := map[string]struct {
		change change
		want   Expectation
		text   string
	}{
		"right":            {nil, Expectation{Service: "sts", Region: "us-east-2"}, ""},
		"any region":       {nil, Expectation{Service: "sts"}, ""},
		"another region":   {nil, Expectation{Service: "sts", Region: "us-east-1"}, "Credential should be scoped to a valid region."},
		"another service":  {nil, Expectation{Service: "eks"}, "Credential should be scoped to correct service: 'eks'."},
		"malformed region": {replaceAuthorization("us-east-2", "US_EAST"), Expectation{Service: "sts"}, "Credential should be scoped to a valid region."},
		"empty region":     {replaceAuthorization("us-east-2", ""), Expectation{Service: "sts"}, "Credential should be scoped to a valid region."},
		"endless region":   {replaceAuthorization("us-east-2", strings.Repeat("a", 64)), Expectation{Service: "sts"}, "Credential should be scoped to a valid region."},
		"another day":      {replaceAuthorization("20260314", "20260313"), wantSTS, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260313' != '20260314', from '20260314T150926Z'."},
		"another end":      {replaceAuthorization("aws4_request", "aws5_request"), wantSTS, "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'."},
		"all at once": {replaceAuthorization("20260314/us-east-2/sts/aws4_request", "x/X/x/x"), wantSTS,
			"valid region. Credential should be scoped to correct service: 'sts'. Credential should be scoped with a valid terminator: 'aws4_request', not 'x'. Date in"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := order{}.signed(t)
			if tt.change != nil {
				tt.change(r)
			}
			_, err := newVerifier(signingTime).Verify(r, tt.want)
			wantRefusalOrNone(t, err, CodeMismatch, tt.text)
		})
	}
}
