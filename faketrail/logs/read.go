package logs

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"strings"

	"github.com/eksauth/eksauth/internal/events"
)

// event is one line of a log.
type event struct {
	stream string
	at     int64 // milliseconds since 1970
	text   string
	offset int64 // in its file, which keeps it when the file is put aside
}

// id is the event's ID: it begins with the time and the place in the file, so that IDs sort as lines do, and stays the same
// whenever the line is read.
func (e event) id() string {
	hash := fnv.New64a()
	_, _ = io.WriteString(hash, e.stream+"\n"+e.text) // a hash never fails
	return fmt.Sprintf("%016d%020d%020d", e.at, e.offset, hash.Sum64())
}

// older sorts events of several streams by time, and lines of one moment as they were written.
func older(a, b event) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.offset, b.offset), cmp.Compare(a.id(), b.id()))
}

// maxLine is the longest event that CloudWatch Logs takes, in bytes; of a longer line the beginning is shown
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html).
const maxLine = 1 << 20

// read gives the lines of a stream to visit in the order in which they were written, until it returns false. A line without
// a time has that of the line before it.
func (s *Service) read(stream Stream, visit func(event) bool) error {
	last := int64(0)
	for _, path := range stream.Files {
		goOn, err := s.readFile(stream.Name, path, &last, visit)
		if err != nil {
			return fmt.Errorf("read log stream %s: %w", stream.Name, err)
		}
		if !goOn {
			return nil
		}
	}
	return nil
}

func (s *Service) readFile(stream, path string, last *int64, visit func(event) bool) (goOn bool, err error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return false, err
	}
	clock := clock{zone: s.cfg.Zone, year: info.ModTime().In(s.cfg.Zone)}
	if first := clock.first(file); *last == 0 || first > *last {
		*last = first
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	return readLines(bufio.NewReaderSize(file, 64<<10), func(line string, offset int64) bool {
		if at, ok := clock.timeOf(line); ok {
			*last = at.UnixMilli()
		}
		return visit(event{stream: stream, at: *last, text: events.ContainerLine(line), offset: offset})
	})
}

// readLines gives whole lines only: the last one may still be being written.
func readLines(r *bufio.Reader, visit func(line string, offset int64) bool) (goOn bool, err error) {
	for offset := int64(0); ; {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		text := strings.TrimRight(line, "\r\n")
		if text != "" && !visit(text[:min(len(text), maxLine)], offset) {
			return false, nil
		}
		offset += int64(len(line))
	}
}
