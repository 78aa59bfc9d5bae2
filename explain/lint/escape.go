package lint

import (
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// escapes are the one-letter escapes of YAML 1.2, section 5.7, that stand for something other than a blank, and those of
// JSON, which are a part of them.
var escapes = map[byte]rune{'"': '"', '\\': '\\', '/': '/', '0': 0, 'a': 7, 'b': 8, 'e': 27}

// digits is how many hexadecimal digits follow the letter of an escape.
var digits = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// tokenLength is how many bytes of a scalar's source stand for one character.
func tokenLength(text string, offset int, style yaml.Style) int {
	if style&yaml.DoubleQuotedStyle != 0 && text[offset] == '\\' && offset+1 < len(text) {
		return min(2+digits[text[offset+1]], len(text)-offset)
	}
	_, size := utf8.DecodeRuneInString(text[offset:])
	return size
}

// tokenRune is the character for which the source at offset stands; 0 for blanks that are written as escapes.
func tokenRune(text string, offset int, style yaml.Style) rune {
	if style&yaml.DoubleQuotedStyle == 0 || text[offset] != '\\' || offset+1 >= len(text) {
		r, _ := utf8.DecodeRuneInString(text[offset:])
		return r
	}
	letter := text[offset+1]
	if digits[letter] == 0 {
		return escapes[letter]
	}
	code, err := strconv.ParseUint(text[offset+2:offset+tokenLength(text, offset, style)], 16, 32)
	if err != nil {
		return utf8.RuneError
	}
	return rune(code)
}
