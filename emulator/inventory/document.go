package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"
)

// documents splits a file into its documents, as JSON: one or many, in JSON or YAML, as both the aws CLI and kubectl print.
func documents(data []byte) ([]json.RawMessage, error) {
	trimmed := bytes.TrimSpace(data)
	switch {
	case len(trimmed) == 0:
		return nil, errors.New("the file is empty: the command that should have written it has failed; run it again, or delete the file")
	case trimmed[0] == '{' || trimmed[0] == '[':
		return jsonDocuments(data)
	}
	return yamlDocuments(data)
}

func jsonDocuments(data []byte) ([]json.RawMessage, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	var all []json.RawMessage
	for {
		var document json.RawMessage
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: this is no JSON, or its end is missing: %w", lineAt(data, err, decoder.InputOffset()), err)
		}
		all = append(all, document)
	}
}

// lineAt is the line at which a decoder stopped.
func lineAt(data []byte, err error, offset int64) int {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.Is(err, io.ErrUnexpectedEOF):
		offset = int64(len(data))
	}
	return bytes.Count(data[:min(int(offset), len(data))], []byte("\n")) + 1
}

func yamlDocuments(data []byte) ([]json.RawMessage, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var all []json.RawMessage
	for {
		var node yaml.Node
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("this is neither JSON nor YAML: %w", err)
		}
		if len(node.Content) == 1 && node.Content[0].Kind == yaml.ScalarNode {
			return nil, fmt.Errorf("line %d: this is plain text: have the command print JSON or YAML (--output json, -o yaml)", node.Content[0].Line)
		}
		plain, err := yaml.Marshal(&node)
		if err != nil {
			return nil, fmt.Errorf("read YAML: %w", err)
		}
		document, err := kyaml.YAMLToJSON(plain)
		if err != nil {
			return nil, fmt.Errorf("read YAML: %w", err)
		}
		all = append(all, document)
	}
}

// shape is a kind of document that an import reads, by the keys that only it has.
type shape struct {
	keys []string
	read func(r *reader, file string, document json.RawMessage) error
}

var shapes = []shape{
	{[]string{"UserDetailList", "GroupDetailList", "RoleDetailList"}, (*reader).details},
	{[]string{"cluster"}, (*reader).cluster},
	{[]string{"accessEntry"}, (*reader).entry},
	{[]string{"accessEntries"}, (*reader).listed},
	{[]string{"associatedAccessPolicies"}, (*reader).associated},
	{[]string{"Events"}, (*reader).trail},
	{[]string{"apiVersion", "kind"}, (*reader).kubernetes},
}

// instead says which command's output is read in place of another's.
var instead = map[string]string{
	"Users": "aws iam get-account-authorization-details", "Roles": "aws iam get-account-authorization-details",
	"Role": "aws iam get-account-authorization-details", "User": "aws iam get-account-authorization-details",
	"Policies": "aws iam get-account-authorization-details, unfiltered", "clusters": "aws eks describe-cluster --name NAME",
	"accessPolicies": "aws eks list-associated-access-policies", "current-context": "kubectl get",
}

// document reads one document of a file, whatever it is.
func (r *reader) document(file string, document json.RawMessage) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(document, &keys); err != nil {
		r.problem(file, "this is a list or a text, where an import reads answers of aws iam, aws eks and kubectl get")
		return
	}
	for _, s := range shapes {
		if !s.fits(keys) {
			continue
		}
		if err := s.read(r, file, document); err != nil {
			r.problem(file, "this looks like %s, but: %v", strings.Join(s.keys, ", "), err)
		}
		return
	}
	for key, command := range instead {
		if keys[key] != nil {
			r.problem(file, "this is an answer with %s, which an import does not read: it reads that of %s", key, command)
			return
		}
	}
	r.problem(file, "this is nothing that an import reads: eksauth import --collect prints the commands whose answers it reads")
}

// fits tells whether a document has one of the keys; an object of Kubernetes has all of them.
func (s *shape) fits(keys map[string]json.RawMessage) bool {
	found := 0
	for _, key := range s.keys {
		if keys[key] != nil {
			found++
		}
	}
	return found == len(s.keys) || found > 0 && s.keys[0] != "apiVersion"
}
