package scenario

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"go.yaml.in/yaml/v3"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/lint"
	"github.com/eksauth/eksauth/explain/mapping"
	"github.com/eksauth/eksauth/explain/online"
)

const userARN = "arn:aws:iam::111122223333:user/yaroslav"

// fakeCluster keeps an aws-auth and lets in whom it maps, by the authenticator's own code. It knows nothing of STS.
type fakeCluster struct {
	mu   sync.Mutex
	data map[string]string
	log  string
}

func (f *fakeCluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path == "/authenticate":
		f.authenticate(w, r)
	case strings.HasSuffix(r.URL.Path, "/aws-auth"):
		if r.Method == http.MethodPut {
			var object struct{ Data map[string]string }
			text, _ := io.ReadAll(r.Body)
			_ = yaml.Unmarshal(text, &object)
			f.data = object.Data
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"kind": "ConfigMap", "metadata": map[string]string{"name": "aws-auth", "namespace": "kube-system"}, "data": f.data})
	case strings.HasSuffix(r.URL.Path, "/selfsubjectreviews"):
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"status":{"userInfo":{"username":"scenario","groups":["scenario"]}}}`)
	default:
		_, _ = io.WriteString(w, `{"status":{"allowed":false}}`)
	}
}

func (f *fakeCluster) authenticate(w http.ResponseWriter, r *http.Request) {
	mappings, _ := authenticator.ParseAWSAuth(f.data)
	caller, _ := mapping.NewCaller(userARN)
	found := mappings.Find(caller)
	line := fmt.Sprintf("msg=\"STS response\" arn=%q client=%q path=/authenticate\n", userARN, r.RemoteAddr)
	if found == nil {
		line += fmt.Sprintf("msg=\"access denied\" error=\"identity is not mapped\" client=%q path=/authenticate\n", r.RemoteAddr)
	}
	file, _ := os.OpenFile(f.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	_, _ = io.WriteString(file, line)
	_ = file.Close()
	if found == nil {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"status":{}}`)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"status": map[string]any{"authenticated": true,
		"user": map[string]any{"username": found.Username, "groups": found.Groups, "extra": map[string]any{"arn": []string{userARN}}}}})
}

func start(t *testing.T) (*fakeCluster, Stack) {
	t.Helper()
	f := &fakeCluster{data: map[string]string{"mapUsers": "before"}, log: filepath.Join(t.TempDir(), "log")}
	server := httptest.NewTLSServer(f)
	t.Cleanup(server.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	kubeconfig := func(name, url string) string {
		config := clientcmdapi.NewConfig()
		config.Clusters["c"] = &clientcmdapi.Cluster{Server: url, CertificateAuthorityData: ca}
		config.Contexts["c"] = &clientcmdapi.Context{Cluster: "c"}
		config.CurrentContext = "c"
		path := filepath.Join(t.TempDir(), name)
		if err := clientcmd.WriteToFile(*config, path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return f, Stack{ARN: userARN, Question: online.Question{
		Gateway: "http://127.0.0.1:1", Now: time.Now, Profile: &online.Profile{Keys: aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "s"}},
		Cluster: online.Cluster{Name: "dev", Region: "us-east-2", Partition: "aws", Server: server.URL, CA: ca, Log: f.log,
			Webhook: kubeconfig("webhook", server.URL+"/authenticate"), Admin: kubeconfig("admin", server.URL)},
	}}
}

// TestRun holds that a scenario is broken, named, repaired and put back. What STS decides, the fake cluster cannot refuse.
func TestRun(t *testing.T) {
	notHere := []int{37, 38, 40, 55} // STS and the templates
	for _, s := range All() {
		if slices.Contains(notHere, s.Cause) {
			continue
		}
		t.Run(fmt.Sprint(s.Cause), func(t *testing.T) {
			f, stack := start(t)
			result, err := Run(t.Context(), stack, s)
			if err != nil {
				t.Fatal(err)
			}
			if result.Broken.Refusal() == nil || result.Repaired.Refusal() != nil {
				t.Errorf("refusal %+v, then %+v", result.Broken.Refusal(), result.Repaired.Refusal())
			}
			if f.data["mapUsers"] != "before" {
				t.Errorf("aws-auth was left as %q", f.data)
			}
		})
	}
}

func TestRunSaysWhatIsOtherwise(t *testing.T) {
	_, stack := start(t)
	stack.ARN, stack.Settle = "arn:aws:iam::111122223333:user/somebody", time.Millisecond // so that the repair lets in another
	s := All()[slices.IndexFunc(All(), func(s Scenario) bool { return s.Cause == 36 })]
	_, err := Run(t.Context(), stack, s)
	if err == nil || !strings.Contains(err.Error(), "cause 0: the explanation names cause 17") {
		t.Errorf("got %v", err)
	}
}

// TestTheCatalogueHasEachScenario holds that causes are named once and are in docs/CAUSES.md, and that the lint finds what is
// wrong with a text by itself.
func TestTheCatalogueHasEachScenario(t *testing.T) {
	catalogue, err := os.ReadFile("../../docs/CAUSES.md")
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for _, s := range All() {
		if s.Cause <= last || !strings.Contains(string(catalogue), fmt.Sprintf("\n## %d. ", s.Cause)) {
			t.Errorf("cause %d after %d is out of order or not in the catalogue", s.Cause, last)
		}
		last = s.Cause
	}
	if findings := lint.AWSAuth("mapUsers: |\n  " + strings.ReplaceAll(strings.ReplaceAll(repaired, "ARN", userARN), "\n", "\n  ")); len(findings) > 0 {
		t.Errorf("the repaired aws-auth has findings: %+v", findings)
	}
}
