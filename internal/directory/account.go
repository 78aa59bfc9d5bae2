package directory

import "time"

// Account is an AWS account with its root user.
type Account struct {
	ID        string      `json:"id"` // twelve digits
	Partition string      `json:"partition"`
	Alias     string      `json:"alias,omitempty"`
	Created   time.Time   `json:"created"`
	RootKeys  []AccessKey `json:"rootKeys,omitempty"`
}

// AccountKey is the key of an account.
func AccountKey(id string) Key[Account] { return Key[Account](recordKey(accountKind, id)) }

// AllAccounts selects the accounts.
func AllAccounts() Range[Account] { return Range[Account](accountKind + "/") }

// RootARN returns the ARN of the account's root user.
func (a *Account) RootARN() string { return "arn:" + a.Partition + ":iam::" + a.ID + ":root" }

func (a *Account) recordKey() string     { return string(AccountKey(a.ID)) }
func (a *Account) identifiers() []string { return keyIDs(a.RootKeys, a.ID) }
func (a *Account) references() []string  { return nil }

// Alias reserves an account alias, which is unique among all accounts.
type Alias struct {
	Name    string `json:"name"`
	Account string `json:"account"`
}

// AliasKey is the key of an alias.
func AliasKey(name string) Key[Alias] { return Key[Alias](recordKey(aliasKind, name)) }

func (a *Alias) recordKey() string     { return string(AliasKey(a.Name)) }
func (a *Alias) identifiers() []string { return nil }
func (a *Alias) references() []string  { return nil }

// AccessKey is a long-term access key of a user or of an account's root user.
type AccessKey struct {
	ID      string    `json:"id"`
	Secret  string    `json:"secret"`
	Active  bool      `json:"active"`
	Created time.Time `json:"created"`
}

func keyIDs(keys []AccessKey, more ...string) []string {
	for _, k := range keys {
		more = append(more, k.ID)
	}
	return more
}
