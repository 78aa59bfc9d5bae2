package logs

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "etcd.log"), "")
	write(t, filepath.Join(dir, "a", "aws-iam-authenticator.log"), "")
	write(t, filepath.Join(dir, "b", "aws-iam-authenticator.log"), "")
	tests := []struct {
		name, component, cluster string
		want                     int
		wantErr                  string
	}{
		{"all", "", "", 3, ""},
		{"by the end of the name", "authenticator", "", 2, ""},
		{"in one cluster", "authenticator", "b", 1, ""},
		{"shared", "etcd", "", 1, ""},
		{"unknown", "kubelet", "", 0, "no log of kubelet: there are logs of"},
		{"not by any part of the name", "iam", "", 0, "no log of iam"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files, err := Find(dir, tt.component, tt.cluster)
			if len(files) != tt.want || (err != nil) != (tt.wantErr != "") || (err != nil && !strings.Contains(err.Error(), tt.wantErr)) {
				t.Errorf("got %v, %v; want %d files, error %q", files, err, tt.want, tt.wantErr)
			}
		})
	}
}

func TestContainersLogsReadLikeOthers(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "dev", "pods", "kube-system_aws-iam-authenticator-node_1", "aws-iam-authenticator", "0.log"),
		"2026-11-23T14:00:00.000000001Z stderr F time=x level=warning msg=\"access denied\"\n")
	files, err := Find(dir, "authenticator", "dev")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	err = Tail(t.Context(), files, -1, false, func(l Line) error {
		got = append(got, l.Component+"|"+l.Text)
		return nil
	})
	if want := []string{`aws-iam-authenticator|time=x level=warning msg="access denied"`}; err != nil || !cmp.Equal(want, got) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestTailFollowsWholeLinesAndANewStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.log")
	write(t, path, "one\ntwo\nthree\nhal")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var got []string
	err := Tail(ctx, []File{{Component: "x", Path: path}}, 2, true, func(l Line) error {
		got = append(got, l.Text)
		switch l.Text {
		case "three":
			write(t, path, "f\n")
		case "half":
			if err := os.WriteFile(path, []byte("new\n"), 0o600); err != nil {
				t.Error(err)
			}
		case "new":
			cancel()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"two", "three", "half", "new"}, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestLastLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.log")
	write(t, path, "one\ntwo\nthree\n")
	if got := LastLines(path, 2); got != "two\nthree\n" {
		t.Errorf("got %q", got)
	}
	if got := LastLines(path+"-absent", 2); got != "" {
		t.Errorf("an absent file: got %q", got)
	}
}
