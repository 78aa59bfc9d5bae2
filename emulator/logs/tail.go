package logs

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/eksauth/eksauth/internal/events"
)

// poll is how often a followed file is looked at.
const poll = 100 * time.Millisecond

// Line is one line of a log.
type Line struct {
	Component string `json:"component"`
	Cluster   string `json:"cluster,omitempty"`
	Text      string `json:"line"`
}

// Tail calls emit with the last lines of each file, at most n a file; n below 0 means all. With follow it goes on with
// lines as they are written, until ctx ends.
func Tail(ctx context.Context, files []File, n int, follow bool, emit func(Line) error) error {
	readers := make([]*reader, len(files))
	for i, file := range files {
		readers[i] = &reader{file: file, emit: emit}
		if err := readers[i].tail(n); err != nil {
			return err
		}
	}
	for follow {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(poll):
		}
		for _, r := range readers {
			if err := r.more(); err != nil {
				return err
			}
		}
	}
	return nil
}

// reader follows one file; offset is where the next unread line begins.
type reader struct {
	file   File
	offset int64
	emit   func(Line) error
}

func (r *reader) tail(n int) error {
	data, err := os.ReadFile(r.file.Path)
	if err != nil {
		return fmt.Errorf("read the log of %s: %w", r.file.Component, err)
	}
	if last := bytes.LastIndexByte(data, '\n'); last >= 0 {
		data = data[:last+1]
	} else {
		data = nil
	}
	r.offset = int64(len(data))
	lines := bytes.SplitAfter(data, []byte("\n"))
	lines = lines[:len(lines)-1]
	if n >= 0 && len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	for _, line := range lines {
		if err := r.line(line); err != nil {
			return err
		}
	}
	return nil
}

// more reads the whole lines that were written since.
func (r *reader) more() error {
	file, err := os.Open(r.file.Path)
	if errors.Is(err, os.ErrNotExist) {
		return nil // the stack is being removed
	}
	if err != nil {
		return fmt.Errorf("follow the log of %s: %w", r.file.Component, err)
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() < r.offset {
		r.offset = 0 // a new start has begun the file anew
	}
	if _, err := file.Seek(r.offset, io.SeekStart); err != nil {
		return fmt.Errorf("follow the log of %s: %w", r.file.Component, err)
	}
	buffered := bufio.NewReader(file)
	for {
		line, err := buffered.ReadBytes('\n')
		if err != nil { // the rest is not a whole line yet
			return nil
		}
		r.offset += int64(len(line))
		if err := r.line(line); err != nil {
			return err
		}
	}
}

func (r *reader) line(text []byte) error {
	plain := events.ContainerLine(string(bytes.TrimRight(text, "\r\n")))
	return r.emit(Line{Component: r.file.Component, Cluster: r.file.Cluster, Text: plain})
}

// LastLines returns the last n lines of the file at path, for a message; what cannot be read counts as empty.
func LastLines(path string, n int) string {
	var out bytes.Buffer
	r := &reader{file: File{Path: path}, emit: func(l Line) error {
		fmt.Fprintln(&out, l.Text)
		return nil
	}}
	if err := r.tail(n); err != nil {
		return ""
	}
	return out.String()
}
