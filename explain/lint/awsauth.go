package lint

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The lists of an aws-auth ConfigMap. The authenticator takes their names letter by letter.
const (
	mapRoles    = "mapRoles"
	mapUsers    = "mapUsers"
	mapAccounts = "mapAccounts"
)

var lists = []string{mapRoles, mapUsers, mapAccounts}

// maxConfigMap is the size of data that the API server takes in a ConfigMap, in bytes
// (https://kubernetes.io/docs/concepts/configuration/configmap/).
const maxConfigMap = 1 << 20

// AWSAuth finds what is wrong with the aws-auth ConfigMap in text: a manifest, a list of manifests, or what
// kubectl get configmap prints, as YAML or JSON. The findings are in the order of the text.
func AWSAuth(text string) []Finding {
	c := &checker{file: newSource(text), principals: map[string]*entry{}}
	documents, err := parseDocuments(text)
	if err != nil {
		c.add(ruleFileSyntax, c.errorPlace(err), "", "the file is not YAML: %s", plain(err))
	}
	if maps := c.findConfigMaps(documents); len(maps) > 0 {
		for _, m := range maps {
			c.configMap(m)
		}
	} else if err == nil {
		c.add(ruleNoAWSAuth, position{}, "", "the file has no ConfigMap aws-auth of the namespace kube-system")
	}
	return c.sorted()
}

// checker collects the findings of one file.
type checker struct {
	report
	file *source
	// principals are the entries that the authenticator keeps, by ARN in lower case.
	principals map[string]*entry
}

func nodePlace(n *yaml.Node) position { return position{n.Line, n.Column} }

// findConfigMaps returns those that are aws-auth by their name, or failing that those that have its lists.
func (c *checker) findConfigMaps(documents []*yaml.Node) []configMap {
	var all []configMap
	for _, document := range documents {
		all = append(all, configMapsIn(document)...)
	}
	named := slices.DeleteFunc(slices.Clone(all), func(m configMap) bool { return m.named() != "aws-auth" || m.elsewhere() })
	if len(named) > 0 {
		return named
	}
	return slices.DeleteFunc(all, func(m configMap) bool { return !m.looksLikeAWSAuth() })
}

func (c *checker) configMap(m configMap) {
	c.identity(m)
	if m.data == nil || m.data.Kind != yaml.MappingNode {
		c.add(ruleNoData, nodePlace(m.node), "", "the ConfigMap has no data, so that it maps nobody")
		return
	}
	size := 0
	for key, value := range pairs(m.data) {
		if value.Kind != yaml.ScalarNode {
			c.add(ruleDataType, nodePlace(value), "write `"+key.Value+": |` and indent the list below it",
				"%s is a %s, but the values of a ConfigMap are strings: the API server refuses the object", key.Value, kindName(value))
			continue
		}
		size += len(key.Value) + len(value.Value)
		c.dataEntry(key, value)
	}
	if size > maxConfigMap {
		c.add(ruleSize, nodePlace(m.data), "map accounts, or use access entries", "the data have %d bytes, and the API server takes %d", size, maxConfigMap)
	}
}

// identity checks that the authenticator will look at the ConfigMap: it watches kube-system/aws-auth alone.
func (c *checker) identity(m configMap) {
	if m.bare {
		return
	}
	if name := m.named(); name != "aws-auth" {
		c.add(ruleNoAWSAuth, m.place("name"), "name: aws-auth", "the ConfigMap is called %q, and the authenticator reads only aws-auth", name)
	}
	switch namespace := m.meta("namespace"); {
	case namespace == nil:
		c.add(ruleNoPlace, m.place("name"), "namespace: kube-system",
			"the ConfigMap names no namespace, so that kubectl puts it where the context points; the authenticator reads only kube-system")
	case namespace.Value != "kube-system":
		c.add(ruleNamespace, nodePlace(namespace), "namespace: kube-system", "the ConfigMap is in the namespace %q, and the authenticator reads only kube-system", namespace.Value)
	}
}

func (c *checker) dataEntry(key, value *yaml.Node) {
	switch key.Value {
	case mapRoles, mapUsers:
		c.mappings(key.Value, value)
	case mapAccounts:
		c.accounts(value)
	default:
		if meant := nearest(key.Value, lists); meant != "" {
			c.add(ruleDataKey, nodePlace(key), meant+":", "the key %q is not read: the authenticator wants %s, letter by letter", key.Value, meant)
			return
		}
		c.add(ruleDataOther, nodePlace(key), "", "the key %q is not read: the authenticator reads %s", key.Value, strings.Join(lists, ", "))
	}
}
