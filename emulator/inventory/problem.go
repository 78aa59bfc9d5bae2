package inventory

import (
	"fmt"
	"strings"
)

// Problem is one thing for which files cannot be imported.
type Problem struct {
	// File is where it is; empty if it is in none.
	File string
	// Text says what is wrong, with which value, and what to do.
	Text string
}

// InvalidError is all that is wrong.
type InvalidError struct{ List []Problem }

// Error lists every problem on a line of its own, in the order of the files.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.List))
	for i, p := range e.List {
		lines[i] = p.Text
		if p.File != "" {
			lines[i] = p.File + ": " + p.Text
		}
	}
	return strings.Join(lines, "\n")
}

func (r *reader) problem(file, format string, args ...any) {
	r.problems = append(r.problems, Problem{File: file, Text: fmt.Sprintf(format, args...)})
}
