package localcluster

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	// tailBytes and tailLines bound what an error quotes of a log.
	tailBytes = 16 << 10
	tailLines = 8
	// lineBytes is where a quoted line is cut: kube-apiserver writes its whole configuration in one.
	lineBytes = 400
)

// rotateLog moves the log of an earlier run out of the way, so that a log tells of one run and no more than two are kept.
func rotateLog(path string) error {
	if err := os.Rename(path, path+".1"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("rotate a log: %w", err)
	}
	return nil
}

func openLog(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

// lastLines returns the end of a log, indented, for an error message.
func lastLines(path string) string {
	tail, err := readTail(path, tailBytes)
	if err != nil {
		return "  (" + err.Error() + ")"
	}
	lines := strings.Split(strings.TrimRight(withoutStack(string(tail)), "\n"), "\n")
	lines = lines[max(0, len(lines)-tailLines):]
	for i, line := range lines {
		if len(line) > lineBytes {
			line = line[:lineBytes] + "…"
		}
		lines[i] = "  " + line
	}
	return strings.Join(lines, "\n")
}

// withoutStack cuts the stack that a Go program prints when it panics: what it says just before is the reason.
func withoutStack(tail string) string {
	if i := strings.LastIndex(tail, "\n\ngoroutine "); i >= 0 && strings.Contains(tail[i:], " [running]:\n") {
		return tail[:i]
	}
	return tail
}

func readTail(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.NewSectionReader(file, max(0, info.Size()-limit), limit))
}
