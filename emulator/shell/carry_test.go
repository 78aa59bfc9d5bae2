package shell

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// evaluate runs the script in a shell that has only the given folder of programs, and prints some variables.
func evaluate(t *testing.T, script string, env ...string) (stdout, stderr string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", script+"\necho \"$HTTPS_PROXY,${https_proxy:-},${KUBECONFIG:-}\"")
	var errors strings.Builder
	cmd.Env, cmd.Stderr = env, &errors
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &errors)
	}
	return string(out), errors.String()
}

func TestCarryWritesFilesAndSetsVariables(t *testing.T) {
	programs := t.TempDir()
	if err := os.WriteFile(filepath.Join(programs, "second"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "it's here")
	c := Carry{
		Dir: dir, Files: map[string][]byte{"config": []byte("it's\n$HOME `id` %s\\n\n")}, Vars: map[string]string{"HTTPS_PROXY": "http://p"},
		Lower: []string{"HTTPS_PROXY"}, Choose: "KUBECONFIG", Choices: []Choice{{"first", "one"}, {"second", "two"}},
	}
	path := "PATH=" + programs + ":/bin:/usr/bin"
	tests := []struct {
		name   string
		script string
		env    []string
		want   string
		stderr string
	}{
		{"evaluated", c.Script(), []string{path}, "http://p,," + filepath.Join(dir, "two") + "\n", ""},
		{"with a lower case proxy", c.Script(), []string{path, "https_proxy=http://other"}, "http://p,http://p," + filepath.Join(dir, "two") + "\n", ""},
		{"without a program", c.Script(), []string{"PATH=/bin:/usr/bin"}, "http://p,,\n", "eksauth: none of first, second is installed here: install one and evaluate this again\n"},
		{"undone", c.Script() + c.Undo(), []string{path}, ",,\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			stdout, stderr := evaluate(t, test.script, test.env...)
			if diff := cmp.Diff([]string{test.want, test.stderr}, []string{stdout, stderr}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			got, err := os.ReadFile(filepath.Join(dir, "config"))
			if diff := cmp.Diff(string(c.Files["config"]), string(got)); diff != "" || err != nil {
				t.Errorf("file (-want +got): %v\n%s", err, diff)
			}
			if info, err := os.Stat(filepath.Join(dir, "config")); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
		})
	}
}
