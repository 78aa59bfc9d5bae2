package sigv4

import (
	"net/http"
	"strings"
	"testing"
)

// change alters one thing of a valid request.
type change func(r *http.Request)

func setHeader(name, value string) change {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func addHeader(name, value string) change {
	return func(r *http.Request) { r.Header.Add(name, value) }
}

func dropHeader(name string) change {
	return func(r *http.Request) { r.Header.Del(name) }
}

func addQuery(raw string) change {
	return func(r *http.Request) { r.URL.RawQuery += raw }
}

func replaceQuery(old, by string) change {
	return func(r *http.Request) { r.URL.RawQuery = replaceOnce(r.URL.RawQuery, old, by) }
}

func replaceAuthorization(old, by string) change {
	return func(r *http.Request) {
		r.Header.Set("Authorization", replaceOnce(r.Header.Get("Authorization"), old, by))
	}
}

// replaceOnce panics where there is nothing to replace, so that no case passes by changing nothing.
func replaceOnce(text, old, by string) string {
	if !strings.Contains(text, old) {
		panic("no " + old + " in " + text)
	}
	return strings.Replace(text, old, by, 1)
}

type pitfall struct {
	change     change
	code, text string
}

const hashed = "(Hashed with SHA-256 and encoded with Base64) Authorization="

func TestVerifyRefusesASignedRequestWithOneThingChanged(t *testing.T) {
	tests := map[string]pitfall{
		"method":                        {func(r *http.Request) { r.Method = http.MethodPost }, CodeMismatch, mismatchMessage},
		"path":                          {func(r *http.Request) { r.URL.Path = "/other" }, CodeMismatch, mismatchMessage},
		"path and raw path apart":       {func(r *http.Request) { r.URL.RawPath = "/%2F" }, CodeMalformedQuery, "path"},
		"value in the query":            {replaceQuery("GetCallerIdentity", "GetSessionToken"), CodeMismatch, mismatchMessage},
		"parameter more":                {addQuery("&DurationSeconds=900"), CodeMismatch, mismatchMessage},
		"repeated Action":               {addQuery("&Action=GetSessionToken"), CodeMalformedQuery, "more than once"},
		"repeated Action, other case":   {addQuery("&action=GetSessionToken"), CodeMalformedQuery, "more than once"},
		"repeated Action, escaped":      {addQuery("&%41ction=GetSessionToken"), CodeMalformedQuery, "more than once"},
		"raw semicolon":                 {addQuery(";a=b"), CodeMalformedQuery, "';'"},
		"malformed escape":              {addQuery("&a=%zz"), CodeMalformedQuery, "malformed escape"},
		"cut escape":                    {addQuery("&a=%4"), CodeMalformedQuery, "malformed escape"},
		"malformed escape in a name":    {addQuery("&%=b"), CodeMalformedQuery, "malformed escape"},
		"host":                          {func(r *http.Request) { r.Host = "sts.us-east-1.amazonaws.com" }, CodeMismatch, mismatchMessage},
		"no host":                       {func(r *http.Request) { r.Host = "" }, CodeMismatch, "'host' is a 'SignedHeader'"},
		"port that is not the default":  {func(r *http.Request) { r.Host += ":8443" }, CodeMismatch, mismatchMessage},
		"default port of other scheme":  {func(r *http.Request) { r.Host += ":443" }, CodeMismatch, mismatchMessage},
		"signed header":                 {setHeader("X-Tag", "other"), CodeMismatch, mismatchMessage},
		"second line of signed header":  {addHeader("X-Tag", "b"), CodeMismatch, mismatchMessage},
		"signed header gone":            {dropHeader("X-Tag"), CodeMismatch, "'x-tag' is a 'SignedHeader'"},
		"signed header in the query":    {func(r *http.Request) { r.Header.Del("X-Tag"); r.URL.RawQuery += "&X-Tag=a" }, CodeMismatch, "'x-tag' is a 'SignedHeader'"},
		"x-amz header that is unsigned": {setHeader("X-Amz-Target", "other"), CodeMismatch, "not signed: x-amz-target"},
		"session token that is unsigned": {setHeader("X-Amz-Security-Token", session.SessionToken), CodeMismatch,
			"not signed: x-amz-security-token"},
		"declared hash of another body":   {setHeader("X-Amz-Content-Sha256", strings.Repeat("0", 64)), CodeMismatch, mismatchMessage},
		"declared hash twice":             {func(r *http.Request) { r.Header["X-Amz-Content-Sha256"] = []string{emptyHash, emptyHash} }, CodeMismatch, mismatchMessage},
		"unsigned payload":                {setHeader("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"), CodeMismatch, mismatchMessage},
		"later date":                      {setHeader("X-Amz-Date", "20260314T150927Z"), CodeMismatch, mismatchMessage},
		"date twice":                      {addHeader("X-Amz-Date", "20260314T150926Z"), CodeIncomplete, "must not be repeated"},
		"no date":                         {dropHeader("X-Amz-Date"), CodeIncomplete, "requires existence of either a 'X-Amz-Date' or a 'Date' header. " + hashed},
		"date in another format":          {setHeader("X-Amz-Date", "Sat, 14 Mar 2026 15:09:26 GMT"), CodeIncomplete, "Date must be in ISO-8601 'basic format'. Got 'Sat, 14 Mar 2026 15:09:26 GMT'."},
		"date with a fraction":            {setHeader("X-Amz-Date", "20260314T150926.5Z"), CodeIncomplete, "basic format"},
		"presigned too":                   {addQuery("&X-Amz-Algorithm=AWS4-HMAC-SHA256"), CodeMismatch, bothPlacesMessage},
		"token in the query":              {addQuery("&X-Amz-Security-Token=t"), CodeMismatch, bothPlacesMessage},
		"no authentication":               {dropHeader("Authorization"), CodeMissingToken, "Request is missing Authentication Token"},
		"empty authentication":            {setHeader("Authorization", ""), CodeMissingToken, "Request is missing Authentication Token"},
		"two authentications":             {addHeader("Authorization", "Bearer x"), CodeIncomplete, "must not be repeated"},
		"bearer token":                    {setHeader("Authorization", "Bearer e30"), CodeIncomplete, "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '"},
		"signature version 2":             {setHeader("Authorization", "AWS AKIA:c2ln="), CodeIncomplete, "unknown or repeated"},
		"only the algorithm":              {setHeader("Authorization", "AWS4-HMAC-SHA256"), CodeIncomplete, "requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. " + hashed},
		"other algorithm":                 {replaceAuthorization("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), CodeIncomplete, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'"},
		"no signature":                    {replaceAuthorization("Signature=", "Other="), CodeIncomplete, "unknown or repeated"},
		"two signatures":                  {replaceAuthorization("Signature=", "Signature=0, Signature="), CodeIncomplete, "unknown or repeated"},
		"another key's ID":                {replaceAuthorization(accessKeyID, "AKIAUNKNOWN"), "InvalidClientTokenId", "security token"},
		"no key's ID":                     {replaceAuthorization(accessKeyID, ""), CodeIncomplete, "exactly 5 slash-delimited elements"},
		"credential of four parts":        {replaceAuthorization("/sts/", "/"), CodeIncomplete, "exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" + accessKeyID + "/20260314/us-east-2/aws4_request'"},
		"credential of six parts":         {replaceAuthorization("/sts/", "/sts/x/"), CodeIncomplete, "exactly 5 slash-delimited elements"},
		"host not among signed headers":   {replaceAuthorization("host;", ""), CodeMismatch, hostUnsignedMessage},
		"date not among signed headers":   {replaceAuthorization("x-amz-date;", ""), CodeMismatch, "not signed: x-amz-date"},
		"signed header left out":          {replaceAuthorization(";x-tag", ""), CodeMismatch, mismatchMessage},
		"signed header that is not there": {replaceAuthorization(";x-tag", ";x-tag;x-user"), CodeMismatch, "'x-user' is a 'SignedHeader'"},
		"signed header twice":             {replaceAuthorization(";x-tag", ";x-tag;x-tag"), CodeIncomplete, "ascending order"},
		"signed headers out of order":     {replaceAuthorization("host;x-amz-date", "x-amz-date;host"), CodeIncomplete, "ascending order"},
		"signed header in capitals":       {replaceAuthorization("x-tag", "X-Tag"), CodeIncomplete, "lower case"},
		"empty name in signed headers":    {replaceAuthorization("host;", ";host;"), CodeIncomplete, "SignedHeaders must be"},
		"signature in capitals":           {func(r *http.Request) { capitalSignature(r) }, CodeMismatch, mismatchMessage},
		"signature cut short":             {func(r *http.Request) { cutSignature(r) }, CodeMismatch, mismatchMessage},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := order{header: http.Header{"X-Tag": {"a"}}}.signed(t)
			if _, err := newVerifier(signingTime).Verify(r, wantSTS); err != nil {
				t.Fatalf("before the change: %v", err)
			}
			tt.change(r)
			_, err := newVerifier(signingTime).Verify(r, wantSTS)
			refusal(t, err, tt.code, tt.text)
		})
	}
}

func capitalSignature(r *http.Request) {
	head, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
	r.Header.Set("Authorization", head+"Signature="+strings.ToUpper(signature))
}

func cutSignature(r *http.Request) {
	text := r.Header.Get("Authorization")
	r.Header.Set("Authorization", text[:len(text)-1])
}

func TestVerifyRefusesAPresignedRequestWithOneThingChanged(t *testing.T) {
	tests := map[string]pitfall{
		"cluster":                       {setHeader("X-K8s-Aws-Id", "other"), CodeMismatch, mismatchMessage},
		"no cluster":                    {dropHeader("X-K8s-Aws-Id"), CodeMismatch, "'x-k8s-aws-id' is a 'SignedHeader'"},
		"cluster in the query":          {func(r *http.Request) { r.Header = http.Header{}; r.URL.RawQuery += "&x-k8s-aws-id=" + clusterID }, CodeMismatch, "'x-k8s-aws-id' is a 'SignedHeader'"},
		"host":                          {func(r *http.Request) { r.Host = "sts.amazonaws.com" }, CodeMismatch, mismatchMessage},
		"action":                        {replaceQuery("GetCallerIdentity", "AssumeRole"), CodeMismatch, mismatchMessage},
		"parameter more":                {addQuery("&a=b"), CodeMismatch, mismatchMessage},
		"expires, though it is ignored": {replaceQuery("Expires=60", "Expires=900"), CodeMismatch, mismatchMessage},
		"session token":                 {replaceQuery("token", "t0ken"), "InvalidClientTokenId", "security token"},
		"session token gone":            {replaceQuery("&X-Amz-Security-Token=FwoGZXIvYXdzE%2B%2Ftoken%3D%3D", ""), "InvalidClientTokenId", "security token"},
		"session token in a header":     {setHeader("X-Amz-Security-Token", session.SessionToken), CodeIncomplete, "not headers"},
		"date in a header":              {setHeader("X-Amz-Date", "20260314T150926Z"), CodeIncomplete, "not headers"},
		"unsigned x-amz header":         {setHeader("X-Amz-Target", "t"), CodeMismatch, "not signed: x-amz-target"},
		"header authentication too":     {setHeader("Authorization", "AWS4-HMAC-SHA256 Credential=a"), CodeMismatch, bothPlacesMessage},
		"repeated date":                 {addQuery("&X-Amz-Date=20260314T150926Z"), CodeMalformedQuery, "more than once"},
		"repeated date, other case":     {addQuery("&x-amz-date=20260314T150926Z"), CodeMalformedQuery, "more than once"},
		"repeated signature":            {addQuery("&X-Amz-Signature=0"), CodeMalformedQuery, "more than once"},
		"many x-amz parameters":         {addQuery(strings.Repeat("&X-Amz-", maxReserved)), CodeMalformedQuery, "more than once"},
		"algorithm":                     {replaceQuery("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), CodeIncomplete, "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'"},
		"no algorithm":                  {replaceQuery("X-Amz-Algorithm", "A"), CodeIncomplete, "AWS query-string parameters must include 'X-Amz-Algorithm'. Re-examine the query-string parameters."},
		"no signature":                  {replaceQuery("X-Amz-Signature", "A"), CodeIncomplete, "must include 'X-Amz-Signature'"},
		"no date, no credential":        {func(r *http.Request) { replaceQuery("X-Amz-Date", "A")(r); replaceQuery("X-Amz-Credential", "B")(r) }, CodeIncomplete, "must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Date'."},
		"name in another case":          {replaceQuery("X-Amz-SignedHeaders", "x-amz-signedheaders"), CodeIncomplete, "must include 'X-Amz-SignedHeaders'"},
		"host not signed":               {replaceQuery("host%3B", ""), CodeMismatch, hostUnsignedMessage},
		"date":                          {replaceQuery("T150926Z", "T150927Z"), CodeMismatch, mismatchMessage},
		"date of 16 other bytes":        {replaceQuery("20260314T150926Z", "2026-03-14T15:09"), CodeIncomplete, "basic format"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := order{credentials: session}.presigned(t)
			if _, err := newVerifier(signingTime).Verify(r, wantSTS); err != nil {
				t.Fatalf("before the change: %v", err)
			}
			tt.change(r)
			_, err := newVerifier(signingTime).Verify(r, wantSTS)
			refusal(t, err, tt.code, tt.text)
		})
	}
}

func TestVerifyBoundsReservedParameters(t *testing.T) {
	r := order{}.presigned(t)
	for i := range maxReserved {
		r.URL.RawQuery += "&X-Amz-Meta-" + strings.Repeat("a", i+1) + "=1"
	}
	_, err := newVerifier(signingTime).Verify(r, wantSTS)
	refusal(t, err, CodeMalformedQuery, "too many")
}

// What is written in another way but means the same to every reader has the same canonical form.
func TestVerifyAcceptsOtherSpellings(t *testing.T) {
	tests := map[string]change{
		"order of the query":    func(r *http.Request) { r.URL.RawQuery = "Version=2011-06-15&x=a%20b&Action=GetCallerIdentity" },
		"plus for a blank":      replaceQuery("a%20b", "a+b"),
		"escape of unreserved":  replaceQuery("Action", "%41ction"),
		"empty pieces":          addQuery("&&"),
		"blanks around a value": setHeader("X-Tag", "  a   b "),
		"no blanks after commas": func(r *http.Request) {
			r.Header.Set("Authorization", strings.ReplaceAll(r.Header.Get("Authorization"), ", ", ","))
		},
		"default port":                 func(r *http.Request) { r.Host += ":80" },
		"empty path":                   func(r *http.Request) { r.URL.Path = "" },
		"empty and dot segments":       func(r *http.Request) { r.URL.Path = "//./a/.." },
		"declared hash, unsigned":      setHeader("X-Amz-Content-Sha256", emptyHash),
		"unsigned header that is ours": setHeader("Accept", "application/json"),
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			r := order{url: stsURL + "&x=a%20b", header: http.Header{"X-Tag": {"a b"}}}.signed(t)
			change(r)
			if _, err := newVerifier(signingTime).Verify(r, wantSTS); err != nil {
				t.Error(err)
			}
		})
	}
}

// The SDK signs what it is told, so S3's payload forms come with a signature that is right in itself.
func TestVerifyRefusesPayloadFormsOfS3(t *testing.T) {
	for _, form := range []string{"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"} {
		t.Run(form, func(t *testing.T) {
			o := order{method: http.MethodPost, body: "Action=GetCallerIdentity", payloadHash: form, header: http.Header{"X-Amz-Content-Sha256": {form}}}
			_, err := newVerifier(signingTime).Verify(o.signed(t), wantSTS)
			refusal(t, err, CodeMismatch, mismatchMessage)
			_, err = newVerifier(signingTime).Verify(o.presigned(t), wantSTS)
			refusal(t, err, CodeMismatch, mismatchMessage)
		})
	}
}
