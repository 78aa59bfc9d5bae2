package localcluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// writeProgram makes a program that only prints.
func writeProgram(t *testing.T, path, prints string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho '"+prints+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestFindRelease(t *testing.T) {
	dir := t.TempDir()
	main := Binaries{Etcd: "/main/etcd", APIServer: "/main/kube-apiserver", ControllerManager: "/main/kube-controller-manager", Kubectl: "/main/kubectl", Authenticator: "/main/aws-iam-authenticator"}
	for folder, versions := range map[string][2]string{
		"good": {"Kubernetes v1.37.1", "Kubernetes v1.37.1"}, "mixed": {"Kubernetes v1.37.1", "Kubernetes v1.36.3"}, "other": {"etcd Version: 3.6", "Kubernetes v1.37.1"},
	} {
		writeProgram(t, filepath.Join(dir, folder, "kube-apiserver"), versions[0])
		writeProgram(t, filepath.Join(dir, folder, "kube-controller-manager"), versions[1])
	}
	got, err := FindRelease(t.Context(), main, filepath.Join(dir, "good"))
	if err != nil {
		t.Fatal(err)
	}
	want := Release{Version: "1.37.1", Binaries: main}
	want.APIServer, want.ControllerManager = filepath.Join(dir, "good", "kube-apiserver"), filepath.Join(dir, "good", "kube-controller-manager")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("release (-want +got):\n%s", diff)
	}
	for folder, refusal := range map[string]string{
		"mixed": "has kube-apiserver 1.37.1 and kube-controller-manager 1.36.3: put programs of one version there",
		"other": `"etcd Version: 3.6\n" names none`,
		"none":  "both must be there",
	} {
		if _, err := FindRelease(t.Context(), main, filepath.Join(dir, folder)); err == nil || !strings.Contains(err.Error(), refusal) {
			t.Errorf("%s: %v, want %q", folder, err, refusal)
		}
	}
}

func TestVersionOfTheRealProgram(t *testing.T) {
	version, err := VersionOf(t.Context(), realBinaries(t).APIServer)
	if err != nil || !strings.HasPrefix(version, "1.") {
		t.Errorf("%q, %v", version, err)
	}
}
