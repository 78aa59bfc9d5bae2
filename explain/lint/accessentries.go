package lint

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What goes wrong with access entries.
var (
	ruleNoEntry        = rule("no-access-entry", 0, Error, "The file has no access entry")
	ruleMode           = rule("entries-unread", 22, Error, "The authentication mode of the cluster has no access entries")
	ruleBootstrap      = rule("bootstrap-config-map", 21, Error, "The mode CONFIG_MAP needs the creator as administrator")
	ruleNoAdmin        = rule("nobody-is-admin", 20, Warning, "The creator is no administrator, and no entry is either")
	ruleGroupPrefix    = rule("reserved-group", 25, Error, "A group has a prefix that EKS reserves")
	ruleUserPrefix     = rule("reserved-username", 26, Error, "A username has a prefix that EKS reserves")
	ruleSessionColon   = rule("session-without-colon", 26, Error, "A username has the session's name without a colon before it")
	rulePrincipal      = rule("invalid-principal", 27, Error, "The principal is no user and no role")
	ruleSSOPathMissing = rule("sso-role-without-path", 27, Error, "The ARN of an IAM Identity Center role lacks its path")
	ruleEntryTwice     = rule("entry-exists", 28, Error, "A principal has more than one access entry")
	ruleType           = rule("entry-kind", 0, Error, "The type of an access entry does not fit its other fields")
	rulePolicyARN      = rule("policy-arn", 0, Error, "The ARN is not that of an access policy")
	ruleScope          = rule("access-scope", 0, Error, "The scope of an access policy is not valid")
	ruleNoRights       = rule("entry-without-rights", 60, Warning, "An access entry has neither groups nor access policies")
)

// AccessEntries finds what is wrong with the access entries in text: answers of the EKS API, one or many, the accessConfig of
// an eksctl configuration, or entries by themselves, as YAML or JSON. The findings are in the order of the text.
func AccessEntries(text string) []Finding {
	c := &entryChecker{file: newSource(text), first: map[string]position{}}
	documents, err := parseAnswers(text)
	if err != nil {
		c.add(ruleFileSyntax, c.file.errorPlace(err), "", "the file is not YAML: %s", plain(err))
	}
	for _, document := range documents {
		c.walk(document)
	}
	if c.entries == 0 && err == nil {
		c.add(ruleNoEntry, position{}, "", "the file has no access entry: none of its mappings has a principalArn")
	}
	c.cluster()
	return c.sorted()
}

// parseAnswers reads the documents of a file. JSON answers one after the other, as a loop over describe-access-entry prints
// them, are read one by one.
func parseAnswers(text string) ([]*yaml.Node, error) {
	documents, err := parseDocuments(text)
	if err == nil || !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return documents, err
	}
	documents = nil
	decoder, lines := json.NewDecoder(strings.NewReader(text)), 0
	for end := int64(0); ; {
		var answer json.RawMessage
		if failed := decoder.Decode(&answer); errors.Is(failed, io.EOF) {
			return documents, nil
		} else if failed != nil {
			return documents, err // what the YAML reader says has a line
		}
		begin := decoder.InputOffset() - int64(len(answer))
		lines += strings.Count(text[end:begin], "\n")
		end = begin
		parsed, failed := parseDocuments(strings.Repeat("\n", lines) + string(answer))
		if failed != nil {
			return documents, failed
		}
		documents = append(documents, parsed...)
	}
}

// entryChecker collects the findings of one file.
type entryChecker struct {
	report
	file    *source
	entries int
	// first is where a principal has its first entry, by ARN.
	first map[string]position
	// mode and bootstrap are what the file says of the cluster; nil if it does not.
	mode, bootstrap *yaml.Node
	admin           bool
}

// walk finds the entries below a node: mappings with a principalArn, in whatever they are wrapped.
func (c *entryChecker) walk(n *yaml.Node) {
	if childFold(n, "principalArn") != nil {
		c.entry(n)
		return
	}
	for key, value := range pairs(n) {
		switch {
		case strings.EqualFold(key.Value, "authenticationMode"):
			c.mode = value
		case strings.EqualFold(key.Value, "bootstrapClusterCreatorAdminPermissions"):
			c.bootstrap = value
		default:
			c.walk(value)
		}
	}
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			c.walk(resolve(item))
		}
	}
}

// clusterAdmin is the access policy that gives all rights
// (https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html).
const clusterAdmin = "cluster-access-policy/AmazonEKSClusterAdminPolicy"

// cluster checks what the file says of the cluster against its entries.
func (c *entryChecker) cluster() {
	configMap := c.mode != nil && c.mode.Value == "CONFIG_MAP"
	bootstraps := c.bootstrap == nil || c.bootstrap.Value != "false"
	switch {
	case configMap && !bootstraps:
		c.add(ruleBootstrap, nodePlace(c.bootstrap), "authenticationMode: API_AND_CONFIG_MAP",
			"EKS refuses the cluster: bootstrapClusterCreatorAdminPermissions must be true in the mode CONFIG_MAP")
	case configMap && c.entries > 0:
		c.add(ruleMode, nodePlace(c.mode), "authenticationMode: API_AND_CONFIG_MAP", "EKS refuses access entries in the mode CONFIG_MAP")
	}
	if !configMap && !bootstraps && !c.admin {
		c.add(ruleNoAdmin, nodePlace(c.bootstrap), "associate AmazonEKSClusterAdminPolicy with an entry",
			"the creator gets no access, and no entry has AmazonEKSClusterAdminPolicy: nobody can give rights in the cluster")
	}
}
