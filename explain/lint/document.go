package lint

import (
	"errors"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parseDocuments reads the documents of a file, JSON being YAML. With an error it returns those before it.
func parseDocuments(text string) ([]*yaml.Node, error) {
	var documents []*yaml.Node
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return documents, err
		}
		if len(document.Content) > 0 {
			documents = append(documents, resolve(document.Content[0]))
		}
	}
}

// resolve follows an alias to what it stands for.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// pairs walks the keys and values of a mapping; of any other node there are none.
func pairs(n *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i], resolve(n.Content[i+1])) {
				return
			}
		}
	}
}

// child returns the value of a key of a mapping, or nil.
func child(n *yaml.Node, name string) *yaml.Node {
	for key, value := range pairs(n) {
		if key.Value == name {
			return value
		}
	}
	return nil
}

// childFold is child with letter case ignored, as encoding/json reads the fields of a structure.
func childFold(n *yaml.Node, name string) *yaml.Node {
	if exact := child(n, name); exact != nil {
		return exact
	}
	for key, value := range pairs(n) {
		if strings.EqualFold(key.Value, name) {
			return value
		}
	}
	return nil
}

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "list"
	case yaml.MappingNode:
		return "mapping"
	}
	return "value"
}

var errorLine = regexp.MustCompile(`line (\d+): `)

// errorPlace is the line that an error of a YAML reader names. About the first line it names none.
func (s *source) errorPlace(err error) position {
	line := 1
	if match := errorLine.FindStringSubmatch(err.Error()); match != nil {
		line, _ = strconv.Atoi(match[1])
	}
	line = max(1, min(line, len(s.lines)))
	rest := s.text[s.lines[line-1]:]
	if end := strings.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	return position{line, len(rest) - len(strings.TrimLeft(rest, " \t")) + 1}
}

func (c *checker) errorPlace(err error) position { return c.file.errorPlace(err) }

// plain is an error without the line, which the finding has.
func plain(err error) string {
	return errorLine.ReplaceAllString(strings.TrimPrefix(err.Error(), "yaml: "), "")
}
