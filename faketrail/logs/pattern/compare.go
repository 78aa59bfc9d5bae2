package pattern

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// comparison reads $.PATH OPERATOR VALUE, $.PATH IS NULL, IS TRUE, IS FALSE or NOT EXISTS.
func (p *parser) comparison() (condition, error) {
	path, err := parsePath(p.next())
	if err != nil {
		return nil, err
	}
	switch {
	case p.accept("IS"):
		return p.is(path)
	case p.accept("NOT"):
		if !p.accept("EXISTS") {
			return nil, fmt.Errorf("NOT must be followed by EXISTS")
		}
		return func(event any) bool { return len(path.find(event)) == 0 }, nil
	}
	operator, value := p.next(), p.next()
	test, err := valueTest(operator, value)
	if err != nil {
		return nil, err
	}
	return path.any(test), nil
}

func (p *parser) is(path path) (condition, error) {
	switch word := p.next(); strings.ToUpper(word) {
	case "NULL":
		return path.any(func(value any) bool { return value == nil }), nil
	case "TRUE":
		return path.any(func(value any) bool { return value == true }), nil
	case "FALSE":
		return path.any(func(value any) bool { return value == false }), nil
	default:
		return nil, fmt.Errorf("IS must be followed by NULL, TRUE or FALSE, not by %q", word)
	}
}

// valueTest tells whether a value stands in a relation to the one that the pattern names: to a number if it reads as one,
// else to a text, in which * stands for any characters.
func valueTest(operator, value string) (func(any) bool, error) {
	switch operator {
	case "=", "!=", "<", ">", "<=", ">=":
	default:
		return nil, fmt.Errorf("%q is no operator", operator)
	}
	if value == "" {
		return nil, fmt.Errorf("a value is missing after %s", operator)
	}
	if want, err := strconv.ParseFloat(value, 64); err == nil {
		return numberTest(operator, want), nil
	}
	if operator != "=" && operator != "!=" {
		return nil, fmt.Errorf("%s compares numbers, and %s is none", operator, value)
	}
	matches, err := textTest(value)
	if err != nil {
		return nil, err
	}
	return func(have any) bool {
		text, ok := asText(have)
		return ok && matches(text) == (operator == "=")
	}, nil
}

func numberTest(operator string, want float64) func(any) bool {
	return func(value any) bool {
		number, ok := value.(json.Number)
		if !ok {
			return false
		}
		have, err := number.Float64()
		if err != nil {
			return false
		}
		switch operator {
		case "=":
			return have == want
		case "!=":
			return have != want
		case "<":
			return have < want
		case ">":
			return have > want
		case "<=":
			return have <= want
		}
		return have >= want
	}
}

func textTest(value string) (func(string) bool, error) {
	if expression, ok := strings.CutPrefix(value, "%"); ok {
		compiled, err := regexp.Compile(strings.TrimSuffix(expression, "%"))
		if err != nil {
			return nil, fmt.Errorf("the regular expression cannot be read: %w", err)
		}
		return compiled.MatchString, nil
	}
	if strings.HasPrefix(value, `"`) {
		var err error
		if value, _, err = quoted(value); err != nil {
			return nil, err
		}
	}
	parts := strings.Split(value, "*")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile(`(?s)^` + strings.Join(parts, ".*") + `$`).MatchString, nil
}

// asText gives a scalar as a pattern writes it.
func asText(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	case bool:
		return strconv.FormatBool(value), true
	}
	return "", false
}
