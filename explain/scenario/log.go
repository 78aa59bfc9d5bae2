package scenario

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// logPoll is how often a log is looked at.
const logPoll = 10 * time.Millisecond

// readLog waits until the authenticator or the kube-apiserver has logged what the scenario says.
func (a *attempt) readLog(ctx context.Context) error {
	wanted := a.fillAll(a.scenario.Logged)
	pattern := ""
	err := a.until(ctx, func() (bool, error) {
		pattern = missing(unquoted(since(a.files.Log, a.logged)+since(a.files.ServerLog, a.serverLogged)), wanted)
		return pattern == "", nil
	})
	if pattern != "" {
		return fmt.Errorf("attempt: nobody logs %q", pattern)
	}
	return err
}

// unquoted takes away the backslashes of a log.
func unquoted(log string) string { return strings.ReplaceAll(log, `\"`, `"`) }

// awaitAWSAuth waits until the authenticator has read the ConfigMap; in a mode in which it does not, for no longer than that
// takes.
func (a *attempt) awaitAWSAuth(ctx context.Context, offset int64) {
	if a.scenario.Mode == apiOnly {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	for !strings.Contains(since(a.files.Log, offset), "Received aws-auth watch event") {
		select {
		case <-ctx.Done():
			return
		case <-time.After(logPoll):
		}
	}
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// since is what a log has from an offset on.
func since(path string, offset int64) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return ""
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return ""
	}
	return string(text)
}
