package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/explain/authenticator"
)

// manifest is an aws-auth ConfigMap with one list, whose first line is line 8 and whose first column is 5.
func manifest(list, text string) string {
	text = strings.TrimPrefix(text, "\n")
	return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: aws-auth\n  namespace: kube-system\ndata:\n  " + list + ": |\n    " +
		strings.TrimRight(strings.ReplaceAll(text, "\n", "\n    "), " ")
}

// short is a finding as the tables write it: line:column rule.
func short(findings []Finding) []string {
	out := []string{}
	for _, f := range findings {
		out = append(out, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Rule))
	}
	return out
}

const good = `
- rolearn: arn:aws:iam::111122223333:role/dev
  username: dev:{{SessionName}}
  groups: [developers]
`

// change returns the good list with old replaced.
func change(old, new string) string { return strings.Replace(good, old, new, 1) }

func TestMappings(t *testing.T) {
	const dev = "arn:aws:iam::111122223333:role/dev"
	tests := []struct {
		name, list, text string
		want             []string
		fixed            string
	}{
		{"1 role path", mapRoles, change("role/dev", "role/teams/dev"), []string{"8:16 role-path"}, good},
		{"2 role of Identity Center with its path", mapRoles,
			change("role/dev", "role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Dev_0123456789abcdef"),
			[]string{"8:16 sso-role-path"}, change("role/dev", "role/AWSReservedSSO_Dev_0123456789abcdef")},
		{"3 role of Identity Center without suffix", mapRoles, change("role/dev", "role/AWSReservedSSO_Dev"),
			[]string{"8:16 sso-role-suffix"}, change("role/dev", "role/AWSReservedSSO_Dev_0123456789abcdef")},
		{"4 session ARN", mapRoles, change("iam::111122223333:role/dev", "sts::111122223333:assumed-role/dev/yaroslav"), []string{"8:16 session-arn"}, good},
		{"6 wildcard", mapRoles, change("role/dev", "role/*"), []string{"8:16 wildcard"}, good},
		{"6 blank at the end", mapRoles, change(dev, `"`+dev+` "`), []string{"8:16 blank-in-arn"}, good},
		{"7 syntax", mapRoles, change("  username: dev:{{SessionName}}", "  username: dev: x"), []string{"9:7 list-syntax"}, good},
		{"7 not a list", mapRoles, change("- rolearn", "  rolearn"), []string{"8:7 list-type"}, good},
		{"8 groups as a string", mapRoles, change("[developers]", "developers"), []string{"10:15 field-type"}, good},
		{"8 a boolean among groups", mapRoles, change("[developers]", "[a, n]"), []string{"10:15 field-type"}, change("[developers]", `[a, "n"]`)},
		{"8 a boolean as username", mapRoles, change("dev:{{SessionName}}", "yes"), []string{"9:17 field-type"}, change("dev:{{SessionName}}", `"yes"`)},
		{"8 an ARN without its key", mapRoles, good + "- " + dev + "\n", []string{"11:7 entry-type"}, good},
		{"9 braces", mapRoles, change("dev:{{SessionName}}", "{{SessionName}}"), []string{"9:17 unquoted-braces"}, change("dev:{{SessionName}}", `"{{SessionName}}"`)},
		{"11 duplicate", mapRoles, good + "- rolearn: " + dev + "\n  username: x\n", []string{"11:16 duplicate-arn"}, good},
		{"11 duplicate in another letter case", mapRoles, good + "- rolearn: arn:aws:iam::111122223333:role/DEV\n  username: x\n", []string{"11:16 duplicate-arn"}, good},
		{"11 repeated", mapRoles, good + good[1:], []string{"11:16 repeated-arn"}, good},
		{"15 account", mapAccounts, "- \"111122223333\"\n", []string{"8:7 account-without-groups"}, ""},
		{"16 scalar", mapAccounts, "111122223333\n", []string{"8:5 accounts-type"}, ""},
		{"16 short number", mapAccounts, "- 11112222333\n", []string{"8:7 invalid-account"}, ""},
		{"58 no username", mapRoles, change("  username: dev:{{SessionName}}\n", ""), []string{"8:7 no-username"}, good},
		{"59 people in the mapping of nodes", mapRoles,
			change("dev:{{SessionName}}", "system:node:{{EC2PrivateDNSName}}"), []string{"10:15 node-and-person"},
			strings.Replace(change("dev:{{SessionName}}", "system:node:{{EC2PrivateDNSName}}"), "developers", "system:bootstrappers, system:nodes", 1)},
		{"60 blank in a group", mapRoles, change("[developers]", `["developers "]`), []string{"10:15 blank-in-group"}, good},
		{"62 sso", mapRoles, change("rolearn: "+dev, "sso: {permissionSetName: Dev, accountID: '111122223333'}"), []string{"8:12 sso-matcher"}, good},
		{"63 sso with partition", mapRoles, change("rolearn: "+dev, "sso: {permissionSetName: Dev, accountID: '111122223333', partition: aws}"),
			[]string{"8:12 sso-matcher", "8:12 sso-partition"}, good},
		{"64 sso account as a number", mapRoles, change("rolearn: "+dev, "sso: {permissionSetName: Dev, accountID: 111122223333}"), []string{"8:12 sso-account"}, good},
		{"sso beside rolearn", mapRoles, change("username", "sso: {permissionSetName: Dev, accountID: '111122223333'}\n  username"), []string{"9:12 sso-invalid"}, good},
		{"no ARN", mapRoles, change("rolearn: "+dev, "userid: AROAEXAMPLE"), []string{"8:7 no-arn"}, good},
		{"misspelt field", mapRoles, change("groups", "group"), []string{"10:14 field-name"}, good},
		{"an account number of 11 digits", mapRoles, change("111122223333", "11112222333"), []string{"8:16 invalid-arn"}, good},
		{"no ARN of a caller", mapRoles, change("role/dev", "group/dev"), []string{"8:16 invalid-arn"}, good},
		{"root", mapUsers, "- userarn: arn:aws:iam::111122223333:root\n  username: root\n", []string{"8:16 root-arn"}, ""},
		{"unknown placeholder", mapRoles, change("{{SessionName}}", "{{ SessionName }}"), []string{"9:17 unknown-placeholder"}, good},
		{"users' field under mapRoles", mapRoles, change("rolearn", "userarn"), []string{"8:7 no-arn", "8:16 field-name"}, good},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			findings := AWSAuth(manifest(tt.list, tt.text))
			if diff := cmp.Diff(tt.want, short(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s%+v", diff, findings)
			}
			if left := AWSAuth(manifest(tt.list, tt.fixed)); len(left) > 0 {
				t.Errorf("the fixed text has findings: %+v", left)
			}
		})
	}
}

// TestWorkingFormsAreNoFindings holds what is widely blamed and works.
func TestWorkingFormsAreNoFindings(t *testing.T) {
	tests := map[string]string{
		"as it should be":           manifest(mapRoles, good),
		"5 path of a user":          manifest(mapUsers, "- userarn: arn:aws:iam::111122223333:user/teams/a/yaroslav\n  username: yaroslav\n  groups: []\n"),
		"12 letter case of the ARN": manifest(mapRoles, change("arn:aws:iam::111122223333:role/dev", "ARN:AWS:IAM::111122223333:Role/DEV")),
		"13 roleARN":                manifest(mapRoles, change("rolearn", "roleARN")),
		"13 other fields' case":     manifest(mapRoles, change("username", "UserName")),
		"14 role under mapUsers":    manifest(mapUsers, change("rolearn", "userarn")),
		"14 user under mapRoles":    manifest(mapRoles, change("role/dev", "user/dev")),
		"9 braces within a value":   manifest(mapRoles, change("dev:{{SessionName}}", "admin:{{SessionName}}")),
		"system:masters":            manifest(mapRoles, change("developers", "system:masters")),
		"no groups":                 manifest(mapRoles, change("  groups: [developers]\n", "")),
		"another partition":         manifest(mapRoles, change("arn:aws:", "arn:aws-cn:")),
		"federated user":            manifest(mapUsers, "- userarn: arn:aws:sts::111122223333:federated-user/bob\n  username: bob\n"),
		"empty lists":               manifest(mapRoles, "''\n"),
		"comments alone":            manifest(mapRoles, "# nobody yet\n"),
		"anchors": manifest(mapRoles, "- &d\n  rolearn: arn:aws:iam::111122223333:role/a\n  username: a\n  groups: &g [x]\n"+
			"- <<: *d\n  rolearn: arn:aws:iam::111122223333:role/b\n  groups: *g\n"),
		"fargate": manifest(mapRoles, change("dev:{{SessionName}}", "system:node:{{SessionName}}")),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			if findings := AWSAuth(text); len(findings) > 0 {
				t.Errorf("findings: %+v", findings)
			}
		})
	}
}

// TestUnquotedAccountsAreKept holds that the note on an account has its very digits.
func TestUnquotedAccountsAreKept(t *testing.T) {
	findings := AWSAuth(manifest(mapAccounts, "- 012345678901\n- 111122223333\n"))
	if diff := cmp.Diff([]string{"8:7 account-without-groups", "9:7 account-without-groups"}, short(findings)); diff != "" {
		t.Fatalf("findings (-want +got):\n%s", diff)
	}
	if !strings.Contains(findings[0].Message, "012345678901") || HasErrors(findings) {
		t.Errorf("got %+v", findings)
	}
}

func TestConfigMap(t *testing.T) {
	working := manifest(mapRoles, good)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"10 lower-case key", manifest("maproles", good), []string{"7:3 data-key"}},
		{"10 key that nobody reads", manifest("mapGroups", good), []string{"7:3 data-unknown"}},
		{"10 namespace", strings.Replace(working, "kube-system", "default", 1), []string{"5:14 wrong-namespace"}},
		{"10 no namespace", strings.Replace(working, "  namespace: kube-system\n", "", 1), []string{"4:9 no-namespace"}},
		{"10 name", strings.Replace(working, "aws-auth", "aws_auth", 1), []string{"4:9 no-aws-auth"}},
		{"10 another ConfigMap", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n", []string{"0:0 no-aws-auth"}},
		{"a list instead of a text", strings.Replace(working, "mapRoles: |", "mapRoles:", 1), []string{"8:5 data-type"}},
		{"no data", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: aws-auth, namespace: kube-system}\n", []string{"1:1 no-data"}},
		{"7 not YAML", "kind: ConfigMap\n\tdata:\n", []string{"2:2 file-syntax"}},
		{"too large", manifest(mapRoles, strings.Repeat("# "+strings.Repeat("x", 1022)+"\n", 1025)), []string{"7:3 too-large"}},
		{"empty", "", []string{"0:0 no-aws-auth"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, short(AWSAuth(tt.text))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPlaces holds that a finding is at the ARN in the file, whatever the form of the file.
func TestPlaces(t *testing.T) {
	const arn = "arn:aws:iam::111122223333:role/teams/dév"
	list := "- rolearn: " + arn + "\n  username: \"a\"\n"
	indented := strings.ReplaceAll(list, "\n", "\n      ")
	header := "kind: ConfigMap\nmetadata: {name: aws-auth, namespace: kube-system}\ndata:\n"
	quoted := strings.ReplaceAll(strings.ReplaceAll(list, `"`, `\"`), "\n", `\n`)
	tests := map[string]string{
		"literal":              header + "  mapRoles: |\n      " + indented,
		"literal after blanks": header + "  mapRoles: |-\n\n\n      " + indented,
		"indented by a number": header + "  mapRoles: |2\n      " + indented,
		"folded":               header + "  mapRoles: >\n      " + indented,
		"single quotes":        header + "  mapRoles: '[{username: ''it''''s'', rolearn: " + arn + "}]'\n",
		"double quotes":        header + `  mapRoles: "` + quoted + "\"\n",
		"escapes":              header + `  mapRoles: "` + strings.Replace(quoted, "é", `\u00e9`, 1) + "\"\n",
		"JSON":                 `{"kind": "ConfigMap", "metadata": {"name": "aws-auth", "namespace": "kube-system"}, "data": {"mapRoles": "` + quoted + `"}}`,
		"list":                 "kind: List\nitems:\n- kind: ConfigMap\n  metadata: {name: other}\n- kind: ConfigMap\n  metadata: {name: aws-auth, namespace: kube-system}\n  data:\n    mapRoles: |\n      " + indented,
		"second document":      "kind: Namespace\n---\n" + header + "  mapRoles: |\n      " + indented,
		"data alone":           "mapRoles: |\n      " + indented,
		"windows":              strings.ReplaceAll(header+"  mapRoles: |\n      "+indented, "\n", "\r\n"),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			findings := AWSAuth(text)
			if len(findings) != 1 || findings[0].Rule != "role-path" {
				t.Fatalf("findings: %+v", findings)
			}
			s := newSource(text)
			rest := text[s.offset(position{findings[0].Line, findings[0].Column}):]
			if !strings.HasPrefix(rest, "arn:aws:iam::111122223333:role/teams") {
				t.Errorf("the finding is at %q", rest[:min(len(rest), 30)])
			}
		})
	}
}

// FuzzAWSAuth holds that no text makes the lint fail, and that what the authenticator complains of is a finding.
func FuzzAWSAuth(f *testing.F) {
	for _, seed := range []string{good, "- &a [*a]\n", "'", "- ''\n-\n- {}\n- 1\n", "{{", "- rolearn: \"\\u0041\"\n", "\x00", "- <<: 1\n", "- sso: x\n- sso: {}\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, list := range lists {
			findings := AWSAuth(manifest(list, text))
			s := newSource(manifest(list, text))
			for _, finding := range findings {
				if finding.Line > len(s.lines) {
					t.Errorf("a finding in line %d of %d", finding.Line, len(s.lines))
				}
			}
			if documents, err := parseDocuments(manifest(list, text)); err == nil && len(documents) == 1 {
				value := child(child(documents[0], "data"), list)
				if value == nil {
					continue
				}
				if _, err := authenticator.ParseAWSAuth(map[string]string{list: value.Value}); err != nil && !HasErrors(findings) {
					t.Errorf("%s: no finding, but the authenticator says %v", list, err)
				}
			}
		}
	})
}

func BenchmarkAWSAuth5000(b *testing.B) {
	var text strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&text, "- rolearn: arn:aws:iam::111122223333:role/path/role-%d\n  username: u%d:{{SessionName}}\n  groups:\n  - developers\n", i, i)
	}
	file := manifest(mapRoles, text.String())
	for b.Loop() {
		if findings := AWSAuth(file); len(findings) != 5000 {
			b.Fatalf("%d findings", len(findings))
		}
	}
}
