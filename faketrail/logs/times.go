package logs

import (
	"bufio"
	"io"
	"strings"
	"time"

	"github.com/eksauth/eksauth/internal/events"
)

// How the control plane's processes write times, if no container runtime has put one before the line: an audit event as JSON, the authenticator as key="value", and the others
// at the beginning of the line, without a year
// (https://github.com/kubernetes/community/blob/master/contributors/devel/sig-instrumentation/logging.md).
const (
	auditMark  = `"stageTimestamp":"`
	logrusMark = `time="`
	klogFormat = "0102 15:04:05.000000"
)

// clock reads the times in logs.
type clock struct {
	zone *time.Location
	// year is a time soon after all times that name no year.
	year time.Time
}

// first is the time of the first line that has one, for the lines before it; that of the file's last change if none has.
func (c clock) first(r io.Reader) int64 {
	found := c.year
	_, _ = readLines(bufio.NewReader(io.LimitReader(r, 64<<10)), func(line string, _ int64) bool { // who reads on meets the error again
		at, ok := c.timeOf(line)
		if ok {
			found = at
		}
		return !ok
	})
	return found.UnixMilli()
}

// timeOf reads the time in a line, if there is one.
func (c clock) timeOf(line string) (time.Time, bool) {
	if events.ContainerLine(line) != line {
		written, _, _ := strings.Cut(line, " ")
		at, err := time.Parse(time.RFC3339Nano, written)
		return at, err == nil
	}
	if strings.HasPrefix(line, "{") {
		return marked(line, auditMark)
	}
	if strings.HasPrefix(line, logrusMark) {
		return marked(line, logrusMark)
	}
	return c.klog(line)
}

func marked(line, mark string) (time.Time, bool) {
	_, rest, found := strings.Cut(line, mark)
	text, _, closed := strings.Cut(rest, `"`)
	if !found || !closed {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	return at, err == nil
}

func (c clock) klog(line string) (time.Time, bool) {
	if len(line) <= len(klogFormat) || !strings.ContainsRune("IWEF", rune(line[0])) {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation(klogFormat, line[1:1+len(klogFormat)], c.zone)
	if err != nil {
		return time.Time{}, false
	}
	at = at.AddDate(c.year.Year(), 0, 0)
	if at.After(c.year.AddDate(0, 0, 1)) { // written before a turn of the year
		at = at.AddDate(-1, 0, 0)
	}
	return at, true
}
