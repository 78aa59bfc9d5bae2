package profile

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	clientauthentication "k8s.io/client-go/pkg/apis/clientauthentication/v1beta1"
	"k8s.io/client-go/tools/clientcmd"
)

var people = []Profile{
	{Name: "arseniy", ARN: "arn:aws:iam::534000000385:user/arseniy", Region: "us-east-2", AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "s/+="},
	{Name: "deployer", ARN: "arn:aws:iam::534000000385:role/deployer", Region: "us-east-2", RoleARN: "arn:aws:iam::534000000385:role/deployer", Source: "arseniy", Session: "eksauth-1"},
}

func TestAWSFiles(t *testing.T) {
	const config = notice + `
[profile arseniy]
region = us-east-2
output = json

[profile deployer]
region = us-east-2
output = json
role_arn = arn:aws:iam::534000000385:role/deployer
source_profile = arseniy
role_session_name = eksauth-1
`
	if diff := cmp.Diff(config, string(Config(people))); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
	const credentials = notice + `
[arseniy]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = s/+=
`
	if diff := cmp.Diff(credentials, string(Credentials(people))); diff != "" {
		t.Errorf("credentials (-want +got):\n%s", diff)
	}
}

func TestKubeconfigHasAContextForEachProfile(t *testing.T) {
	clusters := []Cluster{{Name: "first", Server: "https://127.0.0.1:1", Region: "us-east-2"}, {Name: "second", Server: "https://127.0.0.1:2", Region: "us-east-2"}}
	data, err := Kubeconfig(clusters, people, Plugin{AWS: "aws"}, "arseniy")
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, context := range config.Contexts {
		got[name] = context.Cluster
	}
	want := map[string]string{"arseniy": "first", "deployer": "first", "arseniy@second": "second", "deployer@second": "second"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("contexts (-want +got):\n%s", diff)
	}
	if config.CurrentContext != "arseniy" {
		t.Errorf("current context %q", config.CurrentContext)
	}
	if err := clientcmd.Validate(*config); err != nil {
		t.Error(err)
	}
}

func TestAClusterOfAnyProfileHasOneContext(t *testing.T) {
	clusters := []Cluster{{Name: "first", Server: "https://127.0.0.1:1"}, {Name: "prod", Entry: "arn:prod", Server: "https://127.0.0.1:2", Region: "eu-west-1", AnyProfile: true}}
	data, err := Kubeconfig(clusters, people, Plugin{AWS: "aws", Env: map[string]string{"HTTPS_PROXY": "p"}}, "arseniy")
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := clientcmd.Validate(*config); err != nil || len(config.Contexts) != 3 || config.Contexts["arn:prod"].Cluster != "arn:prod" {
		t.Fatalf("contexts: %v, %v", config.Contexts, err)
	}
	exec := config.AuthInfos["arn:prod"].Exec
	if diff := cmp.Diff([]string{"--region", "eu-west-1", "eks", "get-token", "--cluster-name", "prod", "--output", "json"}, exec.Args); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
	for _, v := range exec.Env {
		if v.Name == "AWS_PROFILE" || v.Name == "AWS_ACCESS_KEY_ID" {
			t.Errorf("%s is set, and the client's own would not count", v.Name)
		}
	}
}

func TestAProfileMayAskAProcess(t *testing.T) {
	const want = notice + `
[profile x]
region = eu-west-1
output = json
credential_process = eksauth credentials --as arn
`
	if diff := cmp.Diff(want, string(Config([]Profile{{Name: "x", Region: "eu-west-1", Process: "eksauth credentials --as arn"}}))); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
}

// TestAWSPluginMakesTheProfilesToken runs the real aws CLI in an environment that would lead it astray.
func TestAWSPluginMakesTheProfilesToken(t *testing.T) {
	aws, err := exec.LookPath("aws")
	if err != nil {
		t.Skip("no aws CLI is installed; the end-to-end suite fails in CI without one")
	}
	dir := t.TempDir()
	files := Files{Config: filepath.Join(dir, "config"), Credentials: filepath.Join(dir, "credentials"), CA: filepath.Join(dir, "ca.pem")}
	for path, data := range map[string][]byte{files.Config: Config(people), files.Credentials: Credentials(people)} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	plugin := Plugin{AWS: aws, Env: files.Env("127.0.0.1:9", "us-east-2", "")}
	exec1 := plugin.exec(people[0], Cluster{Name: "dev", Region: "us-east-2"})
	cmd := exec.Command(exec1.Command, exec1.Args...)
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=AKIASTRANGERSTRANGER", "AWS_SECRET_ACCESS_KEY=x", "AWS_ENDPOINT_URL=http://127.0.0.1:1")
	for _, v := range exec1.Env {
		cmd.Env = append(cmd.Env, v.Name+"="+v.Value)
	}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var credential clientauthentication.ExecCredential
	if err := json.Unmarshal(out, &credential); err != nil || credential.APIVersion != execAPIVersion || credential.Status == nil {
		t.Fatalf("no credential of %s: %v: %s", execAPIVersion, err, out)
	}
	presigned, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(credential.Status.Token, "k8s-aws-v1."))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := url.Parse(string(presigned))
	if err != nil {
		t.Fatal(err)
	}
	key, _, _ := strings.Cut(signed.Query().Get("X-Amz-Credential"), "/")
	if signed.Host != "sts.us-east-2.amazonaws.com" || key != people[0].AccessKeyID {
		t.Errorf("the token is for host %s and key %s: the shell's own variables have led the plugin astray", signed.Host, key)
	}
}

func TestEnvKeepsTheCallersNoProxy(t *testing.T) {
	for have, want := range map[string]string{
		"":                            "localhost,127.0.0.1,::1",
		"example.com, 127.0.0.1,.svc": "localhost,127.0.0.1,::1,example.com,.svc",
	} {
		if got := (Files{}).Env("127.0.0.1:4566", "us-east-2", have)["NO_PROXY"]; got != want {
			t.Errorf("NO_PROXY from %q: got %q, want %q", have, got, want)
		}
	}
}
