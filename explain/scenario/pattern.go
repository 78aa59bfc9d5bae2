package scenario

import (
	"regexp"
	"strings"
)

// shows tells whether a text contains a pattern, in which … stands for anything within a line.
func shows(text, pattern string) bool {
	parts := strings.Split(pattern, "…")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(strings.Join(parts, ".*")).MatchString(text)
}

// missing returns the first pattern that a text does not contain; empty for none.
func missing(text string, patterns []string) string {
	for _, pattern := range patterns {
		if !shows(text, pattern) {
			return pattern
		}
	}
	return ""
}
