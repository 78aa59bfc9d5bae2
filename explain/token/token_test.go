package token

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/google/go-cmp/cmp"
)

// attempt is how a token is made; the zero value with a date is a good one.
type attempt struct {
	at                    time.Time
	host, region, service string
	key, session, cluster string
	query                 string
}

// sign makes a token as aws eks get-token does.
func sign(t *testing.T, a attempt) string {
	t.Helper()
	or := func(value, standard string) string {
		if value == "" {
			return standard
		}
		return value
	}
	target := or(a.host, "https://sts.eu-west-1.amazonaws.com") + "/?" + or(a.query, "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.cluster != "-" {
		request.Header.Set(ClusterHeader, or(a.cluster, "dev"))
	}
	credentials := aws.Credentials{AccessKeyID: or(a.key, "AKIAIOSFODNN7EXAMPLE"), SecretAccessKey: "secret", SessionToken: a.session}
	signed, _, err := v4.NewSigner().PresignHTTP(t.Context(), credentials, request, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		or(a.service, "sts"), or(a.region, "eu-west-1"), a.at)
	if err != nil {
		t.Fatal(err)
	}
	return Prefix + base64.RawURLEncoding.EncodeToString([]byte(signed))
}

// now is the moment of the tests: the authenticator's checks read the clock by themselves.
var now = time.Now().UTC().Truncate(time.Second)

func TestParse(t *testing.T) {
	got, err := Parse(sign(t, attempt{at: now, key: "ASIAIOSFODNN7EXAMPLE", session: "sealed"}))
	if err != nil {
		t.Fatal(err)
	}
	want := &Token{
		Size: got.Size, Host: "sts.eu-west-1.amazonaws.com", Region: "eu-west-1", Partition: "aws",
		AccessKeyID: "ASIAIOSFODNN7EXAMPLE", Temporary: true, SessionToken: true,
		Scope: now.Format("20060102") + "/eu-west-1/sts/aws4_request", Signed: now, SignedHeaders: []string{"host", ClusterHeader},
	}
	want.query, want.signature = got.query, signatureSize
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Token{})); diff != "" {
		t.Errorf("token (-want +got):\n%s", diff)
	}
}

func TestCheck(t *testing.T) {
	const h5 = "input token was not properly formatted: "
	tests := []struct {
		name      string
		token     string
		partition string
		want      string
	}{
		{"good", sign(t, attempt{at: now}), "aws", ""},
		{"36 expired", sign(t, attempt{at: now.Add(-16 * time.Minute)}), "aws", "36 " + h5 + "X-Amz-Date parameter is expired (15 minute expiration)"},
		{"39 not signed", sign(t, attempt{at: now, cluster: "-"}), "aws", "39 " + h5 + "client did not sign the x-k8s-aws-id header"},
		{"48 China", sign(t, attempt{at: now, host: "https://sts.cn-north-1.amazonaws.com.cn"}), "aws", "48 " + h5 + "partition {aws} does not support hostname sts.cn-north-1.amazonaws.com.cn"},
		{"48 global", sign(t, attempt{at: now, host: "https://sts.amazonaws.com"}), "aws-us-gov", "48 " + h5 + "global endpoint unsupported in partition aws-us-gov"},
		{"49 scheme", sign(t, attempt{at: now, host: "http://127.0.0.1:4566"}), "aws", `49 ` + h5 + `unexpected scheme "http"`},
		{"49 host", sign(t, attempt{at: now, host: "https://127.0.0.1:4566"}), "aws", `49 ` + h5 + `unexpected hostname "127.0.0.1:4566"`},
		{"50 size", sign(t, attempt{at: now, session: strings.Repeat("x", 4096)}), "aws", "50 " + h5 + "token is too large"},
		{"another action", sign(t, attempt{at: now, query: "Action=AssumeRole&X-Amz-Expires=60"}), "aws", "0 " + h5 + "unexpected action parameter"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if problem := Check(tt.token, tt.partition, "eu-west-1"); problem != nil {
				got = fmt.Sprintf("%d %s", problem.Cause, problem.Text)
			}
			if !strings.HasPrefix(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCheckSTS(t *testing.T) {
	tests := []struct {
		name string
		make attempt
		want string
	}{
		{"good", attempt{at: now}, ""},
		{"37 fast clock", attempt{at: now.Add(20 * time.Minute)}, "37 Signature not yet current"},
		{"46 region", attempt{at: now, region: "us-east-1"}, "46 Credential should be scoped to a valid region"},
		{"46 global endpoint", attempt{at: now, host: "https://sts.amazonaws.com"}, "46 Credential should be scoped to a valid region"},
		{"46 service", attempt{at: now, service: "eks"}, "46 Credential should be scoped to correct service"},
		{"40 session key alone", attempt{at: now, key: "ASIAIOSFODNN7EXAMPLE"}, "40 InvalidClientTokenId"},
		{"40 long-term key with a session", attempt{at: now, session: "x"}, "40 InvalidClientTokenId"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parsed, err := Parse(sign(t, tt.make))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if problems := parsed.CheckSTS(now); len(problems) > 0 {
				got = fmt.Sprintf("%d %s", problems[0].Cause, problems[0].Text)
			}
			if !strings.HasPrefix(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParseNamesWhatIsNoToken(t *testing.T) {
	good := sign(t, attempt{at: now})
	jwt := func(payload string) string {
		return "eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2lnbmF0dXJl"
	}
	tests := []struct{ name, text, want string }{
		{"empty", "", "the token is empty"},
		{"doubled", good + good, "doubled"},
		{"wrapped", good[:80] + "\n" + good[80:], "broken by blanks"},
		{"ellipsis", good[:80] + "…", "truncated"},
		{"prefix alone", Prefix, "truncated"},
		{"cut within a group", good[:len(Prefix)+41], "damaged or truncated"},
		{"padded", good + "=", "padded"},
		{"GKE", "ya29.a0AfH6SM", "Google Cloud, as GKE takes it"},
		{"service account", jwt(`{"sub":"system:serviceaccount:a:b","kubernetes.io":{}}`), "service account system:serviceaccount:a:b"},
		{"OIDC", jwt(`{"iss":"https://accounts.google.com"}`), "JSON Web Token of Google"},
		{"another issuer", jwt(`{"iss":"https://id.example.org"}`), `issuer "https://id.example.org"`},
		{"bootstrap", "abcdef.0123456789abcdef", "bootstrap token"},
		{"key", "AKIAIOSFODNN7EXAMPLE", "access key ID"},
		{"URL", "https://sts.amazonaws.com/?Action=GetCallerIdentity", "presigned URL by itself"},
		{"rubbish", "hunter2", `unknown: it begins with "hunter2"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Parse(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	t.Run("cut in the signature", func(t *testing.T) {
		parsed, err := Parse(good[:len(good)-16])
		if err != nil {
			t.Fatal(err)
		}
		if problems := parsed.CheckSTS(now); len(problems) != 1 || !strings.Contains(problems[0].Text, "truncated") {
			t.Errorf("got %+v", problems)
		}
	})
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		" k8s-aws-v1.x\n":                     "k8s-aws-v1.x",
		"Authorization: Bearer k8s-aws-v1.x":  "k8s-aws-v1.x",
		`{"status":{"token":"k8s-aws-v1.x"}}`: "k8s-aws-v1.x",
		`{"status":{"token":""}}`:             `{"status":{"token":""}}`,
	} {
		if got := Clean(text); got != want {
			t.Errorf("Clean(%q) = %q, want %q", text, got, want)
		}
	}
}
