package pattern

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Pattern is a compiled filter pattern.
type Pattern struct {
	json  condition // nil unless the pattern selects JSON
	terms terms
}

// Compile reads a filter pattern; the empty one matches every line. The error says what cannot be read.
func Compile(text string) (*Pattern, error) {
	trimmed := strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(trimmed, "{"):
		selector, err := parseSelector(trimmed)
		if err != nil {
			return nil, fmt.Errorf("filter pattern %q: %w", text, err)
		}
		return &Pattern{json: selector}, nil
	case strings.HasPrefix(trimmed, "["):
		return nil, fmt.Errorf("filter pattern %q: patterns of space-delimited fields are not offered", text)
	}
	list, err := parseTerms(trimmed)
	if err != nil {
		return nil, fmt.Errorf("filter pattern %q: %w", text, err)
	}
	return &Pattern{terms: list}, nil
}

// Match tells whether a line matches. A line that is not a JSON object matches no selector.
func (p *Pattern) Match(line string) bool {
	if p.json == nil {
		return p.terms.match(line)
	}
	if !strings.HasPrefix(line, "{") {
		return false
	}
	var event any
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.UseNumber()
	return decoder.Decode(&event) == nil && p.json(event)
}
