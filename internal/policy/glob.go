package policy

import "unicode/utf8"

// Wildcards stand in a compiled pattern as bytes that no UTF-8 text contains, so that a literal asterisk, whether written
// ${*} or brought in by a variable's value, is never taken for one.
const (
	anyRun byte = 0xFF // *: any characters, also none
	anyOne byte = 0xFE // ?: exactly one character
)

// glob tells whether the whole of s follows the pattern. It remembers only the last asterisk, so the work is bounded by
// the product of both lengths whatever the pattern. With fold, ASCII letters match in either case.
func glob(pattern, s string, fold bool) bool {
	p, i := 0, 0
	star, resume := -1, 0
	for i < len(s) {
		if p < len(pattern) {
			switch c := pattern[p]; {
			case c == anyRun:
				star, resume = p, i
				p++
				continue
			case c == anyOne:
				_, width := utf8.DecodeRuneInString(s[i:])
				p, i = p+1, i+width
				continue
			case c == s[i] || fold && lower(c) == lower(s[i]):
				p, i = p+1, i+1
				continue
			}
		}
		if star < 0 {
			return false
		}
		// Bytes will do here: no literal begins inside a character, and a question mark that takes the rest of one
		// could have taken it whole.
		resume++
		p, i = star+1, resume
	}
	for p < len(pattern) && pattern[p] == anyRun {
		p++
	}
	return p == len(pattern)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
