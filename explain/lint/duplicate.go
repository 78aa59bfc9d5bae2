package lint

import (
	"slices"
	"strings"
)

// duplicate reports that a principal is mapped before. Roles are found in mapRoles first, whatever their order in the
// file; within a list the last entry wins. In mapUsers ARNs that differ in letter case are both kept, and either may win.
func (c *checker) duplicate(e *entry) {
	key := strings.ToLower(e.arn)
	first, ok := c.principals[key]
	if !ok {
		c.principals[key] = e
		return
	}
	at, earlier := e.at(e.arnField()), first.at(first.arnField())
	if first.username == e.username && slices.Equal(first.groups, e.groups) {
		c.add(ruleRepeated, at, "remove one of both", "%s is mapped in line %d already, with the same rights", e.arn, earlier.line)
		return
	}
	wins := "the last entry of the list wins"
	switch {
	case first.list != e.list:
		wins = "the entry in mapRoles wins"
	case e.list == mapUsers && first.arn != e.arn:
		wins = "either entry may win, as they differ in letter case"
	default:
		c.principals[key] = e
	}
	c.add(ruleDuplicate, at, "merge both entries", "%s is mapped in line %d already, with other rights: %s", e.arn, earlier.line, wins)
}
