package policy

import (
	"strings"
	"unicode/utf8"
)

// template is a policy value: literal text, wildcards (where the element takes them) and policy variables.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
type template struct {
	text string // wildcards as anyRun and anyOne; variables are cut out
	vars []variable
}

type variable struct {
	at          int    // offset in template.text where the value goes
	name        string // as written
	key         string // lower case
	fallback    string
	hasFallback bool
}

// compiler says how the text of a value is read.
type compiler struct {
	wildcards bool
	variables bool // false for documents of version 2008-10-17
}

func (c compiler) template(raw string) template {
	var t template
	var b strings.Builder
	for i := 0; i < len(raw); {
		if name, width := c.variable(raw[i:]); width > 0 {
			i += width
			if name == "*" || name == "?" || name == "$" {
				b.WriteString(name)
				continue
			}
			v := parseVariable(name)
			v.at = b.Len()
			t.vars = append(t.vars, v)
			continue
		}
		b.WriteByte(c.literal(raw[i]))
		i++
	}
	t.text = b.String()
	return t
}

func (c compiler) literal(b byte) byte {
	switch {
	case c.wildcards && b == '*':
		return anyRun
	case c.wildcards && b == '?':
		return anyOne
	default:
		return b
	}
}

// variable reads a ${…} at the start of raw: what stands inside and the width of the whole, 0 if there is none.
func (c compiler) variable(raw string) (name string, width int) {
	if !c.variables || !strings.HasPrefix(raw, "${") {
		return "", 0
	}
	end := strings.IndexByte(raw, '}')
	if end < 0 {
		return "", 0
	}
	return raw[2:end], end + 1
}

// parseVariable reads `key` or `key, 'default'`.
func parseVariable(inside string) variable {
	key, fallback, found := strings.Cut(inside, ",")
	key = strings.TrimSpace(key)
	v := variable{name: key, key: strings.ToLower(key)}
	fallback = strings.TrimSpace(fallback)
	if n := len(fallback); found && n >= 2 && fallback[0] == '\'' && fallback[n-1] == '\'' {
		v.fallback, v.hasFallback = fallback[1:n-1], true
	}
	return v
}

func (t *template) empty() bool { return t.text == "" && len(t.vars) == 0 }

// expand puts in the variables' values. It fails if one has no value: then the template equals nothing. A key with
// several values cannot be used as a variable, and text that is not UTF-8 could smuggle in wildcards.
func (t *template) expand(ctx Context) (string, bool) {
	if len(t.vars) == 0 {
		return t.text, true
	}
	var b strings.Builder
	at := 0
	for _, v := range t.vars {
		value, ok := v.value(ctx)
		if !ok {
			return "", false
		}
		b.WriteString(t.text[at:v.at])
		b.WriteString(value)
		at = v.at
	}
	b.WriteString(t.text[at:])
	return b.String(), true
}

func (v *variable) value(ctx Context) (string, bool) {
	if values := ctx[v.key]; len(values) > 0 {
		return values[0], len(values) == 1 && utf8.ValidString(values[0])
	}
	return v.fallback, v.hasFallback
}
