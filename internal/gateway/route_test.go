package gateway

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/sigv4"
)

// request writes a request as a client would: CRLF, Content-Length, one connection.
func request(first, host, headers, body string) string {
	return fmt.Sprintf("%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n%s",
		first, host, len(body), strings.ReplaceAll(headers, "\n", "\r\n"), body)
}

const (
	form      = "Content-Type: application/x-www-form-urlencoded\n"
	signedFor = "X-Amz-Date: 20260102T030405Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260102/us-east-2/%s/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000\n"
	presigned = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260102%2Fus-east-2%2Fsts%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0000000000000000000000000000000000000000000000000000000000000000"
	loopback  = "127.0.0.1:4566"
	container = "eksauth:4566"
	stsOhio   = "sts.us-east-2.amazonaws.com"
)

func TestRouting(t *testing.T) {
	g := start(t, Config{})
	scope := func(service string) string { return fmt.Sprintf(signedFor, service) }
	long := "Action=AssumeRoleWithSAML&SAMLAssertion=" + strings.Repeat("x", 100_000) + "&Version=2011-06-15"
	tests := []struct {
		name, raw string
		want      string // begins the answer of the toy service
	}{
		{"host", request("GET /?Action=GetCallerIdentity", stsOhio, "", ""), "sts GET"},
		{"host goes before scope", request("GET /", "iam.amazonaws.com", scope("sts"), ""), "iam GET"},
		{"host with a port", request("GET /", stsOhio+":443", "", ""), "sts GET"},
		{"scope in the header", request("POST /", loopback, form+scope("iam"), "Action=GetUser"), "iam POST"},
		{"scope in the query", request("GET /?"+presigned, loopback, "", ""), "sts GET"},
		{"scope goes before target", request("POST /", loopback, scope("iam")+"X-Amz-Target: Logs_20140328.FilterLogEvents\n", "{}"), "iam POST"},
		{"scope under a container's name", request("GET /clusters", container, scope("eks"), ""), "eks GET"},
		{"target", request("POST /", loopback, "X-Amz-Target: Logs_20140328.FilterLogEvents\n", "{}"), "logs POST"},
		{"version in a form", request("POST /", loopback, form, "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"), "sts POST"},
		{"version behind a long parameter", request("POST /", loopback, form, long), "sts POST"},
		{"version in the query", request("GET /?Action=GetUser&Version=2010-05-08", loopback, "", ""), "iam GET"},
		{"proxy form", request("GET http://"+stsOhio+"/?a=b", stsOhio, "", ""), "sts GET"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, _, body := g.send(t, test.raw)
			if status != http.StatusOK || !strings.HasPrefix(body, test.want) {
				t.Errorf("got %d %.300q, want 200 %q…", status, body, test.want)
			}
			if sent := strings.SplitN(test.raw, "\r\n\r\n", 2)[1]; !strings.HasSuffix(body, "body="+sent) {
				t.Errorf("the service did not get the body as it was sent: %.300q", body)
			}
		})
	}
}

// callers is the least that makes a service.
type callers struct{}

func (callers) GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	return &sts.GetCallerIdentityOutput{}, nil
}

// TestTarget holds what a service learns of the host.
func TestTarget(t *testing.T) {
	var got *awswire.Call
	noKeys := func(context.Context, string, string) (sigv4.Key, error) {
		return sigv4.Key{}, &sigv4.Error{Code: "InvalidClientTokenId"}
	}
	service, err := awswire.New(awswire.Options{Service: "sts", Fake: callers{}, Keys: noKeys, Observe: func(c *awswire.Call) { got = c }})
	if err != nil {
		t.Fatal(err)
	}
	g := start(t, Config{Services: map[string]http.Handler{"sts": service}})
	tests := []struct {
		name, raw string
		want      awswire.Target
	}{
		{"global", request("GET /", "sts.amazonaws.com", "", ""), awswire.Target{Service: "sts", Region: "us-east-1", Partition: "aws", Host: "sts.amazonaws.com"}},
		{"China", request("GET /", "sts.cn-north-1.amazonaws.com.cn", "", ""), awswire.Target{Service: "sts", Region: "cn-north-1", Partition: "aws-cn", Host: "sts.cn-north-1.amazonaws.com.cn"}},
		{"endpoint URL", request("GET /?"+presigned, loopback, "", ""), awswire.Target{Service: "sts", Partition: "aws", Host: loopback}},
		{"endpoint URL, scope in China", request("GET /?"+strings.ReplaceAll(presigned, "us-east-2", "cn-north-1"), loopback, "", ""), awswire.Target{Service: "sts", Partition: "aws-cn", Host: loopback}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got = nil
			g.send(t, test.raw)
			if got == nil {
				t.Fatal("the service saw no call")
			}
			if diff := cmp.Diff(test.want, got.Target); diff != "" {
				t.Errorf("target (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPathsStayAsSent holds that nothing in front of a service cleans or redirects a path, since signatures cover it.
func TestPathsStayAsSent(t *testing.T) {
	g := start(t, Config{})
	for _, path := range []string{"//", "//clusters", "/clusters//x", "/a/../b", "/./a", "/a%2Fb", "/a%2fb", "/a+b%20c", "/clusters/", "/a;b"} {
		for _, first := range []string{"GET " + path, "GET http://eks.us-east-2.amazonaws.com" + path} {
			status, _, body := g.send(t, request(first+"?x=%2F&y", "eks.us-east-2.amazonaws.com", "", ""))
			want := "uri=" + path + "?x=%2F&y path=" + path + " abs=false"
			if status != http.StatusOK || !strings.Contains(body, want) {
				t.Errorf("%s: got %d %q, want %q", first, status, body, want)
			}
		}
	}
}

func TestRefusalsInAWSShape(t *testing.T) {
	g := start(t, Config{})
	s3 := fmt.Sprintf(signedFor, "s3")
	unreadable := "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\n"
	tests := []struct {
		name, raw string
		status    int
		want      []string
	}{
		{"service by host", request("GET /bucket", "s3.us-east-2.amazonaws.com", "", ""), 400,
			[]string{"UnsupportedService", "service s3", "eks, iam, logs, sts", "/bucket"}},
		{"service by scope, form", request("POST /", loopback, form+fmt.Sprintf(signedFor, "sqs"), "Action=ListQueues"), 400,
			[]string{"<ErrorResponse", "<Code>UnsupportedService</Code>", "sqs", "<RequestId>"}},
		{"service by target", request("POST /", loopback, "Content-Type: application/x-amz-json-1.0\nX-Amz-Target: DynamoDB_20120810.ListTables\n", "{}"), 400,
			[]string{`"__type":"`, "UnsupportedService", "dynamodb"}},
		{"service by Java target", request("POST /", loopback, "X-Amz-Target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents\n", "{}"), 400,
			[]string{"UnsupportedService", "cloudtrail"}},
		{"scope that names s3", request("GET /", loopback, s3, ""), 400, []string{"UnsupportedService"}},
		{"nothing", request("GET /nothing", loopback, "", ""), 403, []string{"MissingAuthenticationToken", "/nothing"}},
		{"unknown version", request("POST /", loopback, form, "Action=X&Version=1999-01-01"), 403, []string{"<Code>MissingAuthenticationToken</Code>"}},
		{"unreadable signature", request("GET /clusters", loopback, unreadable, ""), 403, []string{"IncompleteSignature"}},
		{"unreadable query", request("GET /?X-Amz-Credential=%zz", loopback, "", ""), 400, []string{"SerializationException"}},
		{"garbage form", request("POST /", loopback, form, strings.Repeat("\x00\xff%%&=;", 100_000)), 403, []string{"MissingAuthenticationToken"}},
		{"garbage path", request("GET /"+strings.Repeat("%00%ff<&>", 1000), loopback, "", ""), 403, []string{"MissingAuthenticationToken"}},
		{"garbage target", request("POST /", loopback, "X-Amz-Target: <\x7f>.\n", "{}"), 400, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, header, body := g.send(t, test.raw)
			if status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
			for _, want := range test.want {
				if said := header.Get("X-Amzn-ErrorType") + body; !strings.Contains(said, want) {
					t.Errorf("%q does not say %q", said, want)
				}
			}
			if test.want != nil && header.Get("X-Amzn-RequestId") == "" {
				t.Error("no request ID")
			}
			if strings.Contains(body, "goroutine") || len(body) > 4096 {
				t.Errorf("a body of %d bytes: %.200q", len(body), body)
			}
		})
	}
}

func TestHeadersBeyondTheBoundAreRefused(t *testing.T) {
	g := start(t, Config{})
	status, _, _ := g.send(t, request("GET /", stsOhio, "X-Long: "+strings.Repeat("x", 2*maxHeaderBytes)+"\n", ""))
	if status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d, want 431", status)
	}
}

func TestVisitorsLearnWhatThisIs(t *testing.T) {
	g := start(t, Config{})
	for _, path := range []string{"/", "/favicon.ico"} {
		status, header, body := g.send(t, request("GET "+path, loopback, "User-Agent: Mozilla/5.0\n", ""))
		if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %s", path, status, header.Get("Content-Type"))
		}
		for _, want := range []string{"eksauth", `eval "$(eksauth env)"`, "eks, iam, logs, sts"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: %q does not say %q", path, body, want)
			}
		}
	}
}

func TestRefusalsAreLoggedWithTheirRequestID(t *testing.T) {
	var log bytes.Buffer
	g := start(t, Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	_, header, _ := g.send(t, request("GET /nothing", loopback, "", ""))
	if err := g.end(); err != nil {
		t.Fatal(err)
	}
	if id := header.Get("X-Amzn-RequestId"); id == "" || !strings.Contains(log.String(), id) {
		t.Errorf("log %q does not have request ID %q", log.String(), id)
	}
}

func BenchmarkAnswer(b *testing.B) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	g, err := New(Config{CA: start(b, Config{}).ca, Services: map[string]http.Handler{"sts": ok}})
	if err != nil {
		b.Fatal(err)
	}
	s := g.newServer(context.Background(), nil)
	for name, target := range map[string]string{"host": "http://" + stsOhio + "/", "scope": "http://" + loopback + "/?" + presigned} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, target, nil)
			r.URL.Scheme, r.URL.Host = "", ""
			b.ReportAllocs()
			for b.Loop() {
				s.serveOuter(httptest.NewRecorder(), r)
			}
		})
	}
}
