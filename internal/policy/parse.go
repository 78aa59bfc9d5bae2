package policy

import "strings"

const (
	version2008 = "2008-10-17"
	version2012 = "2012-10-17"
)

// Parse reads a document and checks it as IAM does when a document of this kind is stored. What it refuses it refuses
// with an *Error in IAM's words.
//
// A document without Version, or of version 2008-10-17, has no policy variables: ${aws:username} is then plain text.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
func Parse(kind Kind, text string) (*Document, error) {
	if kind.storedByIAM() && strings.TrimLeft(text, " \t\r\n") != text {
		return nil, malformed(leadingSpaces)
	}
	root, err := readJSON(text)
	if err != nil || root.kind != objectNode {
		return nil, kind.notJSON()
	}
	p := parser{kind: kind, doc: &Document{kind: kind, text: text}}
	if refusal := p.document(&root); refusal != nil {
		return nil, refusal
	}
	if refusal := p.doc.overQuota(); refusal != nil {
		return nil, refusal
	}
	return p.doc, nil
}

// overQuota checks the quotas that hold for one document; those of inline policies hold for their sum.
func (d *Document) overQuota() *Error {
	switch {
	case d.kind == Managed && d.Size() > ManagedQuota:
		return &Error{Code: "LimitExceeded", Message: "Cannot exceed quota for PolicySize: 6144"}
	case d.kind == Trust && d.Size() > TrustQuota:
		return &Error{Code: "LimitExceeded", Message: "Cannot exceed quota for ACLSizePerRole: 2048"}
	default:
		return nil
	}
}

// parser builds a document. IAM reports grammar first and content later, so grammar is read for all statements before
// content is checked.
type parser struct {
	kind     Kind
	doc      *Document
	version  string
	compiler compiler
	nodes    []*node // of the statements
}

func (p *parser) document(root *node) *Error {
	for _, step := range []func(*node) *Error{p.topLevel, p.listStatements} {
		if err := step(root); err != nil {
			return err
		}
	}
	for _, n := range p.nodes {
		if err := p.grammar(n); err != nil {
			return err
		}
	}
	if err := p.content(); err != nil {
		return err
	}
	return p.build(root)
}

// topLevel checks the members of the document itself.
func (p *parser) topLevel(root *node) *Error {
	for i := range root.members {
		m := &root.members[i]
		switch m.name {
		case "Statement":
		case "Id", "Version":
			if m.value.kind != stringNode {
				return p.kind.invalidSyntax()
			}
		default:
			return p.unknownField(m.name)
		}
	}
	if v := root.member("Version"); v != nil {
		p.version = v.text
		if p.version != version2008 && p.version != version2012 {
			return p.kind.invalidSyntax()
		}
	}
	p.compiler = compiler{wildcards: true, variables: p.version == version2012}
	return nil
}

func (p *parser) listStatements(root *node) *Error {
	s := root.member("Statement")
	if s == nil {
		return p.missingField("Statement")
	}
	if s.kind == objectNode {
		p.nodes = []*node{s}
		return nil
	}
	for i := range s.items {
		p.nodes = append(p.nodes, &s.items[i])
	}
	if len(p.nodes) == 0 {
		return p.kind.invalidSyntax()
	}
	return nil
}

// The documents that are attached to resources come from another parser at AWS, which names the field.
func (p *parser) unknownField(name string) *Error {
	if p.kind.takesPrincipal() {
		return malformed("Unknown field " + name)
	}
	return p.kind.invalidSyntax()
}

func (p *parser) missingField(name string) *Error {
	if p.kind.takesPrincipal() {
		return malformed("Missing required field " + name)
	}
	return p.kind.invalidSyntax()
}

// build turns the checked statements into their compiled form.
func (p *parser) build(root *node) *Error {
	// IAM says where a statement begins by the end of the token before it: the bracket, or the statement before. A lone
	// object begins behind its own brace.
	start := root.member("Statement").start + 1
	for i, n := range p.nodes {
		s := statement{index: i, start: start, end: n.end}
		if err := p.statement(n, &s); err != nil {
			return err
		}
		p.doc.statements = append(p.doc.statements, s)
		start = n.end
	}
	return nil
}

func (p *parser) statement(n *node, s *statement) *Error {
	s.sid = memberText(n, "Sid")
	s.deny = memberText(n, "Effect") == "Deny"
	actions, notAction := either(n, "Action", "NotAction")
	s.notAction = notAction
	for _, a := range list(actions) {
		s.actions = append(s.actions, compiler{wildcards: true}.template(a.text))
	}
	resources, notResource := either(n, "Resource", "NotResource")
	s.notResource = notResource
	for _, r := range list(resources) {
		s.resources = append(s.resources, p.compiler.resource(r.text))
	}
	s.conditions = p.conditions(n.member("Condition"))
	if p.kind.takesPrincipal() {
		return p.principals(n, s)
	}
	return nil
}

func (p *parser) conditions(element *node) []condition {
	if element == nil {
		return nil
	}
	var all []condition
	for _, op := range element.members {
		for _, key := range op.value.members {
			c, known := parseOperator(op.name)
			if !known {
				continue
			}
			c.name = key.name
			c.key = strings.ToLower(key.name)
			for _, v := range list(&key.value) {
				c.operands = append(c.operands, c.op.read(v.text, p.compiler.variables))
			}
			all = append(all, c)
		}
	}
	return all
}
