package pattern

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// terms are what a line must have, must not have, and, if nothing must be there, what it must have one of.
type terms struct{ all, none, some []matcher }

type matcher func(line string) bool

func (t terms) match(line string) bool {
	for _, has := range t.none {
		if has(line) {
			return false
		}
	}
	for _, has := range t.all {
		if !has(line) {
			return false
		}
	}
	// An optional term beside a required one decides nothing.
	if len(t.all) > 0 || len(t.some) == 0 {
		return true
	}
	for _, has := range t.some {
		if has(line) {
			return true
		}
	}
	return false
}

func parseTerms(text string) (terms, error) {
	var t terms
	for text = strings.TrimLeft(text, " "); text != ""; text = strings.TrimLeft(text, " ") {
		list := &t.all
		switch text[0] {
		case '-':
			list, text = &t.none, text[1:]
		case '?':
			list, text = &t.some, text[1:]
		}
		term, rest, err := nextTerm(text)
		if err != nil {
			return terms{}, err
		}
		*list, text = append(*list, term), rest
	}
	return t, nil
}

// nextTerm cuts a quoted phrase, a regular expression or a word off the text.
func nextTerm(text string) (term matcher, rest string, err error) {
	switch {
	case text == "" || text[0] == ' ':
		return nil, "", errors.New("a term is missing after - or ?")
	case text[0] == '"':
		phrase, rest, err := quoted(text)
		return contains(phrase), rest, err
	case text[0] == '%':
		expression, rest, closed := strings.Cut(text[1:], "%")
		if !closed {
			return nil, "", errors.New("the closing % is missing")
		}
		compiled, err := regexp.Compile(expression)
		if err != nil {
			return nil, "", fmt.Errorf("the regular expression cannot be read: %w", err)
		}
		return compiled.MatchString, rest, nil
	}
	word, rest, _ := strings.Cut(text, " ")
	if strings.ContainsAny(word, `"%`) {
		return nil, "", fmt.Errorf("%q must be in double quotes", word)
	}
	return contains(word), rest, nil
}

func contains(phrase string) matcher {
	return func(line string) bool { return strings.Contains(line, phrase) }
}

// quoted reads a text in double quotes, in which a backslash takes the meaning from a quote and from itself.
func quoted(text string) (content, rest string, err error) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return b.String(), text[i+1:], nil
		case text[i] == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\'):
			i++
		}
		b.WriteByte(text[i])
	}
	return "", "", errors.New("the closing quote is missing")
}
