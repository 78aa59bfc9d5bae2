package client

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRunSeesItsOwnEnvironmentOnly(t *testing.T) {
	t.Setenv("AWS_PROFILE", "somebody-else")
	home := t.TempDir()
	got := New(home, map[string]string{"KUBECONFIG": "k"}).With(map[string]string{"GREETING": "hello"}).
		Run("sh", "-c", `echo "$GREETING $KUBECONFIG $AWS_PROFILE $HOME"; pwd`)
	want := Result{
		Command: `sh -c echo "$GREETING $KUBECONFIG $AWS_PROFILE $HOME"; pwd`,
		Stdout:  "hello k  " + home + "\n" + home + "\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

func TestRunReportsHowItEnded(t *testing.T) {
	u := New(t.TempDir(), nil)
	tests := []struct {
		name, input, program string
		args                 []string
		want                 Result
	}{
		{"a failure", "", "sh", []string{"-c", "echo no >&2; exit 3"}, Result{Command: "sh -c echo no >&2; exit 3", Stderr: "no\n", Code: 3}},
		{"input", "text", "cat", nil, Result{Command: "cat", Stdout: "text"}},
		{"by path", "", "/bin/sh", []string{"-c", ":"}, Result{Command: "/bin/sh -c :"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, u.RunInput(tt.input, tt.program, tt.args...)); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRunWithoutTheProgram(t *testing.T) {
	u := New(t.TempDir(), map[string]string{"PATH": "/nowhere"})
	want := Result{Command: "kubectl version", Stderr: "find kubectl in PATH=/nowhere: executable file not found in $PATH", Code: NotRun}
	if diff := cmp.Diff(want, u.Run("kubectl", "version")); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}
