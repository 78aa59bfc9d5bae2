package lint

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// configMap is a ConfigMap in a file. bare is one without kind and metadata: its data alone.
type configMap struct {
	node *yaml.Node
	data *yaml.Node
	bare bool
}

// configMapsIn finds the ConfigMaps of a document: itself, or the items of a list.
func configMapsIn(n *yaml.Node) []configMap {
	kind := child(n, "kind")
	switch {
	case kind == nil:
		m := configMap{node: n, data: n, bare: true}
		if m.looksLikeAWSAuth() {
			return []configMap{m}
		}
		return nil
	case kind.Value == "ConfigMap":
		return []configMap{{node: n, data: child(n, "data")}}
	}
	items := child(n, "items")
	if !strings.HasSuffix(kind.Value, "List") || items == nil || items.Kind != yaml.SequenceNode {
		return nil
	}
	var found []configMap
	for _, item := range items.Content {
		found = append(found, configMapsIn(resolve(item))...)
	}
	return found
}

func (m configMap) meta(field string) *yaml.Node { return child(child(m.node, "metadata"), field) }

func (m configMap) named() string {
	if name := m.meta("name"); name != nil {
		return name.Value
	}
	return ""
}

// elsewhere tells whether the ConfigMap says that it is in another namespace than the one the authenticator reads.
func (m configMap) elsewhere() bool {
	namespace := m.meta("namespace")
	return namespace != nil && namespace.Value != "kube-system"
}

// looksLikeAWSAuth tells whether somebody meant this to be aws-auth.
func (m configMap) looksLikeAWSAuth() bool {
	if nearest(m.named(), []string{"aws-auth"}) != "" {
		return true
	}
	for key := range pairs(m.data) {
		if nearest(key.Value, lists) != "" {
			return true
		}
	}
	return false
}

// place is where a field of the metadata is, or the ConfigMap.
func (m configMap) place(field string) position {
	if n := m.meta(field); n != nil {
		return nodePlace(n)
	}
	return nodePlace(m.node)
}

// nearest returns the name that is meant by a text which differs from it in letter case, dashes, underscores or a final s
// at most; empty if none is.
func nearest(text string, names []string) string {
	for _, name := range names {
		if squeeze(text) == squeeze(name) {
			return name
		}
	}
	return ""
}

var squeezer = strings.NewReplacer("-", "", "_", "", " ", "")

func squeeze(s string) string { return strings.TrimSuffix(strings.ToLower(squeezer.Replace(s)), "s") }
