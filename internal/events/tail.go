package events

import (
	"bufio"
	"errors"
	"io"
	"os"
)

// followed is a log that is being read.
type followed struct {
	// path is where the log is now; empty if there is none.
	path func() string
	emit func(line []byte)

	file   *os.File
	reader *bufio.Reader
	// rest is the line whose end is not written yet.
	rest []byte
}

// skip leaves out what is in the file now.
func (f *followed) skip() error {
	if opened, err := f.open(); err != nil || !opened {
		return err
	}
	_, err := f.file.Seek(0, io.SeekEnd)
	return err
}

// read emits what was written since, then turns to the file that has taken the place of this one, if there is one.
func (f *followed) read() error {
	for range 2 {
		if f.file == nil {
			if opened, err := f.open(); err != nil || !opened {
				return err
			}
		}
		if err := f.lines(); err != nil {
			return err
		}
		if !f.replaced() {
			return nil
		}
		f.close()
	}
	return nil
}

func (f *followed) open() (opened bool, err error) {
	f.file, err = os.Open(f.path())
	if errors.Is(err, os.ErrNotExist) {
		f.file = nil
		return false, nil
	}
	if err != nil {
		f.file = nil
		return false, err
	}
	f.reader, f.rest = bufio.NewReader(f.file), nil
	return true, nil
}

func (f *followed) lines() error {
	for {
		part, err := f.reader.ReadBytes('\n')
		f.rest = append(f.rest, part...)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		f.emit(f.rest[:len(f.rest)-1])
		f.rest = f.rest[:0]
	}
}

// replaced tells whether the path names another file by now, or this one was cut.
func (f *followed) replaced() bool {
	mine, err := f.file.Stat()
	if err != nil {
		return true
	}
	named, err := os.Stat(f.path())
	if err != nil {
		return false // between two files
	}
	offset, err := f.file.Seek(0, io.SeekCurrent)
	return !os.SameFile(mine, named) || err == nil && named.Size() < offset
}

func (f *followed) close() {
	if f.file != nil {
		_ = f.file.Close() // only read
	}
	f.file = nil
}
