package e2e

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
)

// failed tells whether any spec before the current one has failed.
var failed bool

var _ = ReportAfterEach(func(report SpecReport) { failed = failed || report.Failed() })

// tailLines is how much of each log a failure shows; the files are kept whole.
const tailLines = 30

// keepLogs copies a stack's logs to bin/e2e-logs, for a person or CI to look at, and prints the end of each.
func keepLogs(dir string) {
	kept := filepath.Join("..", "bin", "e2e-logs")
	err := os.RemoveAll(kept)
	if err == nil {
		err = os.CopyFS(kept, os.DirFS(dir))
	}
	if err != nil {
		fmt.Fprintf(GinkgoWriter, "the logs cannot be kept: %v\n", err)
	}
	_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() { // what cannot be read is not there to be shown
			printTail(path)
		}
		return nil
	})
	fmt.Println("e2e: all logs are kept in", filepath.Clean(kept))
}

func printTail(path string) {
	content, err := os.ReadFile(path)
	if err != nil {
		return
	}
	lines := bytes.Split(bytes.TrimRight(content, "\n"), []byte("\n"))
	lines = lines[max(0, len(lines)-tailLines):]
	fmt.Printf("--- the end of %s\n%s\n", filepath.Base(path), strings.ToValidUTF8(string(bytes.Join(lines, []byte("\n"))), "?"))
}
