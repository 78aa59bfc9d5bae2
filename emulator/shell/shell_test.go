package shell

import (
	"os/exec"
	"strings"
	"testing"
)

func lookup(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
}

// run evaluates script in a real shell with the given variables and returns what it prints.
func run(t *testing.T, program, script string, vars map[string]string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed", program)
	}
	cmd := exec.Command(path, "-c", script)
	for name, value := range vars {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}

func TestExportAndRestoreInARealShell(t *testing.T) {
	vars := map[string]string{"KUBECONFIG": `/a b/it's $HOME\"x`, "AWS_REGION": "us-east-2"}
	before := map[string]string{"KUBECONFIG": "mine"}
	for _, program := range []string{"sh", "bash"} {
		s := Detect("/bin/" + program)
		export, err := s.Export(vars, lookup(before))
		if err != nil {
			t.Fatal(err)
		}
		out := run(t, program, export+`printf '%s|%s|%s' "$KUBECONFIG" "$AWS_REGION" "$EKSAUTH_SAVED"`, before)
		parts := strings.Split(out, "|")
		if parts[0] != vars["KUBECONFIG"] || parts[1] != "us-east-2" {
			t.Fatalf("%s: after Export: %q", program, out)
		}
		now := map[string]string{"KUBECONFIG": parts[0], "AWS_REGION": parts[1], Saved: parts[2]}
		again, err := s.Export(map[string]string{"AWS_REGION": "eu-west-1", "AWS_PROFILE": "p"}, lookup(now))
		if err != nil {
			t.Fatal(err)
		}
		now[Saved] = strings.Split(run(t, program, again+`printf '%s' "$EKSAUTH_SAVED"`, now), "|")[0]
		restore, err := s.Restore(lookup(now))
		if err != nil {
			t.Fatal(err)
		}
		out = run(t, program, restore+`printf '%s|%s|%s|%s' "$KUBECONFIG" "${AWS_REGION-unset}" "${AWS_PROFILE-unset}" "${EKSAUTH_SAVED-unset}"`, now)
		if out != "mine|unset|unset|unset" {
			t.Errorf("%s: after Restore: %q", program, out)
		}
	}
}

func TestQuoting(t *testing.T) {
	tests := []struct{ shell, want string }{
		{"bash", `export V='it'\''s $x'`},
		{"zsh", `export V='it'\''s $x'`},
		{"fish", `set -gx V 'it\'s $x';`},
		{"pwsh", `$Env:V = 'it''s $x'`},
	}
	for _, tt := range tests {
		s, err := Named(tt.shell)
		if err != nil {
			t.Fatal(err)
		}
		out, err := s.Export(map[string]string{"V": "it's $x"}, lookup(nil))
		if err != nil || !strings.HasPrefix(out, tt.want+"\n") {
			t.Errorf("%s: got %q, %v; want %q", tt.shell, out, err, tt.want)
		}
	}
	if _, err := Named("cmd"); err == nil || !strings.Contains(err.Error(), "bash, fish, powershell") {
		t.Errorf("an unknown shell: got %v, want an error that names the known ones", err)
	}
}

func TestSpoiledSavedNamesTheFix(t *testing.T) {
	_, err := Detect("").Restore(lookup(map[string]string{Saved: "%"}))
	if err == nil || !strings.Contains(err.Error(), "unset it") {
		t.Errorf("got %v", err)
	}
}
