package emulator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRecordedCommandsExist holds that the commands of eksauth in the pictures of README.md can still be typed.
func TestRecordedCommandsExist(t *testing.T) {
	sessions, err := filepath.Glob("../docs/images/*.session")
	if err != nil || len(sessions) == 0 {
		t.Fatalf("no sessions: %v", err)
	}
	found := 0
	for _, path := range sessions {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			typed, isOurs := strings.CutPrefix(line, "$ eksauth ")
			if !isOurs {
				continue
			}
			found++
			typed, _, _ = strings.Cut(typed, " | ")
			cmd, args, err := (&Program{}).root().Find(strings.Fields(typed))
			if err == nil {
				err = cmd.ParseFlags(args)
			}
			if err != nil || !cmd.Runnable() {
				t.Errorf("%s: %q: %v", path, typed, err)
			}
		}
	}
	if found == 0 {
		t.Error("no picture shows a command of eksauth")
	}
}
