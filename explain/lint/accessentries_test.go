package lint

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const goodEntries = `accessConfig:
  authenticationMode: API
  accessEntries:
  - principalARN: arn:aws:iam::111122223333:role/teams/dev
    kubernetesGroups: [developers]
    kubernetesUsername: dev:{{SessionName}}
  - principalARN: arn:aws:iam::111122223333:role/admin
    accessPolicies:
    - policyARN: arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy
      accessScope: {type: cluster}
  - principalARN: arn:aws:iam::111122223333:role/node
    type: EC2_LINUX
`

func TestAccessEntries(t *testing.T) {
	const dev = "arn:aws:iam::111122223333:role/teams/dev"
	tests := []struct {
		name, old, new string
		want           []string
	}{
		{"good", "", "", []string{}},
		{"20 somebody is admin", "API", "API\n  bootstrapClusterCreatorAdminPermissions: false", []string{}},
		{"21 bootstrap", "authenticationMode: API", "authenticationMode: CONFIG_MAP\n  bootstrapClusterCreatorAdminPermissions: false", []string{"3:44 bootstrap-config-map"}},
		{"22 mode", "authenticationMode: API", "authenticationMode: CONFIG_MAP", []string{"2:23 entries-unread"}},
		{"25 system:masters", "[developers]", "[developers, system:masters]", []string{"5:36 reserved-group"}},
		{"26 username", "dev:{{", "system:{{", []string{"6:25 reserved-username"}},
		{"26 no colon", "dev:{{SessionName}}", "dev-{{SessionName}}", []string{"6:25 session-without-colon"}},
		{"27 session", dev, "arn:aws:sts::111122223333:assumed-role/dev/x", []string{"4:19 invalid-principal"}},
		{"27 root", dev, "arn:aws:iam::111122223333:root", []string{"4:19 invalid-principal"}},
		{"27 wildcard", dev, "arn:aws:iam::111122223333:role/*", []string{"4:19 invalid-principal"}},
		{"27 no ARN", dev, "dev", []string{"4:19 invalid-principal"}},
		{"27 role of Identity Center", dev, "arn:aws:iam::111122223333:role/AWSReservedSSO_Dev_0123456789abcdef", []string{"4:19 sso-role-without-path"}},
		{"28 twice", "role/admin", "role/teams/dev", []string{"7:19 entry-exists"}},
		{"user as node", "role/node", "user/node", []string{"11:19 entry-kind"}},
		{"groups of a node", "EC2_LINUX", "EC2_LINUX\n    kubernetesGroups: [x]", []string{"13:23 entry-kind"}},
		{"policy of IAM", "arn:aws:eks::aws:cluster-access-policy/", "arn:aws:iam::aws:policy/", []string{"9:18 policy-arn"}},
		{"no scope", "      accessScope: {type: cluster}\n", "", []string{"9:7 access-scope"}},
		{"scope without namespaces", "{type: cluster}", "{type: namespace}", []string{"10:20 access-scope"}},
		{"scope with namespaces", "{type: cluster}", "{type: cluster, namespaces: [x]}", []string{"10:48 access-scope"}},
		{"60 no rights", "    kubernetesGroups: [developers]\n", "", []string{"4:19 entry-without-rights"}},
		{"no entries", goodEntries, "a: b\n", []string{"0:0 no-access-entry"}},
		{"not YAML", goodEntries, "a: b: c\n", []string{"1:1 file-syntax"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(goodEntries, tt.old, tt.new, 1)
			if tt.old != "" && text == goodEntries {
				t.Fatal("nothing replaced")
			}
			if diff := cmp.Diff(tt.want, short(AccessEntries(text))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNobodyIsAdmin holds that the right to everything counts for the whole cluster alone.
func TestNobodyIsAdmin(t *testing.T) {
	text := strings.NewReplacer("API\n", "API\n  bootstrapClusterCreatorAdminPermissions: false\n", "{type: cluster}", "{type: namespace, namespaces: [x]}").Replace(goodEntries)
	if diff := cmp.Diff([]string{"3:44 nobody-is-admin"}, short(AccessEntries(text))); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestAnswersOfTheAPI holds that answers one after the other are read, and that what EKS has set itself is no finding.
func TestAnswersOfTheAPI(t *testing.T) {
	const answer = `{
    "accessEntry": {
        "clusterName": "dev",
        "principalArn": "arn:aws:iam::111122223333:role/node",
        "kubernetesGroups": ["system:nodes"],
        "accessEntryArn": "arn:aws:eks:eu-west-1:111122223333:access-entry/dev/role/111122223333/node/1",
        "username": "system:node:{{EC2PrivateDNSName}}",
        "type": "EC2_LINUX"
    }
}
`
	if diff := cmp.Diff([]string{}, short(AccessEntries(answer))); diff != "" {
		t.Errorf("one answer (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"14:25 entry-exists"}, short(AccessEntries(answer+answer))); diff != "" {
		t.Errorf("two answers (-want +got):\n%s", diff)
	}
}
