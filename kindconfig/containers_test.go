package kindconfig

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fakeDocker puts a docker into PATH that is a shell script.
func fakeDocker(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	writeScript(t, filepath.Join(dir, "docker"), script)
	t.Setenv("PATH", dir+":/usr/bin:/bin")
}

func writeScript(t *testing.T, path, script string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestNoContainers(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"no daemon", "echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' >&2; exit 1", "start the daemon, or run scripts/docker-up.sh"},
		{"no permission", "echo 'permission denied while trying to connect to the Docker daemon socket' >&2; exit 1", "add your user to the group docker and log in again"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fakeDocker(t, test.script)
			if _, err := findContainers(t.Context(), docker); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v; want an error that says %q", err, test.want)
			}
		})
	}
	t.Run("no such runtime", func(t *testing.T) {
		fakeDocker(t, "exit 0")
		if _, err := findContainers(t.Context(), "nerdctl"); err == nil || !strings.Contains(err.Error(), "use docker or podman") {
			t.Errorf("%v; want an error that names docker and podman", err)
		}
	})
	t.Run("no program", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if _, err := findContainers(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "install Docker") {
			t.Errorf("%v; want an error that says to install Docker", err)
		}
	})
}

func TestMachineAddress(t *testing.T) {
	tests := []struct{ name, script, want, problem string }{
		{"network of kind", `echo "fc00:f853:ccd:e793::1 172.18.0.1 "`, "172.18.0.1", ""},
		{"IPv6 alone", `echo "fc00:f853:ccd:e793::1 "`, "", "docker network rm kind"},
		{"no network, and no IPv6 to make one with", `
state=$(dirname "$0")/made
case "$*" in
*inspect*) cat "$state" ;;
*--ipv6*) echo 'could not find an available IPv6 range' >&2; exit 1 ;;
*) echo 172.19.0.1 >"$state" ;;
esac`, "172.19.0.1", ""},
		{"overlap", `echo 'Pool overlaps with other one on this address space' >&2; exit 1`, "", "docker network prune"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fakeDocker(t, test.script)
			got, err := containers(docker).machineAddress(t.Context())
			if test.problem != "" {
				if err == nil || !strings.Contains(err.Error(), test.problem) {
					t.Errorf("%v; want an error that says %q", err, test.problem)
				}
			} else if err != nil || got.String() != test.want {
				t.Errorf("%v, %v; want %s", got, err, test.want)
			}
		})
	}
}

func TestNodeImageIsChosenAndAnnounced(t *testing.T) {
	tests := []struct {
		name           string
		docker, script string
		want           string
		steps          []string
		problem        string
	}{
		{
			name: "pinned image here", docker: "exit 0", want: PinnedImage,
			steps: []string{"node image " + PinnedImage + " (here already)"},
		},
		{
			name: "built before", docker: `[ "$1" = version ]`, script: `echo eksauth/node:built`, want: "eksauth/node:built",
			steps: []string{"node image eksauth/node:built (built before)"},
		},
		{
			name: "registry", docker: `[ "$1" != image ]`, script: `exit 1`, want: PinnedImage,
			steps: []string{"asking for " + PinnedImage, "node image " + PinnedImage + " (from its registry)"},
		},
		{
			name: "no registry", docker: `[ "$1" = version ]`,
			script: `[ "$1" != --present ] || exit 1; echo "node image: eksauth/node:built is ready" >&2; echo eksauth/node:built`,
			want:   "eksauth/node:built",
			steps: []string{
				"asking for " + PinnedImage, "no registry is reached: building a node image, which takes some minutes the first time",
				"eksauth/node:built is ready",
			},
		},
		{
			name: "build fails", docker: `[ "$1" = version ]`, script: `echo "node image: the disk is full" >&2; exit 1`,
			steps: []string{
				"asking for " + PinnedImage, "no registry is reached: building a node image, which takes some minutes the first time",
			},
			problem: "build a node image: the disk is full",
		},
		{
			name: "no checkout", docker: `[ "$1" = version ] || { echo "no route to host" >&2; exit 1; }`,
			steps: []string{"asking for " + PinnedImage}, problem: "run this in a checkout",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fakeDocker(t, test.docker)
			checkout := t.TempDir()
			if test.script != "" {
				writeScript(t, filepath.Join(checkout, buildScript), test.script)
			}
			var steps []string
			got, err := NodeImage(t.Context(), ImageConfig{
				Runtime: docker, Checkouts: []string{checkout}, Progress: func(step string) { steps = append(steps, step) },
			})
			if diff := cmp.Diff(test.steps, steps); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			if got != test.want || (err == nil) != (test.problem == "") || err != nil && !strings.Contains(err.Error(), test.problem) {
				t.Errorf("%q, %v; want %q, %q", got, err, test.want, test.problem)
			}
		})
	}
}

// The script that builds the image must be told which command is to get it.
func TestNodeImageIsBuiltForTheRuntime(t *testing.T) {
	t.Setenv("PATH", t.TempDir()+":/usr/bin:/bin")
	dir, _, _ := strings.Cut(os.Getenv("PATH"), ":")
	writeScript(t, filepath.Join(dir, podman), "exit 0")
	checkout := t.TempDir()
	writeScript(t, filepath.Join(checkout, buildScript), `echo "image for $EKSAUTH_CONTAINERS"`)
	image, err := BuildNodeImage(t.Context(), ImageConfig{Runtime: podman, Checkouts: []string{checkout}, Progress: func(string) {}})
	if want := "image for podman"; err != nil || image != want {
		t.Errorf("%q, %v; want %q", image, err, want)
	}
}
