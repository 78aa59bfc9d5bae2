package maproles_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/fakeeks/maproles"
)

const nodeARN = "arn:aws:iam::534000000385:role/node"

var node = maproles.Role{ARN: nodeARN, Username: "system:node:{{EC2PrivateDNSName}}", Groups: []string{"system:bootstrappers", "system:nodes"}}

const element = `- groups:
  - system:bootstrappers
  - system:nodes
  rolearn: arn:aws:iam::534000000385:role/node
  username: system:node:{{EC2PrivateDNSName}}
`

const admin = `# break glass
- rolearn: arn:aws:iam::534000000385:role/admin   # ask olga
  username: "admin"
  groups: [system:masters]
`

func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}

func TestAdd(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"to nothing", "", element},
		{"to an empty list", "[]\n", element},
		{"to null", "null", element},
		{"to comments", "# nobody yet\n[]\n", "# nobody yet\n" + element},
		{"to others' text", admin, admin + element},
		{"after a missing line end", strings.TrimSuffix(admin, "\n"), admin + element},
		{"to an indented list", indented(admin), indented(admin) + indented(element)},
		{"to brackets", `[{rolearn: a, username: b}]`, "- {rolearn: a, username: b}\n" + element},
		{"to what is there", admin + element, admin + element},
		{"to what is there in other letters", "- roleARN: " + strings.ToUpper(nodeARN) + "\n", "- roleARN: " + strings.ToUpper(nodeARN) + "\n"},
		{"to what has no ARN", "- plain\n", "- plain\n" + element},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := maproles.Add(test.text, node)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRemove(t *testing.T) {
	other := "# the builders\n- rolearn: arn:aws:iam::534000000385:role/ci\n  username: ci\n"
	for _, test := range []struct{ name, text, want string }{
		{"from nothing", "", ""},
		{"the only one", element, ""},
		{"the last", admin + element, admin},
		{"the first", element + admin, admin},
		{"one in the middle, with the comment of the next left", admin + element + "\n" + other, admin + "\n" + other},
		{"twice there", element + other + element, other},
		{"indented", indented(admin) + indented(element), indented(admin)},
		{"from brackets", "[{rolearn: " + nodeARN + "}, {rolearn: a}]", "- {rolearn: a}\n"},
		{"none", admin, admin},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := maproles.Remove(test.text, nodeARN)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatCannotBeReadIsLeft(t *testing.T) {
	for _, text := range []string{"- rolearn: a: b\n", "rolearn: a\n", "some words"} {
		if got, err := maproles.Add(text, node); err == nil || !strings.HasPrefix(err.Error(), "read mapRoles: ") {
			t.Errorf("%q: added as %q, error %v", text, got, err)
		}
		if got, err := maproles.Remove(text, nodeARN); err == nil || !strings.HasPrefix(err.Error(), "read mapRoles: ") {
			t.Errorf("%q: removed as %q, error %v", text, got, err)
		}
	}
}
