package online

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	gocmp "github.com/google/go-cmp/cmp"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/token"
)

// stack is a fake of the parts that an explanation asks, with the answers that the real ones give.
type stack struct {
	// stsError makes STS refuse with this code and message.
	stsError [2]string
	// denial is what the authenticator logs when it refuses; empty lets in.
	denial string
	// silent keeps the authenticator from logging.
	silent bool
	// username is whom the authenticator names.
	username string
	// serverRefuses makes the kube-apiserver answer 401, webhookDown ends the authenticator.
	serverRefuses, webhookDown bool
	// allowed is what the kube-apiserver answers about rights.
	allowed bool
	// madeFor is the cluster that the token was made for, as STS finds out.
	madeFor string
	awsAuth string
	entries string
	mode    string
	// session is the ARN by which the authenticator knows the caller, if it is not callerARN.
	session string
	// trust is the trust policy that IAM tells of each role, and noRole that there is none.
	trust  string
	noRole bool
	// denied makes EKS refuse by an explicit deny.
	denied bool
}

const (
	callerARN = "arn:aws:iam::111122223333:user/yaroslav"
	working   = "mapUsers: |\n  - userarn: " + callerARN + "\n    username: yaro\n"
)

func (s *stack) serveAWS(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	switch {
	case strings.HasPrefix(r.URL.Path, "/clusters/"):
		s.serveEKS(w)
	case r.Form.Get("Action") == "GetRole":
		s.serveIAM(w)
	default:
		s.serveSTS(w, r)
	}
}

func (s *stack) serveEKS(w http.ResponseWriter) {
	if s.denied {
		w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"message":"User: x is not authorized to perform: eks:DescribeCluster with an explicit deny in an identity-based policy"}`)
		return
	}
	_, _ = io.WriteString(w, `{"cluster":{"name":"dev"}}`)
}

func (s *stack) serveIAM(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/xml")
	if s.noRole {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no role</Message></Error></ErrorResponse>`)
		return
	}
	fmt.Fprintf(w, `<GetRoleResponse><GetRoleResult><Role><AssumeRolePolicyDocument>%s</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>`,
		url.QueryEscape(s.trust))
}

func (s *stack) serveSTS(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && r.Header.Get(token.ClusterHeader) != s.madeFor {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	action := r.Form.Get("Action")
	if s.stsError[0] != "" && (action == "AssumeRole") == strings.Contains(s.stsError[1], "AssumeRole") {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>`, s.stsError[0], s.stsError[1])
		return
	}
	if action == "AssumeRole" {
		_, _ = io.WriteString(w, `<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/dev/eksauth-explain</Arn></AssumedRoleUser>`+
			`<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
		return
	}
	fmt.Fprintf(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>%s</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`, callerARN)
}

// serveWebhook answers as the authenticator and writes its log.
func (s *stack) serveWebhook(log string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		arn := cmp.Or(s.session, callerARN)
		line := fmt.Sprintf("time=%q level=info msg=\"STS response\" accesskeyid=AKIA arn=%q client=%q method=POST path=/authenticate\n", time.Now().Format(time.RFC3339), arn, r.RemoteAddr)
		status := map[string]any{}
		if s.denial != "" {
			line += fmt.Sprintf("time=%q level=warning msg=\"access denied\" client=%q error=%q method=POST path=/authenticate\n", time.Now().Format(time.RFC3339), r.RemoteAddr, s.denial)
			w.WriteHeader(http.StatusForbidden)
		} else {
			status = map[string]any{"authenticated": true, "user": map[string]any{"username": s.username, "groups": []string{"dev"}, "extra": map[string]any{"arn": []string{arn}}}}
		}
		if s.silent {
			line = strings.ReplaceAll(line, r.RemoteAddr, "127.0.0.1:1")
		}
		file, _ := os.OpenFile(log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		_, _ = io.WriteString(file, line)
		_ = file.Close()
		_ = json.NewEncoder(w).Encode(map[string]any{"status": status})
	}
}

func (s *stack) serveKubernetes(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch {
	case strings.HasSuffix(r.URL.Path, "/aws-auth"):
		data := map[string]string{}
		if key, list, found := strings.Cut(s.awsAuth, ": |\n"); found {
			data[key] = strings.ReplaceAll(list, "\n  ", "\n")[2:]
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"kind": "ConfigMap", "apiVersion": "v1",
			"metadata": map[string]string{"name": "aws-auth", "namespace": "kube-system"}, "data": data})
	case s.serverRefuses:
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"message":"Unauthorized"}`)
	case r.URL.Path == "/api":
		_, _ = io.WriteString(w, `{"items":[{"metadata":{},"versions":[{"version":"v1","resources":[`+
			`{"resource":"pods","singularResource":"pod","shortNames":["po"],"scope":"Namespaced","responseKind":{"kind":"Pod"}},`+
			`{"resource":"nodes","singularResource":"node","shortNames":["no"],"scope":"Cluster","responseKind":{"kind":"Node"}}]}]}]}`)
	case r.URL.Path == "/apis":
		_, _ = io.WriteString(w, `{"items":[{"metadata":{"name":"apps"},"versions":[{"version":"v1","resources":[`+
			`{"resource":"deployments","singularResource":"deployment","shortNames":["deploy"],"scope":"Namespaced","responseKind":{"kind":"Deployment"}}]}]}]}`)
	case strings.HasSuffix(r.URL.Path, "/selfsubjectreviews"):
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"status":{"userInfo":{"username":%q,"groups":["dev","system:authenticated"]}}}`, s.username)
	default:
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"status":{"allowed":%t,"reason":"RBAC: why"}}`, s.allowed)
	}
}

// question starts the parts and asks about the profile of a user.
func (s *stack) question(t *testing.T) Question {
	t.Helper()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	log := file("log", "")
	gateway, webhook := httptest.NewServer(http.HandlerFunc(s.serveAWS)), httptest.NewTLSServer(s.serveWebhook(log))
	kubernetes := httptest.NewTLSServer(http.HandlerFunc(s.serveKubernetes))
	t.Cleanup(func() { gateway.Close(); webhook.Close(); kubernetes.Close() })
	if s.webhookDown {
		webhook.Close()
	}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: kubernetes.Certificate().Raw})
	return Question{
		Gateway: gateway.URL, Now: time.Now, Others: []string{"other"},
		Profile: &Profile{Name: "yaroslav", Keys: aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "s"}, Region: "us-east-2"},
		Cluster: Cluster{
			Name: "dev", Region: "us-east-2", Partition: "aws", Server: kubernetes.URL, CA: ca, Log: log,
			Webhook: kubeconfig(t, filepath.Join(dir, "webhook"), webhook.URL+"/authenticate", ca), Admin: kubeconfig(t, filepath.Join(dir, "admin"), kubernetes.URL, ca),
			Entries: file("entries", s.entries), Mode: file("mode", s.mode),
		},
	}
}

func kubeconfig(t *testing.T, path, server string, ca []byte) string {
	t.Helper()
	config := clientcmdapi.NewConfig()
	config.Clusters["c"] = &clientcmdapi.Cluster{Server: server, CertificateAuthorityData: ca}
	config.Contexts["c"] = &clientcmdapi.Context{Cluster: "c"}
	config.CurrentContext = "c"
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// story is an answer as "H1 ok, H7 refused 17".
func story(a *hop.Answer) string {
	var out []string
	for _, step := range a.Steps {
		text := step.Hop + " " + string(step.Status)
		if len(step.Reasons) > 0 {
			text += fmt.Sprintf(" %d", step.Reasons[0].Cause)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestExplain(t *testing.T) {
	const notMapped = "identity is not mapped"
	list := &Want{Verb: "list", Resource: "pods", Namespace: "a"}
	tests := []struct {
		name   string
		stack  stack
		change func(*Question)
		want   string
	}{
		{"all the way", stack{username: "yaro", allowed: true}, func(q *Question) { q.Want = list }, "H1 ok, H4 ok, H5 ok, H6 ok, H7 ok, H8 ok, H9 ok"},
		{"nothing wanted", stack{username: "yaro"}, nil, "H1 ok, H4 ok, H5 ok, H6 ok, H7 ok, H8 ok, H9 unknown"},
		{"by a role", stack{username: "yaro"}, func(q *Question) { q.Profile.RoleARN = "arn:aws:iam::111122223333:role/dev" }, "H1 ok, H3 ok, H4 ok, H5 ok, H6 ok, H7 ok, H8 ok, H9 unknown"},
		{"the authenticator out of reach", stack{username: "yaro"}, func(q *Question) { q.Cluster.Webhook = "" }, "H1 ok, H4 ok, H5 ok, H9 unknown"},
		{"60 no binding", stack{username: "yaro"}, func(q *Question) { q.Want = list }, "H1 ok, H4 ok, H5 ok, H6 ok, H7 ok, H8 ok, H9 refused 60"},
		{"40 key", stack{stsError: [2]string{"InvalidClientTokenId", "The security token included in the request is invalid."}}, nil, "H1 refused 40"},
		{"31 trust", stack{stsError: [2]string{"AccessDenied", "not authorized to perform: sts:AssumeRole"}}, func(q *Question) { q.Profile.RoleARN = "arn:aws:iam::111122223333:role/dev" }, "H1 ok, H3 refused 31"},
		{"36 old token", stack{}, func(q *Question) { q.Now = func() time.Time { return time.Now().Add(-time.Hour) } }, "H1 ok, H5 refused 36"},
		{"48 partition", stack{}, func(q *Question) { q.Cluster.Partition = "aws-cn" }, "H1 ok, H5 refused 48"},
		{"53 webhook", stack{webhookDown: true}, nil, "H1 ok, H4 refused 53, H5 ok"},
		{"54 server", stack{username: "yaro", serverRefuses: true}, nil, "H1 ok, H4 refused 54, H5 ok, H6 ok, H7 ok, H8 ok"},
		{"38 another cluster", stack{denial: "sts getCallerIdentity failed: SignatureDoesNotMatch", madeFor: "other"}, nil, "H1 ok, H4 ok, H5 ok, H6 refused 38"},
		{"38 a cluster that is not there", stack{denial: "sts getCallerIdentity failed: SignatureDoesNotMatch", madeFor: "none"}, nil, "H1 ok, H4 ok, H5 ok, H6 refused 38"},
		{"40 key of a token", stack{denial: `sts getCallerIdentity failed: error. Body: {"Error":{"Code":"InvalidClientTokenId","Message":"Bad. Really."}}`}, nil, "H1 ok, H4 ok, H5 ok, H6 refused 40"},
		{"52 throttled", stack{denial: "sts getCallerIdentity was throttled: x"}, nil, "H1 ok, H4 ok, H5 ok, H6 refused 52"},
		{"17 not mapped", stack{denial: notMapped, awsAuth: strings.ReplaceAll(working, "yaroslav", "other")}, nil, "H1 ok, H4 ok, H5 ok, H6 ok, H7 refused 17"},
		{"5 path", stack{denial: notMapped, awsAuth: strings.ReplaceAll(working, "user/", "user/a/")}, nil, "H1 ok, H4 ok, H5 ok, H6 ok, H7 refused 5"},
		{"19 another ID", stack{denial: notMapped, entries: `{"mapUsers":[{"userarn":"` + callerARN + `","userid":"AIDAOLD"}]}`}, nil, "H1 ok, H4 ok, H5 ok, H6 ok, H7 refused 19"},
		{"23 mode", stack{denial: notMapped, awsAuth: working, mode: `{"backendMode":"DynamicFile"}`}, nil, "H1 ok, H4 ok, H5 ok, H6 ok, H7 refused 23"},
		{"55 template", stack{denial: "mapper EKSConfigMap renderTemplates error: SessionName did not contain an instance id"}, nil, "H1 ok, H4 ok, H5 ok, H6 ok, H8 refused 55"},
		{"26 prefix", stack{denial: "invalid username 'aws:x' for mapper DynamicFile: username must not begin with with the following prefixes: [aws:]"}, nil, "H1 ok, H4 ok, H5 ok, H6 ok, H8 refused 26"},
		{"58 no username", stack{awsAuth: strings.ReplaceAll(working, "yaro\n", "''\n")}, nil, "H1 ok, H4 ok, H5 ok, H6 ok, H7 ok, H8 refused 58"},
		{"8 a boolean as username", stack{awsAuth: strings.ReplaceAll(working, "yaro\n", "y\n")}, nil, "H1 ok, H4 ok, H5 ok, H6 ok, H7 ok, H8 refused 8"},
		{"a log without the line", stack{denial: notMapped, silent: true, awsAuth: strings.ReplaceAll(working, "yaroslav", "other")}, nil, "H1 ok, H4 ok, H5 ok, H6 ok, H7 refused 17"},
		{"aws-auth was just changed", stack{denial: notMapped, awsAuth: working}, nil, "H1 ok, H4 ok, H5 ok, H6 ok, H7 refused 0"},
		{"a token of somebody", stack{username: "yaro"}, func(q *Question) {
			q.Profile, q.Token = nil, "Bearer "+token.Prefix+base64.RawURLEncoding.EncodeToString([]byte("https://sts.us-east-2.amazonaws.com/?Action=GetCallerIdentity&X-Amz-Date="+
				time.Now().UTC().Format("20060102T150405Z")+"&X-Amz-Expires=60&X-Amz-SignedHeaders=x-k8s-aws-id"))
		}, "H4 ok, H5 ok, H6 ok, H7 ok, H8 ok, H9 unknown"},
		{"40 a truncated token", stack{denial: "sts getCallerIdentity failed: SignatureDoesNotMatch"}, func(q *Question) {
			q.Profile, q.Token = nil, token.Prefix+base64.RawURLEncoding.EncodeToString([]byte("https://sts.us-east-2.amazonaws.com/?Action=GetCallerIdentity&X-Amz-Credential=AKIA%2F"+
				time.Now().UTC().Format("20060102")+"%2Fus-east-2%2Fsts%2Faws4_request&X-Amz-Date="+time.Now().UTC().Format("20060102T150405Z")+
				"&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=abc"))
		}, "H4 ok, H5 ok, H6 refused 40"},
		{"no token", stack{}, func(q *Question) { q.Profile, q.Token = nil, "ya29.x" }, "H5 refused 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := tt.stack.question(t)
			if tt.change != nil {
				tt.change(&q)
			}
			a, err := Explain(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if got := story(a); got != tt.want {
				t.Errorf("got  %s\nwant %s\n%+v", got, tt.want, a.Refusal())
			}
		})
	}
}

func TestExplainAsksForOne(t *testing.T) {
	if _, err := Explain(t.Context(), Question{}); err == nil {
		t.Error("neither profile nor token: want an error")
	}
	q := (&stack{}).question(t)
	q.Gateway = "http://127.0.0.1:1"
	if _, err := Explain(t.Context(), q); err == nil || !strings.Contains(err.Error(), "ask the stack's STS") {
		t.Errorf("no gateway: %v", err)
	}
}

// TestRefusalOfSTSIsShort holds that what STS adds for writers of signers, such as a session token, is not printed.
func TestRefusalOfSTSIsShort(t *testing.T) {
	q := (&stack{denial: `sts getCallerIdentity failed: error from AWS (expected 200, got 403) on us-east-2 endpoint. Body: {"Error":{"Code":"SignatureDoesNotMatch","Message":"It does not match. Check.\n\nX-Amz-Security-Token=c2VjcmV0"}}`}).question(t)
	a, err := Explain(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	want := []hop.Reason{
		{
			Cause: 38, Text: "SignatureDoesNotMatch: It does not match. Either the token was made for another cluster, which this stack does not have",
			Evidence: []string{
				"the authenticator logs: sts getCallerIdentity failed: error from AWS (expected 200, got 403) on us-east-2 endpoint.",
				"STS wants a signature over x-k8s-aws-id: dev",
			}, Fix: "aws eks get-token --cluster-name dev",
		},
		{Cause: 40, Text: "or the secret does not belong to the key", Fix: "use the secret that belongs to the key"},
	}
	if diff := gocmp.Diff(want, a.Refusal().Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestFirstSentence(t *testing.T) {
	for message, want := range map[string]string{"One. Two.": "One.", "One\nX-Amz-Security-Token=x": "One", "Rate exceeded": "Rate exceeded"} {
		if got := firstSentence(message); got != want {
			t.Errorf("%q gives %q, want %q", message, got, want)
		}
	}
}

func TestBindingToPaste(t *testing.T) {
	q := (&stack{username: "yaro"}).question(t)
	q.Want = &Want{Verb: "list", Resource: "pods", Namespace: "a"}
	a, err := Explain(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	want := hop.Reason{Cause: 60, Text: `no binding and no access policy lets user "yaro" and group dev list pods -n a`,
		Fix: "kubectl create role list-pods --verb=list --resource=pods -n a\nkubectl create rolebinding list-pods --role=list-pods --group=dev -n a", Evidence: []string{"the kube-apiserver says: RBAC: why"}}
	if diff := gocmp.Diff(want, a.Refusal().Reasons[0]); diff != "" {
		t.Errorf("reason (-want +got):\n%s", diff)
	}
}

func TestTypedResources(t *testing.T) {
	tests := map[string]string{
		"po": "list pods -n a: RBAC: why", "Pod": "list pods -n a: RBAC: why", "no": "list nodes: RBAC: why", "deploy": "list deployments.apps -n a: RBAC: why",
		"deployments.v1.apps": "list deployments.apps -n a: RBAC: why", "widgets": `the cluster has no resource "widgets"`, "pods.apps": `the cluster has no resource "pods"`,
	}
	q := (&stack{username: "yaro", allowed: true}).question(t)
	for typed, want := range tests {
		kind, group, _ := strings.Cut(typed, ".")
		q.Want = &Want{Verb: "list", Resource: kind, Group: group, Namespace: "a", Typed: true}
		a, err := Explain(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		last := a.Steps[len(a.Steps)-1]
		got := last.Seen
		if len(last.Reasons) > 0 {
			got = last.Reasons[0].Text
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", typed, got, want)
		}
	}
}
