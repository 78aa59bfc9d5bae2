package lint

import (
	"regexp"

	"go.yaml.in/yaml/v3"

	"github.com/eksauth/eksauth/explain/authenticator"
)

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// accounts checks mapAccounts. Numbers need no quotes: the authenticator keeps their digits, leading zeros included.
func (c *checker) accounts(value *yaml.Node) {
	if authenticator.Skips(value.Value) {
		return
	}
	text := embed(c.file, value)
	mappings, err := authenticator.ParseAWSAuth(map[string]string{mapAccounts: value.Value})
	if err != nil {
		c.add(ruleAccountType, text.place(position{1, 1}), "- \"<account number>\"", "mapAccounts is not a list of account numbers: the authenticator logs %q", err)
		return
	}
	nodes := sequence(value.Value)
	for i, account := range mappings.Accounts {
		at := text.place(position{1, 1})
		if i < len(nodes) {
			at = text.place(nodePlace(nodes[i]))
		}
		if !accountID.MatchString(account) {
			c.add(ruleAccount, at, "", "%q is no account number: nobody matches it, as account numbers have 12 digits", account)
			continue
		}
		c.add(ruleAllAccount, at, "", "everybody of account %s who is not mapped otherwise enters with the ARN as username and without groups", account)
	}
}
