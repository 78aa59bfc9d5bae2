package emulator

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/emulator/config"
	"github.com/eksauth/eksauth/fakeeks"
)

func TestOnlyTheFirstClusterHasThePublishedPort(t *testing.T) {
	two := &config.File{Region: "us-east-2", Clusters: []config.Cluster{{Name: "first", Account: "1"}, {Name: "second", Account: "1"}}}
	chosen := &config.File{Region: "us-east-2", Clusters: []config.Cluster{{Name: "first", Account: "1", Port: 8443}, {Name: "second", Account: "1", Port: 7443}}}
	inContainers := &Container{APIServerPort: 6443}
	tests := []struct {
		name      string
		container *Container
		file      *config.File
		cluster   string
		want      int
	}{
		{"the first", inContainers, two, "first", 6443},
		{"the second", inContainers, two, "second", 0},
		{"one made through the API", inContainers, two, "third", 0},
		{"one made through the API of a stack without clusters", inContainers, &config.File{Region: "us-east-2"}, "third", 0},
		{"without containers", nil, two, "first", 0},
		{"configured", nil, chosen, "second", 7443},
		{"configured, but for a container", inContainers, chosen, "first", 6443},
	}
	for _, test := range tests {
		e := &Environment{o: Options{Config: test.file, Container: test.container}}
		got := e.apiServerPort(&fakeeks.Cluster{Name: test.cluster, Account: "1", Region: "us-east-2"})
		if got != test.want {
			t.Errorf("%s: port %d, want %d", test.name, got, test.want)
		}
	}
}

func TestFilled(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"empty": "", "full": "region: us-east-2\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]bool{}
	for _, path := range []string{"", os.DevNull, filepath.Join(dir, "empty"), filepath.Join(dir, "full"), filepath.Join(dir, "missing")} {
		got[filepath.Base(path)] = filled(path)
	}
	want := map[string]bool{".": false, "null": false, "empty": false, "full": true, "missing": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
