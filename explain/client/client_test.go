package client

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/eksauth/eksauth/explain/hop"
)

// plugin writes a program that runs a script, and returns its path.
func plugin(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plugin")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func prints(version, status string) string {
	return fmt.Sprintf(`echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/%s","status":%s}'`, version, status)
}

// config is a kubeconfig whose current context has the user.
func config(user *api.AuthInfo) *api.Config {
	c := api.NewConfig()
	c.CurrentContext = "dev"
	c.Contexts["dev"] = &api.Context{AuthInfo: "me"}
	if user != nil {
		c.AuthInfos["me"] = user
	}
	return c
}

func runs(command, version string) *api.AuthInfo {
	return &api.AuthInfo{Exec: &api.ExecConfig{
		Command: command, APIVersion: group + version, InteractiveMode: api.NeverExecInteractiveMode, Env: []api.ExecEnvVar{{Name: "WHO", Value: "me"}},
	}}
}

// hops is an answer as "H2 refused 41".
func hops(a *hop.Answer) string {
	var out []string
	for _, step := range a.Steps {
		text := step.Hop + " " + string(step.Status)
		if step.Status == hop.Refused {
			text += fmt.Sprintf(" %d", step.Reasons[0].Cause)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestAsk(t *testing.T) {
	now := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := plugin(t, prints("v1beta1", `{"token":"made"}`))
	fails := func(text string) *api.AuthInfo { return runs(plugin(t, "echo '"+text+"' >&2; exit 255"), "v1") }
	tests := []struct {
		name  string
		user  *api.AuthInfo
		want  string
		token string
		text  string
	}{
		{"a plugin", runs(good, "v1beta1"), "H2 ok", "made", "runs " + good + " (v1beta1)"},
		{"its variables", runs(plugin(t, prints("v1", `{"token":"'$WHO'"}`)), "v1"), "H2 ok", "me", ""},
		{"it is told what is wanted", runs(plugin(t, `case $KUBERNETES_EXEC_INFO in *client.authentication.k8s.io/v1\"*) `+prints("v1", `{"token":"told"}`)+`;; esac`), "v1"), "H2 ok", "told", ""},
		{"past its end", runs(plugin(t, prints("v1", `{"token":"made","expirationTimestamp":"2026-03-14T15:00:00Z"}`)), "v1"), "H2 ok", "made", "past its own end"},
		{"41 v1alpha1", runs(good, "v1alpha1"), "H2 refused 41", "", `exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"`},
		{"42 versions disagree", runs(good, "v1"), "H2 refused 42", "", "configured to use API version client.authentication.k8s.io/v1, plugin returned version client.authentication.k8s.io/v1beta1"},
		{"42 an old plugin", runs(plugin(t, prints("v1alpha1", `{"token":"made"}`)), "v1"), "H2 refused 42", "", `no kind "ExecCredential" is registered for version "client.authentication.k8s.io/v1alpha1"`},
		{"42 no JSON", runs(plugin(t, "echo hello"), "v1"), "H2 refused 42", "", "no JSON"},
		{"42 no interactive mode", &api.AuthInfo{Exec: &api.ExecConfig{Command: good, APIVersion: group + "v1"}}, "H2 refused 42", "", "interactiveMode"},
		{"44 no token made", runs(plugin(t, prints("v1", `{}`)), "v1"), "H2 refused 44", "", "didn't return a token"},
		{"43 not on PATH", runs("no-such-program", "v1"), "H2 refused 43", "", "executable no-such-program not found"},
		{"43 no such file", runs("/absent/aws", "v1"), "H2 refused 43", "", "executable /absent/aws not found"},
		{"43 no command", runs("", "v1"), "H2 refused 43", "", "command must be specified"},
		{"43 an auth-provider", &api.AuthInfo{AuthProvider: &api.AuthProviderConfig{Name: "gcp"}}, "H2 refused 43", "", `"gcp"`},
		{"44 nothing", &api.AuthInfo{}, "H2 refused 44", "", "neither a plugin (exec) nor a token"},
		{"44 no user", nil, "H2 refused 44", "", `"me", who is not in the file`},
		{"44 a password", &api.AuthInfo{Username: "me", Password: "x"}, "H2 refused 44", "", "a name and a password"},
		{"a fixed token", &api.AuthInfo{Token: "fixed"}, "H2 ok", "fixed", "good for 15 minutes"},
		{"a token's file", &api.AuthInfo{TokenFile: token}, "H2 ok", "from-file", "reads its token from"},
		{"44 no token's file", &api.AuthInfo{TokenFile: token + "x"}, "H2 refused 44", "", "cannot be read"},
		{"a certificate", &api.AuthInfo{ClientCertificate: "x"}, "H2 unknown", "", "client certificate"},
		{"30 no credentials", fails("Unable to locate credentials. You can configure credentials."), "H1 refused 30, H2 ok", "", "Unable to locate"},
		{"30 no such profile", fails("The config profile (nobody) could not be found"), "H1 refused 30, H2 ok", "", "(nobody)"},
		{"35 expired", fails("An error occurred (ExpiredToken) when calling the X operation"), "H1 refused 35, H2 ok", "", ""},
		{"31 AssumeRole", fails("An error occurred (AccessDenied) when calling the AssumeRole operation: User: x is not authorized to perform: sts:AssumeRole on resource: y"), "H2 ok, H3 refused 31", "", ""},
		{"33 MFA", fails("AssumeRoleTokenProviderNotSetError: assume role with MFA enabled"), "H2 ok, H3 refused 33", "", ""},
		{"another failure", fails("segmentation fault"), "H2 refused 0", "", "segmentation fault"},
		{"a silent failure", runs(plugin(t, "exit 3"), "v1"), "H2 refused 0", "", "exit status 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answer := hop.New()
			made := Ask(t.Context(), Question{Config: config(tt.user), Name: "kubeconfig", Cluster: "dev", Environ: os.Environ(), Now: now}, answer)
			if got := hops(answer); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if got := made.token(); got != tt.token {
				t.Errorf("token %q, want %q", got, tt.token)
			}
			var out strings.Builder
			if err := answer.Write(&out); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), tt.text) {
				t.Errorf("no %q in:\n%s", tt.text, &out)
			}
		})
	}
}

func (c *Credential) token() string {
	if c == nil {
		return ""
	}
	return c.Token
}

func TestContexts(t *testing.T) {
	for context, want := range map[string]string{"": "H2 ok", "dev": "H2 ok", "prod": "H2 refused 0"} {
		answer := hop.New()
		Check(Question{Config: config(runs(plugin(t, "exit 1"), "v1")), Name: "kubeconfig", Context: context, Environ: os.Environ()}, answer)
		if got := hops(answer); got != want {
			t.Errorf("context %q: got %s, want %s", context, got, want)
		}
	}
	answer := hop.New()
	Check(Question{Config: api.NewConfig(), Name: "kubeconfig"}, answer)
	if got := hops(answer); got != "H2 refused 44" {
		t.Errorf("an empty kubeconfig: got %s", got)
	}
}
