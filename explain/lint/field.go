package lint

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fields checks the names of an entry's fields and the types of their values.
func (c *checker) fields(e *entry, fields map[string]json.RawMessage) {
	known := []string{e.arnField(), "username", "groups", "userid"}
	if e.list == mapRoles {
		known = append(known, "sso")
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, name) })
		if i < 0 {
			c.unknownField(e, name, known)
			continue
		}
		switch value := fields[name]; known[i] {
		case "groups":
			c.groupsType(e, value)
		case "sso":
			c.ssoType(e, value)
		default:
			c.stringType(e, known[i], value)
		}
	}
}

func (c *checker) unknownField(e *entry, name string, known []string) {
	meant := nearest(name, known)
	if name := strings.ToLower(name); meant == "" && (name == "userarn" || name == "rolearn") {
		meant = e.arnField() // a role under mapUsers works, with the list's own field
	}
	if meant != "" {
		c.add(ruleFieldName, e.at(name), meant+":", "the field %s is not read in %s: it is called %s", name, e.list, meant)
		return
	}
	c.add(ruleFieldOther, e.at(name), "", "the field %s is not read in %s", name, e.list)
}

func isString(raw json.RawMessage) bool { return raw[0] == '"' || raw[0] == 'n' }

// lost says what comes of a field that the authenticator cannot read.
var lost = map[string]string{
	"rolearn":  "the entry is dropped",
	"userarn":  "the entry is dropped",
	"username": "the username stays empty",
	"userid":   "the ID is lost",
}

func (c *checker) stringType(e *entry, field string, value json.RawMessage) {
	if isString(value) {
		return
	}
	c.add(ruleFieldType, e.at(field), quoteFix(field+": ", e.written(field, 0)), "%s is %s, not a string%s: %s",
		field, jsonKind(value), e.readAs(field, 0, value), lost[field])
}

// readAs explains a value that looks like a string: YAML 1.1 has more booleans than true and false
// (https://yaml.org/type/bool.html).
func (e *entry) readAs(field string, item int, value json.RawMessage) string {
	written := e.written(field, item)
	if written == "" || written == string(value) {
		return ""
	}
	return fmt.Sprintf(" (YAML 1.1 reads %s so)", written)
}

func quoteFix(before, written string) string {
	if written == "" {
		return ""
	}
	return fmt.Sprintf("%s%q", before, written)
}

func (c *checker) groupsType(e *entry, value json.RawMessage) {
	var groups []json.RawMessage
	if err := json.Unmarshal(value, &groups); err != nil {
		fix := ""
		if written := e.written("groups", 0); written != "" {
			fix = fmt.Sprintf("groups: [%q]", written)
		}
		c.add(ruleFieldType, e.at("groups"), fix, "groups is %s, not a list: the entry is kept without any group", jsonKind(value))
		return
	}
	for i, group := range groups {
		if !isString(group) {
			c.add(ruleFieldType, e.at("groups"), quoteFix("- ", e.written("groups", i)), "group %d is %s, not a string%s: it becomes empty",
				i+1, jsonKind(group), e.readAs("groups", i, group))
		}
	}
}

func (c *checker) ssoType(e *entry, value json.RawMessage) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(value, &fields); err != nil {
		c.add(ruleFieldType, e.at("sso"), "", "sso is %s, not a mapping: it is lost", jsonKind(value))
		return
	}
	for _, name := range []string{"permissionSetName", "accountID", "partition"} {
		raw, ok := fieldFold(fields, name)
		if !ok || isString(raw) {
			continue
		}
		rule := ruleFieldType
		if name == "accountID" {
			rule = ruleSSOAccount
		}
		c.add(rule, e.at("sso"), fmt.Sprintf("%s: %q", name, raw), "sso.%s is %s, not a string: the entry is dropped", name, jsonKind(raw))
	}
}
