package lint

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// File is a file with its findings.
type File struct {
	// Name is how the user called the file.
	Name     string    `json:"file"`
	Findings []Finding `json:"findings"`
}

// Formats are the names that Write takes.
var Formats = []string{"text", "json", "sarif", "github"}

// Write writes the findings in one of Formats.
func Write(w io.Writer, format string, file File) error {
	switch format {
	case "json":
		return writeJSON(w, file)
	case "sarif":
		return writeJSON(w, sarifLog(file))
	case "github":
		return writeGitHub(w, file)
	}
	return writeText(w, file)
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write the findings: %w", err)
	}
	return nil
}

// place is file:line:column, as compilers write it, so that editors can jump there.
func (f File) place(finding Finding) string {
	if finding.Line == 0 {
		return f.Name
	}
	return fmt.Sprintf("%s:%d:%d", f.Name, finding.Line, finding.Column)
}

// rule is the name of a finding's rule with the number of its cause.
func (f Finding) rule() string {
	if f.Cause == 0 {
		return f.Rule
	}
	return fmt.Sprintf("%s, cause %d", f.Rule, f.Cause)
}

func writeText(w io.Writer, file File) error {
	var b strings.Builder
	for _, f := range file.Findings {
		fmt.Fprintf(&b, "%s: %s: %s [%s]\n", file.place(f), f.Severity, f.Message, f.rule())
		if f.Fix != "" {
			fmt.Fprintf(&b, "    fix: %s\n", f.Fix)
		}
	}
	if len(file.Findings) == 0 {
		fmt.Fprintf(&b, "%s: nothing to find\n", file.Name)
	}
	return writeString(w, b.String())
}

// annotations are GitHub's words for the severities.
var annotations = map[Severity]string{Error: "error", Warning: "warning", Note: "notice"}

// The values of workflow commands have these characters escaped
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func writeGitHub(w io.Writer, file File) error {
	var b strings.Builder
	for _, f := range file.Findings {
		message := f.Message
		if f.Fix != "" {
			message += "\nfix: " + f.Fix
		}
		fmt.Fprintf(&b, "::%s file=%s", annotations[f.Severity], escapeProperty.Replace(file.Name))
		if f.Line > 0 {
			fmt.Fprintf(&b, ",line=%d,col=%d", f.Line, f.Column)
		}
		fmt.Fprintf(&b, ",title=%s::%s\n", escapeProperty.Replace(f.rule()), escapeData.Replace(message))
	}
	return writeString(w, b.String())
}

func writeString(w io.Writer, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("write the findings: %w", err)
	}
	return nil
}
