package lint

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/eksauth/eksauth/explain/authenticator"
)

// mappings checks mapRoles or mapUsers.
func (c *checker) mappings(list string, value *yaml.Node) {
	if authenticator.Skips(value.Value) {
		return
	}
	before := len(c.findings)
	text := embed(c.file, value)
	_, verdict := authenticator.ParseAWSAuth(map[string]string{list: value.Value})
	items, err := authenticator.ReadList(value.Value)
	if err != nil {
		c.unreadable(list, text, err)
		return
	}
	nodes := sequence(value.Value)
	for i, item := range items {
		e := &entry{list: list, text: text, raw: item}
		if i < len(nodes) {
			e.node = nodes[i]
		}
		c.entry(e)
	}
	// Whatever the authenticator complains of is a finding, also if no rule knows it.
	if verdict != nil && !HasErrors(c.findings[before:]) {
		c.add(ruleUnread, nodePlace(value), "", "the authenticator logs %q", verdict)
	}
}

// sequence returns the items of the list in text, for their places; none if it is not a list.
func sequence(text string) []*yaml.Node {
	documents, _ := parseDocuments(text) // what is wrong with the text, the authenticator's reader has said
	if len(documents) == 0 || documents[0].Kind != yaml.SequenceNode {
		return nil
	}
	return documents[0].Content
}

// braces finds a value that begins with a placeholder and is not quoted.
var braces = regexp.MustCompile(`(?m)(?::|-)[ \t]+(\{\{[^\n#]*)`)

// unreadable reports a list of which the authenticator keeps nothing.
func (c *checker) unreadable(list string, text *embedded, err error) {
	_, verdict := authenticator.ParseAWSAuth(map[string]string{list: text.text})
	lost := "the authenticator drops all of " + list
	switch at := braces.FindStringSubmatchIndex(text.text); {
	case strings.HasPrefix(err.Error(), "json: "):
		c.add(ruleListType, text.place(position{1, 1}), "begin each entry with a dash", "%s is not a list: %s (%q)", list, lost, verdict)
	case at != nil && strings.Contains(err.Error(), "map key"):
		value := strings.TrimSpace(text.text[at[2]:at[3]])
		c.add(ruleBraces, text.place(text.at(at[2])), `"`+value+`"`, "%s must be quoted: YAML reads it as a mapping, and %s (%q)", value, lost, verdict)
	default:
		c.add(ruleListSyntax, text.place(text.errorPlace(err)), "", "%s is not YAML: %s; %s (%q)", list, plain(err), lost, verdict)
	}
}
