package kindconfig

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fakeBuild is what a build of a node image calls: the real script with steps and programs that take no time. The step that
// BREAK names fails.
type fakeBuild struct{ checkout, cache string }

func newFakeBuild(t *testing.T) fakeBuild {
	t.Helper()
	b := fakeBuild{t.TempDir(), t.TempDir()}
	script, err := os.ReadFile(filepath.Join("..", buildScript))
	if err != nil {
		t.Fatal(err)
	}
	fails := `[ "${BREAK:-}" != "$(basename "$0" .sh)" ] || { echo "no space left on device" >&2; exit 1; }` + "\n"
	for step, script := range map[string]string{
		"system": `echo system >"$1"`, "programs": `mkdir "$1"`, "tree": `mkdir "$3"`, "pack": `echo image >"$2"`,
	} {
		writeScript(t, filepath.Join(b.checkout, "scripts", "node-image-"+step+".sh"), fails+script)
	}
	if err := os.WriteFile(filepath.Join(b.checkout, buildScript), script, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"upstream/go.mod", "upstream/node/main.go", "upstream/pause/main.go", "upstream/coredns/main.go"} {
		writeScript(t, filepath.Join(b.checkout, file), "")
	}
	bin := filepath.Join(b.checkout, "bin")
	for program, script := range map[string]string{
		"docker": `case "$1 $2" in "image inspect") [ -f "$0.image" ] ;; "import "*) cat >"$0.image" ;; esac`,
		"go":     "echo v1", "id": "echo 0", "df": `printf 'Avail\n%s\n' "$AVAILABLE"`, "zstd": `cat "$4"`, "mmdebstrap": "", "jq": "",
	} {
		writeScript(t, filepath.Join(bin, program), script)
	}
	return b
}

// run returns the last line of standard output, and standard error.
func (b fakeBuild) run(t *testing.T, vars ...string) (image, said string, ok bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(b.checkout, buildScript))
	cmd.Env = append([]string{"PATH=" + filepath.Join(b.checkout, "bin") + ":/usr/bin:/bin", "EKSAUTH_CACHE=" + b.cache, "AVAILABLE=99999999"}, vars...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	return lastLine(string(out)), stderr.String(), err == nil
}

// left is what lies in the cache, but for the lock.
func (b fakeBuild) left(t *testing.T) string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(b.cache, "node-image"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.Name() != "lock" {
			names = append(names, strings.SplitN(entry.Name(), "-", 2)[0])
		}
	}
	return strings.Join(names, " ")
}

func TestBuildRefusesAFullDisk(t *testing.T) {
	b := newFakeBuild(t)
	_, said, ok := b.run(t, "AVAILABLE=2048")
	if ok || !strings.Contains(said, "has 2 MiB left and a build needs up to 3072: free some space, or name another folder with EKSAUTH_CACHE") {
		t.Errorf("succeeded: %v, said %q", ok, said)
	}
	if left := b.left(t); left != "" {
		t.Errorf("%s is left", left)
	}
}

func TestHalfBuiltImageIsNeverTaken(t *testing.T) {
	b := newFakeBuild(t)
	// What a build that was killed has left.
	writeScript(t, filepath.Join(b.cache, "node-image", ".work.killed", "node.tar.zst"), "half")
	for _, step := range []struct{ script, want, left string }{
		{"node-image-system", "Debian system failed", ""},
		{"node-image-tree", "node failed", "system"},
		{"node-image-pack", "image failed", "system"},
	} {
		_, said, ok := b.run(t, "BREAK="+step.script)
		if ok || !strings.Contains(said, "no space left on device") || !strings.Contains(said, step.want) {
			t.Errorf("%s is broken: succeeded: %v, said %q", step.script, ok, said)
		}
		if left := b.left(t); left != step.left {
			t.Errorf("%s is broken: %q is left, want %q", step.script, left, step.left)
		}
	}
	built, said, ok := b.run(t)
	if !ok || !strings.HasPrefix(built, "eksauth/node:v1-") || b.left(t) != "node system" {
		t.Fatalf("%q, %v; said %q", built, ok, said)
	}
	if again, said, ok := b.run(t); !ok || again != built || !strings.Contains(said, "(built before)") {
		t.Errorf("%q, %v; said %q", again, ok, said)
	}
	// Docker has lost it.
	if err := os.Remove(filepath.Join(b.checkout, "bin", "docker.image")); err != nil {
		t.Fatal(err)
	}
	if again, said, ok := b.run(t, "BREAK=node-image-system"); !ok || again != built || !strings.Contains(said, "(loaded from the cache)") {
		t.Errorf("%q, %v; said %q", again, ok, said)
	}
}
