package policy

import (
	"slices"
	"strings"
)

// Document is a parsed policy document. It does not change, and may be used from several goroutines.
type Document struct {
	kind       Kind
	text       string
	statements []statement
}

// Position is a place in a document's text: the line, and the column in characters, both from 1.
type Position struct{ Line, Column int }

type statement struct {
	sid   string
	index int
	deny  bool

	actions     []template
	notAction   bool
	resources   []arnPattern // empty in trust policies, which speak of their own role
	notResource bool
	principals  *principals // nil where the document is attached to the principal
	conditions  []condition
	start, end  int
}

// Text returns the document as it was written.
func (d *Document) Text() string { return d.text }

// Size returns the number of characters that count against quotas: all but white space.
func (d *Document) Size() int { return size(d.text) }

// Principals returns the ARNs and unique IDs of users, roles and sessions that the document names, in order.
func (d *Document) Principals() []string {
	var named []string
	for _, r := range d.refs() {
		named = append(named, r.value)
	}
	return named
}

// RewritePrincipals returns the text with each ARN or unique ID of Principals replaced. IAM stores the unique ID in place
// of a user's or role's ARN, so that a successor of the same name is not trusted, and shows the ARN while the entity
// lives: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func (d *Document) RewritePrincipals(replace func(string) string) string {
	var b strings.Builder
	at := 0
	for _, r := range d.refs() {
		b.WriteString(d.text[at:r.start])
		b.WriteString(quote(replace(r.value)))
		at = r.end
	}
	b.WriteString(d.text[at:])
	return b.String()
}

// refs lists the references to users, roles and sessions in the order of the text.
func (d *Document) refs() []principalRef {
	var refs []principalRef
	for i := range d.statements {
		if ps := d.statements[i].principals; ps != nil {
			for _, r := range ps.refs {
				if r.kind == refARN || r.kind == refID {
					refs = append(refs, r)
				}
			}
		}
	}
	return refs
}

// ContextKeys returns the condition keys that the document uses in conditions and as variables, sorted, in the case in
// which they are first written, as GetContextKeysForCustomPolicy lists them.
func (d *Document) ContextKeys() []string {
	keys := map[string]string{}
	for i := range d.statements {
		d.statements[i].contextKeys(keys)
	}
	names := make([]string, 0, len(keys))
	for _, name := range keys {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// contextKeys adds to keys the statement's keys, lower case to name as written.
func (s *statement) contextKeys(keys map[string]string) {
	add := func(name string) {
		if lower := strings.ToLower(name); keys[lower] == "" {
			keys[lower] = name
		}
	}
	for i := range s.resources {
		s.resources[i].eachVariable(add)
	}
	for i := range s.conditions {
		c := &s.conditions[i]
		add(c.name)
		for j := range c.operands {
			c.operands[j].text.eachVariable(add)
			c.operands[j].arn.eachVariable(add)
		}
	}
}

func (p *arnPattern) eachVariable(visit func(string)) {
	for i := range p.parts {
		p.parts[i].eachVariable(visit)
	}
}

func (t *template) eachVariable(visit func(string)) {
	for _, v := range t.vars {
		visit(v.name)
	}
}

// position turns a byte offset into line and column.
func (d *Document) position(offset int) Position {
	before := d.text[:offset]
	lineStart := strings.LastIndexByte(before, '\n') + 1
	return Position{
		Line:   strings.Count(before, "\n") + 1,
		Column: len([]rune(before[lineStart:])) + 1,
	}
}
