package lint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/eksauth/eksauth/explain/authenticator"
)

// entry is one item of mapRoles or mapUsers: as JSON, which is what the authenticator has of it, and as a YAML node,
// which knows its place.
type entry struct {
	list string
	text *embedded
	raw  json.RawMessage
	node *yaml.Node

	// What follows is what the authenticator keeps.
	arn, username string
	groups        []string
	role          authenticator.Role
}

// arnField is the field that has the principal of a mapping.
func (e *entry) arnField() string {
	if e.list == mapUsers {
		return "userarn"
	}
	return "rolearn"
}

// at is the place of a field's value; of the entry if it has none.
func (e *entry) at(field string) position {
	if e.node == nil {
		return e.text.place(position{1, 1})
	}
	if value := childFold(resolve(e.node), field); value != nil {
		return e.text.place(nodePlace(value))
	}
	return e.text.place(nodePlace(e.node))
}

// written is the text of a field's value in the file, or of the item of a list in it.
func (e *entry) written(field string, item int) string {
	if e.node == nil {
		return ""
	}
	value := childFold(resolve(e.node), field)
	if value != nil && value.Kind == yaml.SequenceNode && item < len(value.Content) {
		value = resolve(value.Content[item])
	}
	if value == nil || value.Kind != yaml.ScalarNode {
		return ""
	}
	return value.Value
}

func (c *checker) entry(e *entry) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(e.raw, &fields); err != nil || bytes.Equal(e.raw, []byte("null")) {
		c.add(ruleEntryType, e.at(""), e.arnField()+": …", "the entry is %s, not a mapping: the authenticator drops it", jsonKind(e.raw))
		return
	}
	e.decode()
	c.fields(e, fields)
	kept := c.principal(e, fields)
	c.user(e, fields)
	if kept {
		c.duplicate(e)
	}
}

// decode reads the entry into the authenticator's own type. An error concerns single fields, which stay empty, and
// checker.fields reports each.
func (e *entry) decode() {
	if e.list == mapUsers {
		var user authenticator.User
		_ = json.Unmarshal(e.raw, &user)
		e.arn, e.username, e.groups = user.UserARN, user.Username, user.Groups
		return
	}
	_ = json.Unmarshal(e.raw, &e.role)
	e.arn, e.username, e.groups = e.role.RoleARN, e.role.Username, e.role.Groups
}

// fieldFold finds a field as encoding/json does.
func fieldFold(fields map[string]json.RawMessage, name string) (json.RawMessage, bool) {
	if value, ok := fields[name]; ok {
		return value, true
	}
	for key, value := range fields {
		if strings.EqualFold(key, name) {
			return value, true
		}
	}
	return nil, false
}

// jsonKind names the kind of a JSON value.
func jsonKind(raw json.RawMessage) string {
	switch raw[0] {
	case '"':
		return "a string"
	case '{':
		return "a mapping"
	case '[':
		return "a list"
	case 't', 'f':
		return fmt.Sprintf("the boolean %s", raw)
	case 'n':
		return "empty"
	}
	return fmt.Sprintf("the number %s", raw)
}
