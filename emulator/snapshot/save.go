package snapshot

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/eksauth/eksauth/emulator/home"
)

// Keys is the name of the file, in an archive and in a stack's folder, that has the keys of etcd until the next start loads
// them.
const Keys = "etcd-keys.jsonl"

// left are the parts of a stack's folder that belong to its machine or its run.
var left = map[string]bool{"etcd": true, "logs": true, "aws": true, "kubeconfig": true, "lock": true, "run.json": true, Keys: true}

// Save writes the stack whose folder is h to w, a gzip-compressed tar archive. dump writes etcd's keys.
func Save(w io.Writer, h home.Home, dump func(io.Writer) error) error {
	compressed := gzip.NewWriter(w)
	archive := tar.NewWriter(compressed)
	err := errors.Join(saveKeys(archive, h, dump), saveFiles(archive, h))
	if err := errors.Join(err, archive.Close(), compressed.Close()); err != nil {
		return fmt.Errorf("save the stack %q: %w", h.Name, err)
	}
	return nil
}

// saveKeys goes by way of a file, since an archive tells a file's size before its content.
func saveKeys(archive *tar.Writer, h home.Home, dump func(io.Writer) error) error {
	file, err := os.CreateTemp(h.Dir, "."+Keys+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := dump(file); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return add(archive, Keys, file)
}

func saveFiles(archive *tar.Writer, h home.Home) error {
	return filepath.WalkDir(h.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(h.Dir, path)
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(filepath.ToSlash(name), "/")
		switch {
		case left[first] || strings.HasPrefix(first, ".") && first != ".":
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		return add(archive, filepath.ToSlash(name), file)
	})
}

func add(archive *tar.Writer, name string, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	header := &tar.Header{Name: name, Mode: int64(info.Mode().Perm()), Size: info.Size(), ModTime: info.ModTime()}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	if _, err := io.CopyN(archive, file, info.Size()); err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	return nil
}
