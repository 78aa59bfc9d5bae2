package main

import "regexp"

// rewritten are the patterns that need more than a change of notation.
var rewritten = map[string]string{
	// IAM's account alias: no two hyphens together. Go has no look-ahead; the length is the shape's own constraint.
	`^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$`: `[a-z0-9](?:-[a-z0-9]|[a-z0-9]-?[a-z0-9])(?:-?[a-z0-9])*`,
}

var unicodeEscape = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// goPattern writes a Java regular expression in Go's syntax. Java takes exactly four digits after \u, so \u10000 is
// U+1000 and a zero there, and here.
func goPattern(java string) string {
	if match, ok := rewritten[java]; ok {
		return match
	}
	return unicodeEscape.ReplaceAllString(java, `\x{$1}`)
}
