package maproles

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Role says as whom a role enters.
type Role struct {
	// ARN has no path.
	ARN      string
	Username string
	Groups   []string
}

// Add appends a role, unless the text has it already, under whatever name. A text that cannot be read is an error.
func Add(text string, role Role) (string, error) {
	elements, err := parse(text)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(elements.Content, isRole(role.ARN)) {
		return text, nil
	}
	if len(elements.Content) == 0 {
		text, elements.Column = comments(text), 1
	} else if elements.Style&yaml.FlowStyle != 0 {
		if text, err = inLines(elements); err != nil {
			return "", err
		}
		elements.Column = 1
	}
	if text = strings.TrimRight(text, " \n"); text != "" {
		text += "\n"
	}
	text += role.element(strings.Repeat(" ", max(0, elements.Column-1)))
	return text, hasLength(text, len(elements.Content)+1)
}

// Remove takes a role out, however often it is there, and leaves a text without it as it is.
func Remove(text, arn string) (string, error) {
	elements, err := parse(text)
	if err != nil {
		return "", err
	}
	left := len(elements.Content)
	if !slices.ContainsFunc(elements.Content, isRole(arn)) {
		return text, nil
	}
	if elements.Style&yaml.FlowStyle != 0 {
		elements.Content = slices.DeleteFunc(elements.Content, isRole(arn))
		return inLines(elements)
	}
	lines := strings.SplitAfter(text, "\n")
	end := len(lines)
	for _, element := range slices.Backward(elements.Content) {
		start := element.Line - 1
		if isRole(arn)(element) {
			lines = slices.Delete(lines, start, beforeComments(lines, start+1, end))
			left--
		}
		end = start
	}
	text = strings.Join(lines, "")
	return text, hasLength(text, left)
}

// parse reads the text, in which an empty one is an empty list.
func parse(text string) (*yaml.Node, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil, fmt.Errorf("read mapRoles: %w", err)
	}
	if len(document.Content) == 0 || document.Content[0].Tag == "!!null" {
		return &yaml.Node{Kind: yaml.SequenceNode}, nil
	}
	if document.Content[0].Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("read mapRoles: it is no list but %q", text)
	}
	return document.Content[0], nil
}

// comments is what is left of the text of an empty list, be it written [], null or not at all.
func comments(text string) string {
	lines := slices.DeleteFunc(strings.SplitAfter(text, "\n"), func(line string) bool {
		return !strings.HasPrefix(strings.TrimSpace(line), "#")
	})
	return strings.Join(lines, "")
}

// inLines writes a list that was written in brackets with a line for each element.
func inLines(list *yaml.Node) (string, error) {
	if len(list.Content) == 0 {
		return "", nil
	}
	list.Style = 0
	text, err := yaml.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("write mapRoles: %w", err)
	}
	return string(text), nil
}

// isRole knows the keys of an element as the authenticator does, whatever their letter case.
func isRole(arn string) func(*yaml.Node) bool {
	return func(element *yaml.Node) bool {
		if element.Kind != yaml.MappingNode {
			return false
		}
		for i := 0; i+1 < len(element.Content); i += 2 {
			if strings.EqualFold(element.Content[i].Value, "rolearn") && strings.EqualFold(element.Content[i+1].Value, arn) {
				return true
			}
		}
		return false
	}
}

// element is a role in the order of EKS: by the names of the keys.
func (r Role) element(indentation string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s- groups:\n", indentation)
	for _, group := range r.Groups {
		fmt.Fprintf(&b, "%s  - %s\n", indentation, group)
	}
	fmt.Fprintf(&b, "%s  rolearn: %s\n%s  username: %s\n", indentation, r.ARN, indentation, r.Username)
	return b.String()
}

// beforeComments moves the end of an element up to its own last line: what stands between it and the next is about that.
func beforeComments(lines []string, start, end int) int {
	for end > start {
		line := strings.TrimSpace(lines[end-1])
		if line != "" && !strings.HasPrefix(line, "#") {
			break
		}
		end--
	}
	return end
}

// hasLength holds that an edited text is a list of so many elements, so that nobody's aws-auth is broken by an edit.
func hasLength(text string, want int) error {
	edited, err := parse(text)
	if err == nil && len(edited.Content) != want {
		err = fmt.Errorf("edit mapRoles: %d elements are left of %d: write one element a line", len(edited.Content), want)
	}
	return err
}
