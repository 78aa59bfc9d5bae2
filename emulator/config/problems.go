package config

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	// Line is the line in the file, from 1; 0 where no line can be named.
	Line int
	// Text says what is wrong and what to write instead.
	Text string
}

// InvalidError is all that is wrong with a configuration.
type InvalidError struct {
	// Name is the file's name.
	Name string
	List []Problem
}

// Error lists every problem on a line of its own, in the order of the file.
func (p *InvalidError) Error() string {
	list := slices.Clone(p.List)
	slices.SortStableFunc(list, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	lines := make([]string, 0, len(list))
	for _, problem := range list {
		if problem.Line == 0 {
			lines = append(lines, fmt.Sprintf("%s: %s", p.Name, problem.Text))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s:%d: %s", p.Name, problem.Line, problem.Text))
	}
	return strings.Join(lines, "\n")
}

// lineOf finds the line of the value at path, whose steps are keys (string) and indexes (int). Where the path ends early
// in the file, the last node that is there counts.
func lineOf(node *yaml.Node, path []any) int {
	if node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		node = node.Content[0]
	}
	for _, step := range path {
		next := child(node, step)
		if next == nil {
			break
		}
		node = next
	}
	return node.Line
}

func child(node *yaml.Node, step any) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch step := step.(type) {
	case int:
		if node.Kind == yaml.SequenceNode && step < len(node.Content) {
			return node.Content[step]
		}
	case string:
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	}
	return nil
}

// fieldNames lists the keys that the named type takes, for the message about one that it does not.
func fieldNames(typeName string) string {
	types := []reflect.Type{
		reflect.TypeFor[File](), reflect.TypeFor[Account](), reflect.TypeFor[User](), reflect.TypeFor[Role](), reflect.TypeFor[Trust](),
		reflect.TypeFor[Cluster](), reflect.TypeFor[AWSAuth](), reflect.TypeFor[RoleMapping](), reflect.TypeFor[UserMapping](),
		reflect.TypeFor[AccessEntry](), reflect.TypeFor[AccessPolicy](),
	}
	var names []string
	for _, t := range types {
		if t.Name() != typeName {
			continue
		}
		for i := range t.NumField() {
			key, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
			names = append(names, key)
		}
	}
	return strings.Join(names, ", ")
}
