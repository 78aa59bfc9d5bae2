package kindconfig

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// notedDocker has nodes with the IDs in NODES, notes what it removes, and then has none.
const notedDocker = `notes=$(dirname "$0")/notes
case "$1" in
ps) [ -f "$notes" ] || case "$*" in *Names*) echo dev-control-plane ;; *) printf '%s\n' $NODES ;; esac ;;
rm) echo "$*" >>"$notes" ;;
esac`

func recorded(t *testing.T, nodes string, text string) (*Cluster, func() string) {
	t.Helper()
	fakeDocker(t, notedDocker)
	t.Setenv("NODES", nodes)
	cfg := Config{Name: "dev", KindName: "dev", Dir: t.TempDir(), LogDir: t.TempDir()}.withDefaults()
	if text != "" {
		if err := os.WriteFile(cfg.file(recordFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	log := &kindLog{cfg.Progress, slog.New(slog.DiscardHandler)}
	c := &Cluster{cfg: cfg, containers: docker, provider: containers(docker).provider(log)}
	program, _, _ := strings.Cut(os.Getenv("PATH"), ":")
	return c, func() string {
		removed, err := os.ReadFile(filepath.Join(program, "notes"))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(removed))
	}
}

func TestExistingNodes(t *testing.T) {
	tests := []struct {
		name, nodes, record    string
		want, removed, problem string
	}{
		{"none", "", "", "", "", ""},
		{"of an earlier start", "b a", `{"KindName": "dev", "Runtime": "docker", "Nodes": ["a", "b"]}`, "a b", "", ""},
		{"of a creation that was cut short", "a", `{"KindName": "dev", "Runtime": "docker"}`, "", "rm -f -v dev-control-plane", ""},
		{"of somebody else", "a", "", "", "", "was not made by this stack"},
		{"with one more", "a b", `{"KindName": "dev", "Runtime": "docker", "Nodes": ["a"]}`, "", "", "kind delete cluster --name dev"},
		{"with a record that is damaged", "a", `{"KindName`, "", "", "read the record"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, removed := recorded(t, test.nodes, test.record)
			nodes, err := c.existing(t.Context())
			if got := strings.Join(nodes, " "); got != test.want || (err != nil) != (test.problem != "") || err != nil && !strings.Contains(err.Error(), test.problem) {
				t.Errorf("%q, %v; want %q, %q", got, err, test.want, test.problem)
			}
			if got := removed(); got != test.removed {
				t.Errorf("removed by %q; want %q", got, test.removed)
			}
		})
	}
}

func TestPurge(t *testing.T) {
	tests := []struct{ name, nodes, record, removed string }{
		{"a cluster of processes", "a", "", ""},
		{"nodes", "a b", `{"KindName": "dev", "Runtime": "docker", "Nodes": ["a", "b"]}`, "rm -f -v a b"},
		{"what a creation that was cut short has made", "a", `{"KindName": "dev", "Runtime": "docker"}`, "rm -f -v a"},
		{"nodes that somebody has removed", "", `{"KindName": "dev", "Runtime": "docker", "Nodes": ["a"]}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, removed := recorded(t, test.nodes, test.record)
			if err := Purge(t.Context(), c.cfg.Dir); err != nil {
				t.Fatal(err)
			}
			if got := removed(); got != test.removed {
				t.Errorf("removed by %q; want %q", got, test.removed)
			}
		})
	}
}

func TestLastWordsNameTheCure(t *testing.T) {
	fakeDocker(t, `case "$1" in
ps) echo a ;;
logs) printf 'Welcome to Debian\n\033[0;1;31mFailed to create control group inotify object: Too many open files\033[0m\n\033[0;1;31mExiting PID 1...\033[0m\n' ;;
esac`)
	c := &Cluster{containers: docker}
	err := c.lastWords(t.Context())
	for _, want := range []string{"a node has ended: Failed to create control group inotify object: Too many open files", "sysctl -w fs.inotify.max_user_instances"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want an error that says %q", err, want)
		}
	}
}
