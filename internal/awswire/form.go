package awswire

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/eksauth/eksauth/internal/awswire/model"
)

// node is one step of a dotted parameter name: Tags.member.1.Key=x is four of them and a value.
type node struct {
	value    string
	hasValue bool
	children map[string]*node
}

// maxSteps is more than any shape of the models needs. Longer names belong to nothing and cost memory.
const maxSteps = 32

// formReader turns parameters into the values that assign takes, guided by the input's shape.
type formReader struct {
	name func(*model.Member) string // of a member
	item string                     // step before the index of a list: "member", or none
}

// structure reads the parameters that belong to an input. Others are ignored, as AWS does.
func (f formReader) read(s *model.Shape, params url.Values) (map[string]any, *Error) {
	root := &node{}
	known := map[string]bool{}
	for _, m := range s.Members {
		known[f.name(m)] = true
	}
	for name, values := range params {
		first, _, _ := strings.Cut(name, ".")
		if known[first] && strings.Count(name, ".") < maxSteps {
			root.insert(name, values[0])
		}
	}
	return f.structure(s, root)
}

func (n *node) insert(name, value string) {
	for step := range strings.SplitSeq(name, ".") {
		if n.children == nil {
			n.children = map[string]*node{}
		}
		if n.children[step] == nil {
			n.children[step] = &node{}
		}
		n = n.children[step]
	}
	n.value, n.hasValue = value, true
}

func (f formReader) value(s *model.Shape, n *node) (any, *Error) {
	switch s.Type {
	case "structure":
		return f.structure(s, n)
	case "list":
		return f.list(s, n)
	}
	if len(n.children) > 0 {
		return nil, refusef(codeMalformedInput, "Start of list found where not expected")
	}
	return text(n.value), nil
}

func (f formReader) structure(s *model.Shape, n *node) (map[string]any, *Error) {
	if n.hasValue && n.value != "" {
		return nil, refusef(codeMalformedInput, "Unexpected complex element termination")
	}
	members := map[string]any{}
	for _, m := range s.Members {
		child := n.children[f.name(m)]
		if child == nil {
			continue
		}
		value, err := f.value(m.Shape, child)
		if err != nil {
			return nil, err
		}
		members[m.Name] = value
	}
	return members, nil
}

// list reads Name.member.1, Name.member.2 and so on. A hole or an odd index is refused: which entry AWS would drop is
// not documented. A bare Name= is an empty list.
func (f formReader) list(s *model.Shape, n *node) (any, *Error) {
	if n.hasValue {
		if n.value != "" || len(n.children) > 0 {
			return nil, refusef(codeMalformedInput, "Unexpected list element termination")
		}
		return []any{}, nil
	}
	if f.item != "" {
		if len(n.children) != 1 || n.children[f.item] == nil {
			return nil, refusef(codeMalformedInput, "Top level element may not be treated as a list")
		}
		n = n.children[f.item]
	}
	items := make([]any, 0, len(n.children))
	for i := range len(n.children) {
		child := n.children[strconv.Itoa(i+1)]
		if child == nil {
			return nil, refusef(codeMalformedInput, "List %s has no member %d of %d", s.Name, i+1, len(n.children))
		}
		item, err := f.value(s.Elem.Shape, child)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}
