package awswire

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"
)

func TestBadFormsAreRefused(t *testing.T) {
	const tag = "Action=TagUser&Version=2010-05-08&UserName=bob"
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"a parameter twice":           {tag + "&UserName=eve&Tags=", 404, "MalformedQueryString"},
		"a malformed escape":          {tag + "&Tags=%zz", 404, "MalformedQueryString"},
		"invalid UTF-8":               {"Action=GetUser&Version=2010-05-08&UserName=%ff", 400, "MalformedInput"},
		"a list with a hole":          {tag + "&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.3.Key=c&Tags.member.3.Value=d", 400, "MalformedInput"},
		"a list from nought":          {tag + "&Tags.member.0.Key=a&Tags.member.0.Value=b", 400, "MalformedInput"},
		"a list with a padded index":  {tag + "&Tags.member.01.Key=a&Tags.member.01.Value=b", 400, "MalformedInput"},
		"a list without member":       {tag + "&Tags.1.Key=a&Tags.1.Value=b", 400, "MalformedInput"},
		"a huge index":                {tag + "&Tags.member.999999999999.Key=a", 400, "MalformedInput"},
		"a value where a list stands": {tag + "&Tags=a", 400, "MalformedInput"},
		"a list where a value stands": {"Action=GetUser&Version=2010-05-08&UserName.member.1=bob", 400, "MalformedInput"},
		"a structure with a value":    {tag + "&Tags.member.1=a", 400, "MalformedInput"},
		"no action":                   {"Version=2010-05-08", 400, "MissingAction"},
		"no version":                  {"Action=GetUser", 400, "InvalidAction"},
		"a word for a number":         {"Action=ListAccessKeys&Version=2010-05-08&MaxItems=many", 400, "MalformedInput"},
		"ten megabytes":               {tag + "&Tags=&X=" + strings.Repeat("x", 10<<20), 413, "RequestEntityTooLarge"},
	} {
		t.Run(name, func(t *testing.T) {
			w := serve(mustNew(t, testOptions("iam")), form(t, "iam", c.body))
			if w.Code != c.status || !strings.Contains(w.Body.String(), "<Code>"+c.code+"</Code>") {
				t.Errorf("status %d, want %d %s: %.400s", w.Code, c.status, c.code, w.Body)
			}
		})
	}
}

func TestAFormOfAnotherContentTypeHasNoAction(t *testing.T) {
	r := signed(t, "iam", "POST", "https://iam.us-east-2.amazonaws.com/", "Action=GetUser&Version=2010-05-08", "Content-Type", "text/plain")
	if w := serve(mustNew(t, testOptions("iam")), r); !strings.Contains(w.Body.String(), "MissingAction") {
		t.Errorf("answer %d: %s", w.Code, w.Body)
	}
}

// Parameters that no member has are ignored, as AWS does, whatever their shape.
func TestUnknownParametersAreIgnored(t *testing.T) {
	var seen *Call
	o := testOptions("iam")
	o.Observe = func(call *Call) { seen = call }
	deep := strings.Repeat("a.", 5000)
	w := serve(mustNew(t, o), form(t, "iam", "Action=ListAccessKeys&Version=2010-05-08&UserName=bob&Color=red&"+deep+"=1&UserName."+deep+"=1"))
	if w.Code != http.StatusOK {
		t.Fatalf("answer %d: %s", w.Code, w.Body)
	}
	want := &iam.ListAccessKeysInput{UserName: aws.String("bob")}
	if diff := cmp.Diff(want, seen.Input, sameValue); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
}

func TestBadRESTRequestsAreRefused(t *testing.T) {
	const host = "https://eks.us-east-2.amazonaws.com"
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		code               string
	}{
		"no such path":          {"GET", "/nonsense", "", 404, "UnknownOperationException"},
		"another method":        {"PATCH", "/clusters", "", 404, "UnknownOperationException"},
		"an escaped dot":        {"GET", "/clusters/%2e", "", 404, "UnknownOperationException"},
		"a parameter twice":     {"GET", "/clusters?nextToken=a&nextToken=b", "", 400, "SerializationException"},
		"no JSON":               {"POST", "/clusters", "name=c", 400, "SerializationException"},
		"JSON and more":         {"POST", "/clusters", "{}{}", 400, "SerializationException"},
		"a list for an object":  {"POST", "/clusters", "[]", 400, "SerializationException"},
		"a number for a string": {"POST", "/clusters", `{"name":1}`, 400, "SerializationException"},
		"a string for a flag":   {"POST", "/clusters", `{"deletionProtection":"yes"}`, 400, "SerializationException"},
		"a null in a list":      {"POST", "/clusters", `{"encryptionConfig":[null]}`, 400, "SerializationException"},
		"nothing required":      {"POST", "/clusters", "", 400, "InvalidParameterException"},
		"not offered":           {"DELETE", "/clusters/a", "", 501, "NotImplementedException"},
	} {
		t.Run(name, func(t *testing.T) {
			w := serve(mustNew(t, testOptions("eks")), signed(t, "eks", c.method, host+c.path, c.body))
			if w.Code != c.status || w.Header().Get("X-Amzn-ErrorType") != c.code {
				t.Errorf("status %d %s, want %d %s: %s", w.Code, w.Header().Get("X-Amzn-ErrorType"), c.status, c.code, w.Body)
			}
		})
	}
}

// A signature is made over the path without empty and dot segments, so it stands for these paths too. None may reach
// an operation.
func TestAPathThatIsNotItsCanonicalFormReachesNoOperation(t *testing.T) {
	for path, canonical := range map[string]string{
		"//clusters": "/clusters", "/./clusters": "/clusters", "/clusters/..": "/", "/clusters/.": "/clusters",
	} {
		r := signed(t, "eks", "GET", "https://eks.us-east-2.amazonaws.com"+canonical, "")
		r.URL.Path, r.URL.RawPath = path, path
		w := serve(mustNew(t, testOptions("eks")), r)
		if w.Code != http.StatusNotFound || w.Header().Get("X-Amzn-ErrorType") != "UnknownOperationException" {
			t.Errorf("%s: answer %d: %s", path, w.Code, w.Body)
		}
	}
}

// STS lets a presigned GetCallerIdentity live for 15 minutes whatever X-Amz-Expires says.
func TestLifetimeReplacesXAmzExpires(t *testing.T) {
	url := "https://sts.us-east-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=0"
	keys := aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: testSecret}
	const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	for name, c := range map[string]struct {
		age  time.Duration
		want int
	}{"within": {14 * time.Minute, 200}, "after": {16 * time.Minute, 403}} {
		r := httptest.NewRequest("GET", url, nil)
		presigned, _, err := v4.NewSigner().PresignHTTP(context.Background(), keys, r, emptyHash, "sts", "us-east-2", testTime.Add(-c.age))
		if err != nil {
			t.Fatal(err)
		}
		o := testOptions("sts")
		o.Rand = bytes.NewReader(make([]byte, 16))
		o.Lifetime = func(operation string) time.Duration {
			return map[string]time.Duration{"GetCallerIdentity": 15 * time.Minute}[operation]
		}
		if w := serve(mustNew(t, o), httptest.NewRequest("GET", presigned, nil)); w.Code != c.want {
			t.Errorf("%s: answer %d: %s", name, w.Code, w.Body)
		}
	}
}
