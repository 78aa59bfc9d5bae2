package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/hop"
)

func caller(t *testing.T, arn string) *authenticator.Identity {
	t.Helper()
	c, err := NewCaller(arn)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func awsAuth(list string) AWSAuth {
	return AWSAuth{Name: "aws-auth.yaml", Text: "kind: ConfigMap\nmetadata: {name: aws-auth, namespace: kube-system}\ndata:\n  " +
		strings.ReplaceAll(list, "\n", "\n    ")}
}

const session = "arn:aws:sts::111122223333:assumed-role/dev/yaroslav"

func TestNewCaller(t *testing.T) {
	tests := map[string]authenticator.Identity{
		session: {CanonicalARN: "arn:aws:iam::111122223333:role/dev", AccountID: "111122223333", SessionName: "yaroslav"},
		"arn:aws:iam::111122223333:role/teams/dev":        {CanonicalARN: "arn:aws:iam::111122223333:role/dev", AccountID: "111122223333"},
		"arn:aws:iam::111122223333:user/teams/yaroslav":   {CanonicalARN: "arn:aws:iam::111122223333:user/teams/yaroslav", AccountID: "111122223333"},
		"arn:aws:sts::111122223333:federated-user/arseny": {CanonicalARN: "arn:aws:sts::111122223333:federated-user/arseny", AccountID: "111122223333"},
	}
	for arn, want := range tests {
		want.ARN = arn
		if diff := cmp.Diff(&want, caller(t, arn)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", arn, diff)
		}
	}
	if _, err := NewCaller("yaroslav"); err == nil {
		t.Error("no ARN: want an error")
	}
}

func TestAWSAuthFind(t *testing.T) {
	tests := []struct {
		name, list, arn, want string
	}{
		{"role", "mapRoles: |\n- {rolearn: 'arn:aws:iam::111122223333:role/dev', username: a}", session, "a"},
		{"letter case", "mapRoles: |\n- {rolearn: 'arn:aws:iam::111122223333:role/DEV', username: a}", session, "a"},
		{"the last wins", "mapRoles: |\n- {rolearn: 'arn:aws:iam::111122223333:role/dev', username: a}\n- {rolearn: 'arn:aws:iam::111122223333:role/dev', username: b}", session, "b"},
		{"role under mapUsers", "mapUsers: |\n- {userarn: 'arn:aws:iam::111122223333:role/dev', username: a}", session, "a"},
		{"account", "mapAccounts: |\n- 111122223333", session, "arn:aws:iam::111122223333:role/dev"},
		{"nobody", "mapRoles: |\n- {rolearn: 'arn:aws:iam::111122223333:role/ops', username: a}", session, ""},
		{"wrong key", "maproles: |\n- {rolearn: 'arn:aws:iam::111122223333:role/dev', username: a}", session, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if found := awsAuth(tt.list).Find(caller(t, tt.arn)); found != nil {
				got = found.Username
			}
			if got != tt.want {
				t.Errorf("username %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAWSAuthReasons(t *testing.T) {
	role := func(arn string) string { return "mapRoles: |\n- rolearn: " + arn + "\n  username: a" }
	tests := []struct {
		name, list, arn string
		cause           int
		evidence        string
	}{
		{"1 path", role("arn:aws:iam::111122223333:role/teams/dev"), session, 1, "aws-auth.yaml:5: - rolearn: arn:aws:iam::111122223333:role/teams/dev"},
		{"2 path of Identity Center", role("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_0123456789abcdef"),
			"arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/me", 2, "aws-auth.yaml:5:"},
		{"3 suffix", role("arn:aws:iam::111122223333:role/AWSReservedSSO_Dev_0123456789abcdef"),
			"arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_fedcba9876543210/me", 3, "aws-auth.yaml:5:"},
		{"4 session", role("arn:aws:sts::111122223333:assumed-role/dev/yaroslav"), session, 4, "aws-auth.yaml:5:"},
		{"5 path of a user", "mapUsers: |\n- userarn: arn:aws:iam::111122223333:user/yaroslav\n  username: a",
			"arn:aws:iam::111122223333:user/teams/yaroslav", 5, "wanted: arn:aws:iam::111122223333:user/teams/yaroslav"},
		{"6 blank", role("'arn:aws:iam::111122223333:role/dev '"), session, 6, "aws-auth.yaml:5:"},
		{"7 syntax", "mapRoles: |\n- rolearn: a: b", session, 7, "at aws-auth.yaml:5"},
		{"9 braces", "mapRoles: |\n- rolearn: arn:aws:iam::111122223333:role/dev\n  username: {{SessionName}}", session, 9, "at aws-auth.yaml:6"},
		{"10 key", "maproles: |\n- rolearn: arn:aws:iam::111122223333:role/ops\n  username: a", session, 10, "at aws-auth.yaml:4"},
		{"17 not in it", role("arn:aws:iam::111122223333:role/ops"), session, 17, ""},
		{"29 another account", role("arn:aws:iam::444455556666:role/dev"), session, 29, "                    ^"},
		{"48 another partition", role("arn:aws-cn:iam::111122223333:role/dev"), session, 48, "aws-auth.yaml:5:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reasons := awsAuth(tt.list).Reasons(caller(t, tt.arn))
			if len(reasons) == 0 || reasons[0].Cause != tt.cause {
				t.Fatalf("got %+v, want cause %d", reasons, tt.cause)
			}
			if !strings.Contains(strings.Join(reasons[0].Evidence, "\n"), tt.evidence) {
				t.Errorf("evidence %q, want %q", reasons[0].Evidence, tt.evidence)
			}
		})
	}
}

func TestFixOfAnEntryCanBePasted(t *testing.T) {
	reasons := awsAuth("mapRoles: |\n- rolearn: 'arn:aws:iam::111122223333:role/teams/dev' # me\n  username: a").Reasons(caller(t, session))
	if want := "- rolearn: 'arn:aws:iam::111122223333:role/dev' # me"; reasons[0].Fix != want {
		t.Errorf("fix %q, want %q", reasons[0].Fix, want)
	}
}

func TestEmptyUsername(t *testing.T) {
	for username, want := range map[string]int{"'',": 58, "y,": 8} {
		auth := awsAuth("mapRoles: |\n- {username: " + username + " rolearn: 'arn:aws:iam::111122223333:role/dev'}")
		if got := auth.EmptyUsername(caller(t, session)); got.Cause != want || len(got.Evidence) != 1 {
			t.Errorf("username %s got %+v, want cause %d", username, got, want)
		}
	}
}

func TestBeside(t *testing.T) {
	want := []string{"given:  role/teams/dev", "wanted: role/dev", "             ^"}
	if diff := cmp.Diff(want, Beside("role/teams/dev", "role/dev")); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestAccessEntries(t *testing.T) {
	entries := AccessEntries{Name: "entries.yaml", Text: `
- principalArn: arn:aws:iam::111122223333:role/teams/dev
  kubernetesGroups: [developers]
  accessPolicies: [{policyArn: p}]
- principalArn: arn:aws:iam::111122223333:user/arseny
  username: arseny
`}
	got, err := entries.Find(caller(t, session))
	if err != nil || got == nil {
		t.Fatalf("got %v, %v", got, err)
	}
	want := &authenticator.Mapping{IdentityARN: "arn:aws:iam::111122223333:role/dev", Username: "arn:aws:sts::111122223333:assumed-role/dev/{{SessionName}}", Groups: []string{"developers"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mapping (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"p"}, entries.Policies(caller(t, session))); diff != "" {
		t.Errorf("policies (-want +got):\n%s", diff)
	}
	stranger := caller(t, "arn:aws:sts::444455556666:assumed-role/dev/x")
	if got, err := entries.Find(stranger); got != nil || err != nil {
		t.Errorf("a stranger: %v, %v", got, err)
	}
	want29 := []hop.Reason{{Cause: 29, Text: "the entry is of another account than the caller", Evidence: []string{
		"entries.yaml:2: - principalArn: arn:aws:iam::111122223333:role/teams/dev",
		"given:  arn:aws:iam::111122223333:role/dev", "wanted: arn:aws:iam::444455556666:role/dev", "                     ^"}}}
	if diff := cmp.Diff(want29, entries.Reasons(stranger)); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}
