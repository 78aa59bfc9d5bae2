package authenticator

import (
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/sirupsen/logrus"
	"sigs.k8s.io/aws-iam-authenticator/pkg/mapper/configmap"
)

// texts are lists as people write them and lists that hardly anybody writes.
var texts = []string{
	"", " ", "''", `""`, "``", "[]", "{}", "null", "~", "x", "1", "# nothing",
	"- rolearn: arn:aws:iam::111122223333:role/dev\n  userarn: arn:aws:iam::111122223333:user/dev\n  username: dev\n  groups: [a, b]\n",
	"- rolearn: a\n  userarn: a\n- rolearn: A\n  userarn: A\n  username: second\n",
	"- roleARN: a\n  USERARN: a\n  userName: b\n  Groups: [c]\n",
	"- rolearn: a\n  userarn: a\n  groups: x\n", "- rolearn: a\n  userarn: a\n  groups: [n, yes, 1, null]\n",
	"- rolearn: a\n  userarn: a\n  username: yes\n- rolearn: b\n  userarn: b\n  username: 1\n",
	"- rolearn: a\n  userarn: a\n  username: {{SessionName}}\n", "- rolearn: a\n  userarn: a\n  username: admin:{{SessionName}}\n",
	"- rolearn: a: b\n", "-rolearn: a\n", "rolearn: a\nuserarn: a\n", "- a\n- b\n", "- \n", "- {}\n", "- []\n",
	"- rolearn: 1\n  userarn: 1\n", "- username: x\n",
	"- sso: {permissionSetName: Dev, accountID: '111122223333'}\n  username: x\n",
	"- sso: {permissionSetName: Dev, accountID: 111122223333}\n", "- sso: {permissionSetName: Dev, accountID: '1'}\n",
	"- sso: {permissionSetName: Dev, accountID: '111122223333', partition: aws}\n- sso: x\n",
	"- rolearn: a\n  sso: {permissionSetName: Dev, accountID: '111122223333'}\n",
	"- &a {rolearn: a, userarn: a, username: x}\n- <<: *a\n  username: y\n", "- *a\n", "- !!binary aGk=\n",
	"- '012345678901'\n- 012345678901\n- 111122223333\n- 1.5\n- yes\n- null\n- [x]\n- {a: b}\n", "012345678901", "- \tx\n", "\t- x\n", "\x00", "\xff",
	"--- \n- rolearn: a\n  userarn: a\n---\n- rolearn: b\n  userarn: b\n",
}

// TestParseAWSAuthIsTheAuthenticators holds our reader to that of the program itself, words included.
func TestParseAWSAuthIsTheAuthenticators(t *testing.T) {
	logrus.SetOutput(io.Discard)
	for _, list := range []string{"mapRoles", "mapUsers", "mapAccounts", "maproles"} {
		for _, text := range texts {
			compare(t, map[string]string{list: text})
		}
	}
	compare(t, nil)
	for i := range texts {
		compare(t, map[string]string{"mapRoles": texts[i], "mapUsers": texts[len(texts)-1-i], "mapAccounts": texts[(i+7)%len(texts)]})
	}
}

func FuzzParseAWSAuth(f *testing.F) {
	logrus.SetOutput(io.Discard)
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		compare(t, map[string]string{"mapRoles": text, "mapUsers": text, "mapAccounts": text})
	})
}

func compare(t *testing.T, data map[string]string) {
	t.Helper()
	users, roles, accounts, wantErr := configmap.ParseMap(data)
	got, err := ParseAWSAuth(data)
	if diff := cmp.Diff(Mappings{roles, users, accounts}, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%q: mappings (-theirs +ours):\n%s", data, diff)
	}
	if diff := cmp.Diff(errorText(wantErr), errorText(err)); diff != "" {
		t.Errorf("%q: error (-theirs +ours):\n%s", data, diff)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
