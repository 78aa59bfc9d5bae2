package kubectl

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// generators are the words behind kubectl create that make no object of their name; a word may follow them.
var generators = map[string]string{"service": "services", "secret": "secrets"}

// write reads the commands that make objects: from a manifest, or create KIND NAME.
func (l line) write(command string) (*Request, error) {
	verb := map[string]string{"apply": "patch", "create": "create", "replace": "update", "diff": "patch"}[command]
	if _, ok := l.flag("-k", "--kustomize"); ok {
		return nil, errors.New("a kustomization is not read here: give what kubectl kustomize makes of it with -f")
	}
	if file, ok := l.flag("-f", "--filename"); ok {
		return fromManifest(file, verb)
	}
	kind := l.word(1)
	switch {
	case command != "create" || kind == "":
		return nil, fmt.Errorf("kubectl %s names no file: add -f FILE", command)
	case kind == "token":
		return &Request{Verb: "create", Resource: "serviceaccounts", Subresource: "token", Name: l.word(2)}, nil
	case generators[kind] != "":
		kind = generators[kind]
	}
	request := &Request{Verb: "create"}
	request.Resource, request.Group, _ = strings.Cut(kind, ".")
	return request, nil
}

// fromManifest asks for the first object of a file.
func fromManifest(file, verb string) (*Request, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	var object struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string `yaml:"kind"`
		Metadata   struct{ Name, Namespace string }
		Items      []yaml.Node
	}
	if err := yaml.Unmarshal(text, &object); err != nil {
		return nil, fmt.Errorf("read the manifest %s: %w", file, err)
	}
	if object.Kind == "List" && len(object.Items) > 0 {
		if err := object.Items[0].Decode(&object); err != nil {
			return nil, fmt.Errorf("read the manifest %s: %w", file, err)
		}
	}
	if object.Kind == "" {
		return nil, fmt.Errorf("read the manifest %s: its first object has no kind", file)
	}
	request := &Request{Verb: verb, Resource: object.Kind, Namespace: object.Metadata.Namespace}
	if group, _, grouped := strings.Cut(object.APIVersion, "/"); grouped {
		request.Group = group
	}
	if verb != "create" {
		request.Name = object.Metadata.Name
	}
	return request, nil
}
