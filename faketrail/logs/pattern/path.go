package pattern

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// path leads from a JSON object to values in it: $.user.groups[*].
type path []step

// step is a member's name, or an index of a list, or every element of it.
type step struct {
	name  string
	index int
	every bool
}

var steps = regexp.MustCompile(`^(?:\.([^.\[\]"']+)|\[(\d+)\]|\[(\*)\]|\[['"]([^'"\]]+)['"]\])`)

func parsePath(text string) (path, error) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok || rest == "" {
		return nil, fmt.Errorf("%q is no selector: it must begin with $", text)
	}
	var p path
	for rest != "" {
		m := steps.FindStringSubmatch(rest)
		if m == nil {
			return nil, fmt.Errorf("%q is no selector", text)
		}
		rest = rest[len(m[0]):]
		next := step{name: m[1] + m[4], every: m[3] != ""}
		if m[2] != "" {
			var err error
			if next.index, err = strconv.Atoi(m[2]); err != nil {
				return nil, fmt.Errorf("%q is no selector: %w", text, err)
			}
		}
		p = append(p, next)
	}
	return p, nil
}

// find returns the values to which the path leads.
func (p path) find(value any) []any {
	found := []any{value}
	for _, s := range p {
		var next []any
		for _, v := range found {
			next = append(next, s.follow(v)...)
		}
		found = next
	}
	return found
}

func (s step) follow(value any) []any {
	switch value := value.(type) {
	case map[string]any:
		if member, ok := value[s.name]; ok && s.name != "" {
			return []any{member}
		}
	case []any:
		switch {
		case s.every:
			return value
		case s.name == "" && s.index < len(value):
			return value[s.index : s.index+1]
		}
	}
	return nil
}

// any makes a condition of a test that one of the values has to pass.
func (p path) any(test func(any) bool) condition {
	return func(event any) bool {
		for _, value := range p.find(event) {
			if test(value) {
				return true
			}
		}
		return false
	}
}
