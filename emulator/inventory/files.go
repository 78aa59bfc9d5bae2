package inventory

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Read reads files, and all files in folders but hidden ones. An error is an *InvalidError with all that is wrong, or that a
// path cannot be read.
func Read(paths []string, o Options) (*Inventory, error) {
	r := newReader(o)
	for _, path := range paths {
		files, err := filesIn(path)
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			r.problem(path, "the folder has no file: run the commands of eksauth import --collect in it")
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("read what is to be imported: %w", err)
			}
			r.file(file, data)
		}
	}
	return r.finish()
}

// filesIn lists a file, or what is in a folder and below it, by name.
func filesIn(path string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		hidden := name != path && strings.HasPrefix(entry.Name(), ".")
		switch {
		case err != nil:
			return err
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case !entry.IsDir() && !hidden:
			files = append(files, name)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no file or folder %s: eksauth import --collect prints the commands that make one", path)
	}
	if err != nil {
		return nil, fmt.Errorf("read what is to be imported: %w", err)
	}
	slices.Sort(files)
	return files, nil
}
