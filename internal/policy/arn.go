package policy

import "strings"

// arnParts is the number of colon-separated parts of an ARN; the last may itself contain colons.
const arnParts = 6

type arn [arnParts]string

func splitARN(s string) (parts arn, ok bool) {
	for i := range arnParts - 1 {
		part, rest, found := strings.Cut(s, ":")
		if !found {
			return parts, false
		}
		parts[i], s = part, rest
	}
	parts[arnParts-1] = s
	return parts, parts[0] == "arn"
}

// arnPattern matches ARNs part by part: a wildcard does not reach over a colon between parts, and neither does the value
// of a variable. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
type arnPattern struct {
	any   bool // a lone asterisk
	parts []template
}

func (c compiler) arn(raw string) arnPattern {
	if raw == "*" {
		return arnPattern{any: true}
	}
	var p arnPattern
	for len(p.parts) < arnParts-1 {
		part, rest, found := c.cut(raw)
		if !found {
			break
		}
		p.parts = append(p.parts, c.template(part))
		raw = rest
	}
	p.parts = append(p.parts, c.template(raw))
	return p
}

// resource reads a Resource value, which may leave out trailing parts: IAM takes them as asterisks.
func (c compiler) resource(raw string) arnPattern {
	p := c.arn(raw)
	for !p.any && len(p.parts) < arnParts {
		p.parts = append(p.parts, template{text: string([]byte{anyRun})})
	}
	return p
}

// cut splits at the first colon that is not inside a variable.
func (c compiler) cut(raw string) (before, after string, found bool) {
	for i := 0; i < len(raw); {
		if _, width := c.variable(raw[i:]); width > 0 {
			i += width
			continue
		}
		if raw[i] == ':' {
			return raw[:i], raw[i+1:], true
		}
		i++
	}
	return raw, "", false
}

// match compares with an ARN; isARN is false for values like "*", which only a lone asterisk matches.
func (p *arnPattern) match(value arn, isARN bool, ctx Context) (matched, resolved bool) {
	switch {
	case p.any:
		return true, true
	case len(p.parts) == 1:
		return p.parts[0].matchARN(value, isARN, ctx)
	case len(p.parts) != arnParts:
		return false, true
	}
	matched = isARN
	for i := range p.parts {
		text, ok := p.parts[i].expand(ctx)
		if !ok {
			return false, false
		}
		matched = matched && glob(text, value[i], false)
	}
	return matched, true
}

// matchARN compares a template whose single variable brings a whole ARN.
func (t *template) matchARN(value arn, isARN bool, ctx Context) (matched, resolved bool) {
	text, ok := t.expand(ctx)
	if !ok {
		return false, false
	}
	pattern, whole := splitARN(text)
	if !whole || !isARN {
		return false, true
	}
	for i := range pattern {
		if !glob(pattern[i], value[i], false) {
			return false, true
		}
	}
	return true, true
}
