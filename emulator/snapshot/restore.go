package snapshot

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/eksauth/eksauth/emulator/home"
)

// maxSize bounds what an archive may unpack to, in bytes: etcd itself takes no more than 8 GiB.
const maxSize = 8 << 30

// Restore unpacks an archive that Save wrote into the folder of a stack that does not exist yet. If it fails, nothing is
// left.
func Restore(r io.Reader, h home.Home) error {
	if h.Exists() {
		return fmt.Errorf("the stack %q exists in %s: remove it with eksauth down --purge, or restore under another --name", h.Name, h.Dir)
	}
	err := h.Create()
	if err == nil {
		err = unpack(r, h.Dir)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("restore the stack %q: %w", h.Name, err), h.Remove())
	}
	return nil
}

func unpack(r io.Reader, dir string) error {
	compressed, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("this is no file that eksauth snapshot save has written: %w", err)
	}
	archive := tar.NewReader(io.LimitReader(compressed, maxSize))
	keys := false
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read the archive: %w", err)
		}
		if err := unpackFile(archive, header, dir); err != nil {
			return err
		}
		keys = keys || header.Name == Keys
	}
	if !keys {
		return fmt.Errorf("the archive has no %s: eksauth snapshot save has not written it, or not to its end", Keys)
	}
	return nil
}

// unpackFile writes regular files below dir and nothing else: an archive may come from anywhere.
func unpackFile(archive *tar.Reader, header *tar.Header, dir string) error {
	if header.Typeflag != tar.TypeReg || !filepath.IsLocal(header.Name) {
		return fmt.Errorf("the archive has %q, which is no file of a stack", header.Name)
	}
	path := filepath.Join(dir, filepath.FromSlash(header.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("unpack %s: %w", header.Name, err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, header.FileInfo().Mode().Perm()&0o700)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", header.Name, err)
	}
	_, err = io.Copy(file, archive)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("unpack %s: %w", header.Name, err)
	}
	return nil
}
