package lint

import "go.yaml.in/yaml/v3"

// Entry is one access entry with its place in the file.
type Entry struct {
	// ARN is the principal's, with its path.
	ARN string
	// Username is empty if EKS makes it.
	Username string
	Groups   []string
	// Policies are the ARNs of the access policies in the same text.
	Policies []string
	// Line is the ARN's in the file, and Text that line without blanks around it.
	Line int
	Text string
}

// Entries lists the access entries in text, which is as for AccessEntries.
func Entries(text string) []Entry {
	documents, _ := parseAnswers(text) // AccessEntries reports what cannot be read
	s := newSource(text)
	var entries []Entry
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if arn := childFold(n, "principalArn"); arn != nil {
			entries = append(entries, Entry{
				ARN: arn.Value, Username: scalar(n, "username", "kubernetesUsername"), Groups: values(childFold(n, "kubernetesGroups")),
				Policies: policyARNs(n), Line: arn.Line, Text: s.line(arn.Line),
			})
			return
		}
		for _, inner := range n.Content {
			walk(resolve(inner))
		}
	}
	for _, document := range documents {
		walk(document)
	}
	return entries
}

func scalar(n *yaml.Node, names ...string) string {
	for _, name := range names {
		if value := childFold(n, name); value != nil {
			return value.Value
		}
	}
	return ""
}

func values(n *yaml.Node) []string {
	out := []string{}
	if n != nil && n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			out = append(out, resolve(item).Value)
		}
	}
	return out
}

func policyARNs(entry *yaml.Node) []string {
	var arns []string
	for _, field := range []string{"accessPolicies", "associatedAccessPolicies"} {
		if list := childFold(entry, field); list != nil && list.Kind == yaml.SequenceNode {
			for _, policy := range list.Content {
				arns = append(arns, scalar(resolve(policy), "policyArn"))
			}
		}
	}
	return arns
}
