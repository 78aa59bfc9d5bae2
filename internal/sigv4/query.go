package sigv4

import (
	"cmp"
	"slices"
	"strings"
)

// maxReserved bounds how many X-Amz-* and Action parameters a query may have. Seven belong to the signature, a few more
// are headers that a presigner moved to the query. The bound keeps the search for repeated names linear.
const maxReserved = 32

const upperHex = "0123456789ABCDEF"

// parameter is one name and value of a query, both in canonical encoding.
type parameter struct {
	name, value string
}

// decoded gives the value itself. The encoding is canonical, so every escape in it is well formed.
func (p *parameter) decoded() string {
	if strings.IndexByte(p.value, '%') < 0 {
		return p.value
	}
	out := make([]byte, 0, len(p.value))
	for i := 0; i < len(p.value); i++ {
		c := p.value[i]
		if c == '%' {
			c, _ = unhex(p.value[i+1], p.value[i+2])
			i += 2
		}
		out = append(out, c)
	}
	return string(out)
}

// parseQuery takes a raw query apart, encodes names and values canonically, and sorts them by their encoded bytes, as
// the specification wants. An empty piece between two '&' counts for nothing and "name" is the same as "name=".
//
// A ';' is refused because readers differ on whether it separates parameters, and so is a malformed escape. A repeated
// X-Amz-* or Action parameter, in whatever letter case, is refused because readers differ on which one holds.
func parseQuery(raw string) ([]parameter, error) {
	if raw == "" {
		return nil, nil
	}
	if strings.IndexByte(raw, ';') >= 0 {
		return nil, malformedQuery("The query string contains a ';' that is not escaped.")
	}
	query := make([]parameter, 0, strings.Count(raw, "&")+1)
	for raw != "" {
		var piece string
		piece, raw, _ = strings.Cut(raw, "&")
		if piece == "" {
			continue
		}
		p, err := parseParameter(piece)
		if err != nil {
			return nil, err
		}
		query = append(query, p)
	}
	if err := refuseRepeated(query); err != nil {
		return nil, err
	}
	slices.SortFunc(query, func(a, b parameter) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
	})
	return query, nil
}

func parseParameter(piece string) (parameter, error) {
	name, value, _ := strings.Cut(piece, "=")
	encodedName, ok := encodeQuery(name)
	if !ok {
		return parameter{}, malformedQuery("The query string contains a malformed escape sequence in '" + name + "'.")
	}
	encodedValue, ok := encodeQuery(value)
	if !ok {
		return parameter{}, malformedQuery("The query string contains a malformed escape sequence in the value of '" + name + "'.")
	}
	return parameter{name: encodedName, value: encodedValue}, nil
}

func refuseRepeated(query []parameter) error {
	var reserved [maxReserved]string
	n := 0
	for i := range query {
		name := query[i].name
		if !hasAmzPrefix(name) && !strings.EqualFold(name, "Action") {
			continue
		}
		if n == maxReserved {
			return malformedQuery("The query string contains too many X-Amz-* parameters.")
		}
		for _, earlier := range reserved[:n] {
			if strings.EqualFold(earlier, name) {
				return malformedQuery("The query string contains the parameter '" + name + "' more than once.")
			}
		}
		reserved[n] = name
		n++
	}
	return nil
}

// encodeQuery gives the canonical encoding of a raw name or value: unreserved characters of RFC 3986 as they are, every
// other byte as %XX in capitals. A '+' is a blank, as form encoding has it and as every reader of the query will take it.
// What is canonical already, the normal case, is returned without a copy. False means a malformed escape.
func encodeQuery(raw string) (string, bool) {
	i := canonicalPrefix(raw)
	if i == len(raw) {
		return raw, true
	}
	out := make([]byte, i, len(raw)+16)
	copy(out, raw)
	for ; i < len(raw); i++ {
		c := raw[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			var ok bool
			if i+2 >= len(raw) {
				return "", false
			}
			if c, ok = unhex(raw[i+1], raw[i+2]); !ok {
				return "", false
			}
			i += 2
		}
		out = appendEscaped(out, c)
	}
	return string(out), true
}

// canonicalPrefix is the length of the part of raw that is canonical as it stands.
func canonicalPrefix(raw string) int {
	for i := 0; i < len(raw); i++ {
		if unreserved(raw[i]) {
			continue
		}
		if raw[i] != '%' || i+2 >= len(raw) || !isUpperHex(raw[i+1]) || !isUpperHex(raw[i+2]) {
			return i
		}
		if c, _ := unhex(raw[i+1], raw[i+2]); unreserved(c) {
			return i
		}
		i += 2
	}
	return len(raw)
}

func appendEscaped(out []byte, c byte) []byte {
	if unreserved(c) {
		return append(out, c)
	}
	return append(out, '%', upperHex[c>>4], upperHex[c&15])
}

func unreserved(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isUpperHex(c byte) bool { return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' }

func unhex(high, low byte) (byte, bool) {
	h, okHigh := nibble(high)
	l, okLow := nibble(low)
	return h<<4 | l, okHigh && okLow
}

func nibble(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func hasAmzPrefix(name string) bool {
	return len(name) >= len(amzPrefix) && strings.EqualFold(name[:len(amzPrefix)], amzPrefix)
}
