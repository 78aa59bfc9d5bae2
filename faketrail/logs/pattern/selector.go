package pattern

import (
	"errors"
	"fmt"
	"strings"
)

// condition tells whether a JSON value is what a selector selects.
type condition func(event any) bool

// parser reads a selector from its tokens: or has and, and has comparisons and parentheses.
type parser struct{ tokens []string }

func parseSelector(text string) (condition, error) {
	if !strings.HasSuffix(text, "}") {
		return nil, errors.New("the closing brace is missing")
	}
	tokens, err := tokenize(text[1 : len(text)-1])
	if err != nil {
		return nil, err
	}
	p := &parser{tokens}
	selector, err := p.either()
	if err != nil {
		return nil, err
	}
	if len(p.tokens) > 0 {
		return nil, fmt.Errorf("%q does not belong there", p.tokens[0])
	}
	return selector, nil
}

// signs are the operators and parentheses, the longer ones first.
var signs = []string{"&&", "||", "!=", "<=", ">=", "(", ")", "=", "<", ">"}

func tokenize(text string) ([]string, error) {
	var tokens []string
	for text = strings.TrimLeft(text, " \t"); text != ""; text = strings.TrimLeft(text, " \t") {
		size, err := tokenSize(text)
		if err != nil {
			return nil, err
		}
		tokens, text = append(tokens, text[:size]), text[size:]
	}
	return tokens, nil
}

func tokenSize(text string) (int, error) {
	for _, sign := range signs {
		if strings.HasPrefix(text, sign) {
			return len(sign), nil
		}
	}
	switch text[0] {
	case '"':
		_, rest, err := quoted(text)
		return len(text) - len(rest), err
	case '%':
		end := strings.IndexByte(text[1:], '%')
		if end < 0 {
			return 0, errors.New("the closing % is missing")
		}
		return end + 2, nil
	}
	if end := strings.IndexAny(text, " \t()=!<>&|"); end > 0 {
		return end, nil
	} else if end == 0 {
		return 0, fmt.Errorf("%q is no operator", text[:1])
	}
	return len(text), nil
}

// next takes the next token; it is empty at the end.
func (p *parser) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	token := p.tokens[0]
	p.tokens = p.tokens[1:]
	return token
}

func (p *parser) accept(token string) bool {
	if len(p.tokens) > 0 && strings.EqualFold(p.tokens[0], token) {
		p.tokens = p.tokens[1:]
		return true
	}
	return false
}

func (p *parser) either() (condition, error) {
	left, err := p.both()
	for err == nil && p.accept("||") {
		var right condition
		first := left
		right, err = p.both()
		left = func(event any) bool { return first(event) || right(event) }
	}
	return left, err
}

func (p *parser) both() (condition, error) {
	left, err := p.single()
	for err == nil && p.accept("&&") {
		var right condition
		first := left
		right, err = p.single()
		left = func(event any) bool { return first(event) && right(event) }
	}
	return left, err
}

func (p *parser) single() (condition, error) {
	if !p.accept("(") {
		return p.comparison()
	}
	inside, err := p.either()
	if err == nil && !p.accept(")") {
		err = errors.New("a closing parenthesis is missing")
	}
	return inside, err
}
