package lint

import (
	"sort"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// source is a file's text with an index of its lines.
type source struct {
	text string
	// lines are the offsets at which lines begin.
	lines []int
}

func newSource(text string) *source {
	s := &source{text: text, lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// at is the place of an offset.
func (s *source) at(offset int) position {
	line := sort.SearchInts(s.lines, offset+1)
	return position{line, utf8.RuneCountInString(s.text[s.lines[line-1]:offset]) + 1}
}

// offset is where a place is in the text; places beyond a line's end are the end.
func (s *source) offset(p position) int {
	if p.line < 1 || p.line > len(s.lines) {
		return len(s.text)
	}
	offset := s.lines[p.line-1]
	for range p.column - 1 {
		_, size := utf8.DecodeRuneInString(s.text[offset:])
		offset += size
	}
	return offset
}

// embedded is a text that is the value of a string in a file, such as the list in a block scalar, and knows where in the
// file each of its characters is.
type embedded struct {
	*source
	file *source
	// places are the offsets in the file by the offsets in the text.
	places []int
}

// embed finds where the characters of a scalar are. Every style of YAML keeps all characters but blanks and escapes as
// they are and in order, so that both texts can be read side by side.
func embed(file *source, node *yaml.Node) *embedded {
	e := &embedded{source: newSource(node.Value), file: file, places: make([]int, len(node.Value)+1)}
	next := scalarStart(file, node)
	for i, r := range node.Value {
		if !unicode.IsSpace(r) {
			next = skipTo(file.text, next, r, node.Style)
		}
		for j := range utf8.RuneLen(r) {
			e.places[i+j] = next
		}
		if !unicode.IsSpace(r) && next < len(file.text) {
			next += tokenLength(file.text, next, node.Style)
		}
	}
	e.places[len(node.Value)] = next
	return e
}

// scalarStart is the offset at which a scalar's characters begin: after the header of a block, after an opening quote.
func scalarStart(file *source, node *yaml.Node) int {
	start := file.offset(position{node.Line, node.Column})
	end := func(is func(byte) bool) int {
		for i := start; i < len(file.text); i++ {
			if is(file.text[i]) {
				return i + 1
			}
		}
		return start
	}
	switch {
	case node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return end(func(b byte) bool { return b == '\n' })
	case node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return end(func(b byte) bool { return b == '"' || b == '\'' })
	}
	return start
}

// skipTo is the offset of the next token of the file that stands for r.
func skipTo(text string, offset int, r rune, style yaml.Style) int {
	for offset < len(text) && tokenRune(text, offset, style) != r {
		offset += tokenLength(text, offset, style)
	}
	return offset
}

// place gives the place in the file of a place in the text.
func (e *embedded) place(p position) position {
	return e.file.at(e.places[min(e.offset(p), len(e.places)-1)])
}
