package policy

// The policy grammar: which elements a statement may have and of which JSON type they are.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html

// grammar checks a statement's elements and their types.
func (p *parser) grammar(n *node) *Error {
	if n.kind != objectNode {
		return p.kind.invalidSyntax()
	}
	for i := range n.members {
		if err := p.element(&n.members[i]); err != nil {
			return err
		}
	}
	for _, pair := range [][2]string{{"Action", "NotAction"}, {"Resource", "NotResource"}, {"Principal", "NotPrincipal"}} {
		if n.member(pair[0]) != nil && n.member(pair[1]) != nil {
			return p.kind.invalidSyntax()
		}
	}
	if n.member("Effect") == nil {
		return p.missingField("Effect")
	}
	return nil
}

func (p *parser) element(m *member) *Error {
	var ok bool
	switch m.name {
	case "Sid", "Effect":
		ok = m.value.kind == stringNode
	case "Action", "NotAction":
		ok = isTexts(&m.value)
	case "Resource", "NotResource":
		if p.kind == Trust {
			return malformed("Has prohibited field " + m.name)
		}
		ok = isTexts(&m.value)
	case "Principal", "NotPrincipal":
		return p.principalElement(m)
	case "Condition":
		ok = isCondition(&m.value)
	default:
		return p.unknownField(m.name)
	}
	if !ok {
		return p.kind.invalidSyntax()
	}
	return nil
}

func (p *parser) principalElement(m *member) *Error {
	if !p.kind.takesPrincipal() {
		return malformed(principalGiven)
	}
	// "You cannot use the NotPrincipal element in an IAM identity-based policy nor in an IAM role trust policy."
	if p.kind == Trust && m.name == "NotPrincipal" {
		return malformed("Has prohibited field NotPrincipal")
	}
	if m.value.kind == stringNode {
		return nil
	}
	if m.value.kind != objectNode || len(m.value.members) == 0 {
		return p.kind.invalidSyntax()
	}
	for i := range m.value.members {
		if !isTexts(&m.value.members[i].value) {
			return p.kind.invalidSyntax()
		}
	}
	return nil
}

// isCondition checks operators, keys and values. An unknown operator passes if it is empty, as at IAM.
func isCondition(n *node) bool {
	if n.kind != objectNode {
		return false
	}
	for i := range n.members {
		op := &n.members[i]
		if op.value.kind != objectNode {
			return false
		}
		if _, known := parseOperator(op.name); !known && len(op.value.members) > 0 {
			return false
		}
		for j := range op.value.members {
			if !isValues(&op.value.members[j].value) {
				return false
			}
		}
	}
	return true
}

// isTexts tells whether n is a string or a list of strings.
func isTexts(n *node) bool {
	for _, item := range list(n) {
		if item.kind != stringNode {
			return false
		}
	}
	return n.kind == stringNode || n.kind == arrayNode
}

// isValues tells whether n is a string, number or boolean, or a list of them.
func isValues(n *node) bool {
	for _, item := range list(n) {
		if item.kind != stringNode && item.kind != scalarNode {
			return false
		}
	}
	return true
}

// list returns the items of a list, or the lone item itself.
func list(n *node) []node {
	switch {
	case n == nil:
		return nil
	case n.kind == arrayNode:
		return n.items
	default:
		return []node{*n}
	}
}

// either returns the one of two elements that excludes the other, and whether it is the negated one.
func either(n *node, name, not string) (*node, bool) {
	if m := n.member(not); m != nil {
		return m, true
	}
	return n.member(name), false
}

func memberText(n *node, name string) string {
	if m := n.member(name); m != nil {
		return m.text
	}
	return ""
}
