package lint

import (
	"strings"

	"github.com/eksauth/eksauth/explain/authenticator"
)

// Mapped is one entry of mapRoles or mapUsers with its place in the file.
type Mapped struct {
	// ARN is as written.
	ARN string
	// List is mapRoles or mapUsers.
	List string
	// Line is the ARN's in the file, and Text that line without blanks around it.
	Line int
	Text string
	// Finding is what is wrong with the ARN, or nil.
	Finding *Finding
}

// Mappings lists whom an aws-auth ConfigMap names and the data that the authenticator reads. text is as for AWSAuth. found is
// false if there is no ConfigMap of the name and namespace that the authenticator reads.
func Mappings(text string) (mapped []Mapped, data map[string]string, found bool) {
	documents, err := parseDocuments(text)
	if err != nil {
		return nil, nil, false
	}
	c := &checker{file: newSource(text), principals: map[string]*entry{}}
	data = map[string]string{}
	for _, m := range c.findConfigMaps(documents) {
		found = found || m.bare || m.named() == "aws-auth" && !m.elsewhere()
		for key, value := range pairs(m.data) {
			data[key.Value] = value.Value
			if key.Value == mapRoles || key.Value == mapUsers {
				mapped = append(mapped, c.mapped(key.Value, embed(c.file, value))...)
			}
		}
	}
	return mapped, data, found
}

func (c *checker) mapped(list string, text *embedded) []Mapped {
	items, err := authenticator.ReadList(text.text)
	if err != nil {
		return nil
	}
	var out []Mapped
	nodes := sequence(text.text)
	for i, item := range items {
		e := &entry{list: list, text: text, raw: item}
		if i < len(nodes) {
			e.node = nodes[i]
		}
		if e.decode(); e.arn == "" {
			continue
		}
		at := e.at(e.arnField())
		m := Mapped{ARN: e.arn, List: list, Line: at.line, Text: c.file.line(at.line)}
		if problem := arnProblem(e.arn); problem.rule != nil {
			m.Finding = &Finding{Line: at.line, Column: at.column, Severity: problem.rule.Severity, Rule: problem.rule.Name,
				Cause: problem.rule.Cause, Message: problem.text, Fix: problem.want}
		}
		out = append(out, m)
	}
	return out
}

// line is the text of a line without blanks around it.
func (s *source) line(number int) string {
	rest := s.text[s.lines[number-1]:]
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}
