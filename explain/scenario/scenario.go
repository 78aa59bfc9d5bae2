package scenario

import (
	"net/url"
	"strings"
	"time"
)

// Scenario is one cause, broken and repaired. In its texts ARN stands for the caller's ARN and ACCOUNT for its account.
type Scenario struct {
	// Cause is the number in the catalogue of causes (docs/CAUSES.md).
	Cause int `json:"cause"`
	// Title says what is wrong.
	Title string `json:"title"`
	// List and Broken are the key and the text in aws-auth that are wrong; empty if the mapping is right.
	List   string `json:"list,omitempty"`
	Broken string `json:"broken,omitempty"`

	// shift is how far the client's clock is off, cluster another cluster for which the token is made; change alters the URL
	// in the token.
	shift   time.Duration
	cluster string
	change  func(*url.URL)
	// want asks for rights, which nobody has given.
	want bool
}

// repaired is an aws-auth that lets the caller in.
const repaired = "- userarn: ARN\n  username: scenario\n  groups: [scenario]\n"

// user is the repaired list with a part replaced.
func user(old, new string) string { return strings.Replace(repaired, old, new, 1) }

func parameter(name, value string) func(*url.URL) {
	return func(u *url.URL) {
		pairs := strings.Split(u.RawQuery, "&")
		for i, pair := range pairs {
			if key, _, _ := strings.Cut(pair, "="); key == name {
				pairs[i] = name + "=" + url.QueryEscape(value)
			}
		}
		u.RawQuery = strings.Join(pairs, "&")
	}
}

// All lists the scenarios in the order of the catalogue.
func All() []Scenario {
	const users, roles, accounts = "mapUsers", "mapRoles", "mapAccounts"
	sso := func(rest string) string {
		return "- sso: {permissionSetName: Dev, accountID: " + rest + "}\n  username: x\n"
	}
	return []Scenario{
		{Cause: 5, Title: "the ARN of a user has another path", List: users, Broken: user("ARN", "arn:aws:iam::ACCOUNT:user/teams/NAME")},
		{Cause: 6, Title: "a blank behind the ARN", List: users, Broken: user("ARN", "'ARN '")},
		{Cause: 7, Title: "a list that is not YAML", List: users, Broken: user("ARN", "ARN: x")},
		{Cause: 8, Title: "a username that YAML reads as a boolean", List: users, Broken: user("username: scenario", "username: y")},
		{Cause: 9, Title: "a placeholder without quotes", List: users, Broken: user("username: scenario", "username: {{SessionName}}")},
		{Cause: 10, Title: "a key in lower case", List: "mapusers", Broken: repaired},
		{Cause: 16, Title: "a single account number", List: accounts, Broken: "ACCOUNT\n"},
		{Cause: 17, Title: "nobody maps the caller", List: users, Broken: user("ARN", "arn:aws:iam::ACCOUNT:user/nobody")},
		{Cause: 29, Title: "an entry of another account", List: users, Broken: user("ARN", "arn:aws:iam::444455556666:user/NAME")},
		{Cause: 36, Title: "a token of an hour ago", shift: -time.Hour},
		{Cause: 37, Title: "a client whose clock is fast", shift: 20 * time.Minute},
		{Cause: 38, Title: "a token for another cluster", cluster: "another"},
		{Cause: 39, Title: "a token that is bound to no cluster", change: parameter("X-Amz-SignedHeaders", "host")},
		{Cause: 40, Title: "a key that nobody has", change: func(u *url.URL) {
			_, scope, _ := strings.Cut(u.Query().Get("X-Amz-Credential"), "/")
			parameter("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/"+scope)(u)
		}},
		{Cause: 48, Title: "a token of another partition", change: func(u *url.URL) { u.Host = "sts.cn-north-1.amazonaws.com.cn" }},
		{Cause: 49, Title: "a token that names an emulator", change: func(u *url.URL) { u.Host = "127.0.0.1:4566" }},
		{Cause: 50, Title: "a token that is too large", change: func(u *url.URL) { u.RawQuery += "&X-Amz-Security-Token=" + strings.Repeat("x", 4096) }},
		{Cause: 55, Title: "a mapping of nodes", List: users, Broken: user("username: scenario", "username: 'system:node:{{EC2PrivateDNSName}}'")},
		{Cause: 58, Title: "a mapping without username", List: users, Broken: user("  username: scenario\n", "")},
		{Cause: 60, Title: "a group without a binding", want: true},
		{Cause: 62, Title: "a matcher that is switched off", List: roles, Broken: sso("'ACCOUNT'")},
		{Cause: 64, Title: "a matcher whose account is a number", List: roles, Broken: sso("ACCOUNT")},
	}
}
