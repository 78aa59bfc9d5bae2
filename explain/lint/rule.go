package lint

import "slices"

// Rule is one kind of finding.
type Rule struct {
	// Name is stable: reports and suppressions refer to it.
	Name string
	// Cause is the number in the catalogue of causes (docs/CAUSES.md); 0 if it has none.
	Cause    int
	Severity Severity
	// Summary says in one line what the rule finds.
	Summary string
}

// registered lists the rules as they are declared below.
var registered []*Rule

func rule(name string, cause int, severity Severity, summary string) *Rule {
	r := &Rule{name, cause, severity, summary}
	registered = append(registered, r)
	return r
}

// Rules lists every rule.
func Rules() []*Rule { return slices.Clone(registered) }

// What goes wrong with the file as a whole.
var (
	ruleFileSyntax = rule("file-syntax", 7, Error, "The file is not YAML or JSON")
	ruleNoAWSAuth  = rule("no-aws-auth", 10, Error, "The file has no ConfigMap aws-auth")
	ruleNamespace  = rule("wrong-namespace", 10, Error, "The ConfigMap is not in the namespace kube-system")
	ruleNoPlace    = rule("no-namespace", 10, Warning, "The ConfigMap names no namespace")
	ruleDataKey    = rule("data-key", 10, Error, "A key of the ConfigMap's data is misspelt")
	ruleDataOther  = rule("data-unknown", 10, Warning, "A key of the ConfigMap's data is not read")
	ruleDataType   = rule("data-type", 0, Error, "A value of the ConfigMap's data is not a string")
	ruleNoData     = rule("no-data", 17, Warning, "The ConfigMap has no data")
	ruleSize       = rule("too-large", 0, Error, "The ConfigMap is too large for the API server")
)

// What goes wrong when a list is read.
var (
	ruleListSyntax = rule("list-syntax", 7, Error, "A list is not YAML, so that all of it is dropped")
	ruleListType   = rule("list-type", 7, Error, "The value is not a list, so that all of it is dropped")
	ruleBraces     = rule("unquoted-braces", 9, Error, "A value that starts with {{ is not quoted, so that the whole list is dropped")
	ruleFieldType  = rule("field-type", 8, Error, "A field has the wrong type and is lost")
	ruleEntryType  = rule("entry-type", 8, Error, "An entry is not a mapping and is dropped")
	ruleFieldName  = rule("field-name", 0, Error, "A field is misspelt and is not read")
	ruleFieldOther = rule("field-unknown", 0, Warning, "A field is not read")
)

// What goes wrong with the principal of a mapping.
var (
	ruleNoARN       = rule("no-arn", 0, Error, "An entry has no principal and is dropped")
	ruleRolePath    = rule("role-path", 1, Error, "A role's ARN has its path")
	ruleSSOPath     = rule("sso-role-path", 2, Error, "The ARN of an IAM Identity Center role has its path")
	ruleSSOSuffix   = rule("sso-role-suffix", 3, Warning, "The ARN of an IAM Identity Center role lacks its suffix")
	ruleSessionARN  = rule("session-arn", 4, Error, "The ARN is that of a role's session instead of the role")
	ruleWildcard    = rule("wildcard", 6, Error, "The ARN has a wildcard, which nothing expands")
	ruleBlank       = rule("blank-in-arn", 6, Error, "The ARN has a blank")
	ruleARN         = rule("invalid-arn", 0, Error, "The ARN is not that of any caller")
	ruleRoot        = rule("root-arn", 0, Warning, "The ARN means the root user alone, not the account")
	ruleDuplicate   = rule("duplicate-arn", 11, Error, "A principal is mapped more than once, with different rights")
	ruleRepeated    = rule("repeated-arn", 11, Warning, "A principal is mapped more than once, with the same rights")
	ruleSSO         = rule("sso-matcher", 62, Error, "The sso matcher is behind a feature gate that EKS leaves off")
	ruleSSOAWS      = rule("sso-partition", 63, Error, "The sso matcher with a partition never matches")
	ruleSSOAccount  = rule("sso-account", 64, Error, "The account of an sso matcher is not a string")
	ruleSSOInvalid  = rule("sso-invalid", 62, Error, "The sso matcher is not valid and its entry is dropped")
	ruleAllAccount  = rule("account-without-groups", 15, Note, "Everybody of a mapped account enters without groups")
	ruleAccountType = rule("accounts-type", 16, Error, "mapAccounts is not a list of account numbers")
	ruleAccount     = rule("invalid-account", 16, Error, "An account number does not have 12 digits")
)

// What goes wrong with the user and groups of a mapping.
var (
	ruleNoUsername  = rule("no-username", 58, Error, "A mapping has no username")
	rulePlaceholder = rule("unknown-placeholder", 0, Warning, "A placeholder is not one of the authenticator's and stays as it is")
	ruleGroupBlank  = rule("blank-in-group", 60, Error, "A group has a blank before or after its name")
	ruleNodePerson  = rule("node-and-person", 59, Warning, "One role is mapped both for nodes and for people")
	ruleUnread      = rule("unread", 0, Error, "The authenticator reports a problem")
)
