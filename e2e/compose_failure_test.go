package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eksauth/eksauth/e2e/client"
)

// fakeDocker answers what compose-up.sh asks, and fails to bring anything up with the text of $REFUSAL. It notes what it is
// asked to take down.
const fakeDocker = `#!/bin/sh
case "$*" in
version*) [ -z "$NO_DAEMON" ] || { echo "$NO_DAEMON" >&2; exit 1; }; echo 28.0.0 ;;
*' up '*) echo "$REFUSAL" >&2; exit 1 ;;
*' down'*) echo "$*" >>"$NOTES" ;;
'image inspect '*missing*) exit 1 ;;
'ps '*) printf '%s' "$RUNNING" ;;
'volume ls '*) printf '%s' "$STATE" ;;
esac
`

func TestComposeUpNamesTheFix(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(secret, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		vars map[string]string
		want string // of the one line on standard error
		down string // what is taken down; empty for nothing
	}{
		{"no daemon", map[string]string{"NO_DAEMON": "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"},
			"no Docker daemon answers: start Docker", ""},
		{"no permission", map[string]string{"NO_DAEMON": "permission denied while trying to connect to the Docker daemon socket"}, "sudo usermod -aG docker", ""},
		{"no image", map[string]string{"EKSAUTH_TAG": "missing"}, "build it with scripts/images.sh missing", ""},
		{"no configuration", map[string]string{"EKSAUTH_CONFIG": "nowhere.yaml"}, "EKSAUTH_CONFIG=nowhere.yaml is no file", ""},
		{"secret configuration", map[string]string{"EKSAUTH_CONFIG": secret}, "chmod o+r " + secret, ""},
		{"port in use by a container", map[string]string{"REFUSAL": "driver failed programming external connectivity: Bind for 127.0.0.1:4566 failed: port is already allocated"},
			"127.0.0.1:4566 is in use: end what listens there, or choose others with EKSAUTH_PORT", "down --volumes"},
		{"port in use by a program", map[string]string{"REFUSAL": "Error starting userland proxy: listen tcp4 127.0.0.1:6443: bind: address already in use", "STATE": "v"},
			"127.0.0.1:6443 is in use", "down"},
		{"networks overlap", map[string]string{"REFUSAL": "failed to create network: Pool overlaps with other one on this address space", "RUNNING": "c"},
			"docker network prune", ""},
		{"no networks left", map[string]string{"REFUSAL": "all predefined address pools have been fully subnetted"}, "docker network prune", "down --volumes"},
		{"disk full", map[string]string{"REFUSAL": "write /var/lib/docker/x: no space left on device"}, "the disk is full: docker system prune", "down --volumes"},
		{"anything else", map[string]string{"REFUSAL": "one\ntwo"}, "its last line is: two", "down --volumes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { refuses(t, test.vars, test.want, test.down) })
	}
}

func refuses(t *testing.T, vars map[string]string, want, down string) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "docker"), []byte(fakeDocker), 0o755); err != nil {
		t.Fatal(err)
	}
	notes := filepath.Join(dir, "notes")
	up, err := script("compose-up.sh")
	if err != nil {
		t.Fatal(err)
	}
	result := client.New(dir, vars).With(map[string]string{"PATH": dir + ":" + os.Getenv("PATH"), "NOTES": notes}).Run(up)
	if result.Code == 0 || strings.Count(result.Stderr, "\n") != 1 || !strings.Contains(result.Stderr, want) {
		t.Errorf("want one line with %q:\n%s", want, result)
	}
	taken, err := os.ReadFile(notes)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	got := ""
	if i := strings.Index(string(taken), "down"); i >= 0 {
		got = strings.TrimSpace(string(taken)[i:])
	}
	if got != down {
		t.Errorf("taken down with %q, want %q", got, down)
	}
}
