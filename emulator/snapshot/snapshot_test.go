package snapshot

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eksauth/eksauth/emulator/home"
)

func stack(t *testing.T, name string) home.Home {
	t.Helper()
	return home.Home{Name: name, Dir: filepath.Join(t.TempDir(), name)}
}

func saved(t *testing.T) []byte {
	t.Helper()
	h := stack(t, "from")
	if err := h.Create(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"ca.pem": "ca", "clusters/dev/pki/sa.key": "key", "etcd/data": "no", "logs/x.log": "no", "run.json": "no"} {
		path := filepath.Join(h.Dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	var archive bytes.Buffer
	err := Save(&archive, h, func(w io.Writer) error {
		_, err := io.WriteString(w, "keys")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

func TestRestoreBringsBackWhatBelongsToTheStack(t *testing.T) {
	h := stack(t, "to")
	if err := Restore(bytes.NewReader(saved(t)), h); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"ca.pem": "ca", "clusters/dev/pki/sa.key": "key", Keys: "keys"} {
		if got, err := os.ReadFile(filepath.Join(h.Dir, name)); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"etcd", "run.json", "logs/x.log"} {
		if _, err := os.Stat(filepath.Join(h.Dir, name)); err == nil {
			t.Errorf("%s of the other machine was brought along", name)
		}
	}
	if err := Restore(bytes.NewReader(saved(t)), h); err == nil || !strings.Contains(err.Error(), "down --purge") {
		t.Errorf("over a stack that exists: got %v, want an error that names the fix", err)
	}
}

func TestRestoreRefusesWhatSaveDoesNotWrite(t *testing.T) {
	whole := saved(t)
	tests := map[string][]byte{
		"no archive":        []byte("garbage"),
		"empty":             nil,
		"cut short":         whole[:len(whole)/2],
		"leaves the folder": archiveOf(t, tar.Header{Name: "../evil", Typeflag: tar.TypeReg}),
		"an absolute path":  archiveOf(t, tar.Header{Name: "/etc/evil", Typeflag: tar.TypeReg}),
		"a link":            archiveOf(t, tar.Header{Name: "x", Typeflag: tar.TypeSymlink, Linkname: "/etc"}),
		"no keys":           archiveOf(t, tar.Header{Name: "x", Typeflag: tar.TypeReg}),
		"a file twice":      archiveOf(t, tar.Header{Name: Keys, Typeflag: tar.TypeReg}, tar.Header{Name: Keys, Typeflag: tar.TypeReg}),
	}
	for name, archive := range tests {
		t.Run(name, func(t *testing.T) {
			h := stack(t, "to")
			if err := Restore(bytes.NewReader(archive), h); err == nil {
				t.Error("want an error")
			}
			if h.Exists() {
				t.Error("half a stack is left")
			}
		})
	}
}

func archiveOf(t *testing.T, headers ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	compressed := gzip.NewWriter(&b)
	archive := tar.NewWriter(compressed)
	for _, header := range headers {
		header.Mode = 0o600
		if err := archive.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), compressed.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
