package events

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// poll is how often a log is looked at.
const poll = 50 * time.Millisecond

// FollowAuthenticator records the decisions in the authenticator's log of a cluster as they are written, until ctx ends. It
// begins with what is in the file now and survives that the file is rotated or not there yet.
func (r *Recorder) FollowAuthenticator(ctx context.Context, path, cluster string) error {
	return follow(ctx, path, func(line []byte) {
		if e, ok := ParseAuthenticatorLine(string(line), cluster); ok {
			r.Record(e)
		}
	})
}

// FollowAudit records the requests in the kube-apiserver's audit log of a cluster, as FollowAuthenticator does.
func (r *Recorder) FollowAudit(ctx context.Context, path, cluster string) error {
	return follow(ctx, path, func(line []byte) {
		if e, ok := ParseAuditLine(line, cluster); ok {
			r.Record(e)
		}
	})
}

// follow calls emit with each whole line.
func follow(ctx context.Context, path string, emit func(line []byte)) error {
	f := &followed{path: path, emit: emit}
	defer f.close()
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		if err := f.read(); err != nil {
			return fmt.Errorf("follow the log %s: %w", path, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// followed is a log that is being read. rest is the line whose end is not written yet.
type followed struct {
	path   string
	emit   func(line []byte)
	file   *os.File
	reader *bufio.Reader
	rest   []byte
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
	f.file, err = os.Open(f.path)
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
	named, err := os.Stat(f.path)
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
