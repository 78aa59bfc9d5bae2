package policy

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

type nodeKind byte

const (
	objectNode nodeKind = iota
	arrayNode
	stringNode
	scalarNode // a number or a boolean, its text in node.text
	nullNode
)

// node is a JSON value that knows where it stands in the text, which encoding/json's own values do not.
type node struct {
	kind       nodeKind
	text       string
	start, end int // byte offsets; end is exclusive
	members    []member
	items      []node
}

type member struct {
	name  string
	value node
}

func (n *node) member(name string) *node {
	for i := range n.members {
		if n.members[i].name == name {
			return &n.members[i].value
		}
	}
	return nil
}

type jsonReader struct {
	text string
	dec  *json.Decoder
}

// readJSON reads one JSON value. encoding/json bounds how deep it may be nested.
func readJSON(text string) (node, error) {
	if !utf8.ValidString(text) || !json.Valid([]byte(text)) {
		return node{}, errors.New("text is not JSON in UTF-8")
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	r := jsonReader{text: text, dec: dec}
	return r.value()
}

func (r *jsonReader) value() (node, error) {
	start := r.next()
	token, err := r.dec.Token()
	if err != nil {
		return node{}, err
	}
	n := node{start: start, end: int(r.dec.InputOffset())}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			n.kind = objectNode
			err = r.object(&n)
			return n, err
		}
		n.kind = arrayNode
		err = r.array(&n)
		return n, err
	case string:
		n.kind, n.text = stringNode, t
	case nil:
		n.kind = nullNode
	default:
		n.kind, n.text = scalarNode, r.text[start:n.end]
	}
	return n, nil
}

func (r *jsonReader) object(n *node) error {
	seen := map[string]bool{}
	for r.dec.More() {
		token, err := r.dec.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if seen[name] {
			return errors.New("duplicate member " + name)
		}
		seen[name] = true
		value, err := r.value()
		if err != nil {
			return err
		}
		n.members = append(n.members, member{name, value})
	}
	return r.close(n)
}

func (r *jsonReader) array(n *node) error {
	for r.dec.More() {
		item, err := r.value()
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	return r.close(n)
}

func (r *jsonReader) close(n *node) error {
	_, err := r.dec.Token()
	n.end = int(r.dec.InputOffset())
	return err
}

// next is the offset of the next value: the decoder stands just after the last token.
func (r *jsonReader) next() int {
	at := int(r.dec.InputOffset())
	for at < len(r.text) && strings.IndexByte(" \t\r\n,:", r.text[at]) >= 0 {
		at++
	}
	return at
}
