package config

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDefaultHasTheFoundingStorysPeople(t *testing.T) {
	file := Default()
	var profiles []string
	for _, user := range file.Accounts[0].Users {
		profiles = append(profiles, user.Profile)
	}
	if diff := cmp.Diff([]string{"arseniy", "yaroslav"}, profiles); diff != "" {
		t.Errorf("profiles (-want +got):\n%s", diff)
	}
	if got := file.Clusters[0]; got.Name != "mobilebackend-dev-eks-0-cluster" || got.Creator != "user/arseniy" || len(got.AWSAuth.MapUsers) != 0 {
		t.Errorf("cluster %+v: want the story's name and creator, and nobody in mapUsers", got)
	}
}

func TestMarshalReadsBack(t *testing.T) {
	want := Default()
	data, err := want.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse("again", data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}

func TestProblemsNameTheirLines(t *testing.T) {
	const valid = `region: us-east-2
accounts:
- id: "534000000385"
  users:
  - name: arseniy
    profile: arseniy
  roles:
  - name: node
    trust: {service: ec2.amazonaws.com}
clusters:
- name: dev
  account: "534000000385"
  creator: user/arseniy
`
	const entries = "- name: dev\n  authenticationMode: API\n  accessEntries:"
	if _, err := Parse("f.yaml", []byte(valid)); err != nil {
		t.Fatalf("the valid file: %v", err)
	}
	tests := []struct {
		name, old, new string
		want           []string
	}{
		{"unknown field", "    profile: arseniy", "    profil: arseniy", []string{`f.yaml:6: unknown field "profil": User has name, path, profile`}},
		{"wrong type", "  users:\n", "  users: 7\n  ignored:\n", []string{`f.yaml:4: "7" is of the wrong type`, `f.yaml:5: unknown field "ignored"`, "f.yaml:14: creator"}},
		{"not YAML", "accounts:", "accounts: [", []string{"f.yaml:"}},
		{"empty", valid, "", []string{"f.yaml: no account is configured"}},
		{"region", "us-east-2", "Ohio", []string{`f.yaml:1: "Ohio" is not an AWS region`}},
		{"account number", `- id: "534000000385"`, `- id: "0385"`, []string{`f.yaml:3: "0385" is not an account number`, `f.yaml:12: account "534000000385" of cluster "dev" is not configured`}},
		{"user name", "name: arseniy", "name: ars eniy", []string{`f.yaml:5: "ars eniy" is not an IAM name`, "f.yaml:13: creator"}},
		{"half a key", "    profile: arseniy", "    accessKeyId: AKIAIOSFODNN7EXAMPLE", []string{`f.yaml:5: user "arseniy" has half an access key`}},
		{"bad key", "    profile: arseniy", "    accessKeyId: AK\n    secretAccessKey: s", []string{`f.yaml:6: "AK" is not an access key ID`}},
		{"user twice", "  roles:", "  - {name: Arseniy}\n  roles:", []string{`f.yaml:7: user "Arseniy" is configured twice`}},
		{"profile twice", "  roles:", "  - {name: b, profile: arseniy}\n  roles:", []string{`f.yaml:7: profile "arseniy" is configured twice`}},
		{"no trust", "    trust: {service: ec2.amazonaws.com}\n", "", []string{`f.yaml:8: role "node" needs exactly one of`}},
		{"two trusts", "{service: ec2.amazonaws.com}", `{service: a, aws: ["1"]}`, []string{`f.yaml:9: role "node" needs exactly one of`}},
		{"trust not JSON", "{service: ec2.amazonaws.com}", `{policy: "{"}`, []string{`f.yaml:9: the trust policy of role "node" is not valid JSON`}},
		{"half a role profile", "    trust:", "    profile: p\n    trust:", []string{`f.yaml:8: role "node" needs both profile and sourceProfile`}},
		{"source profile", "    trust:", "    profile: p\n    sourceProfile: q\n    trust:", []string{`f.yaml:10: profile "q" is not configured`}},
		{"policy", "    profile: arseniy", "    policies: [a b]", []string{`f.yaml:6: "a b" is neither the name`}},
		{"path", "    profile: arseniy", "    path: team", []string{`f.yaml:6: "team" is not an IAM path`}},
		{"cluster name", "- name: dev", "- name: -dev", []string{`f.yaml:11: "-dev" is not a cluster name`}},
		{"cluster twice", "clusters:\n", "clusters:\n- {name: dev, account: \"534000000385\", creator: role/node}\n", []string{`f.yaml:12: cluster "dev" is configured twice`}},
		{"creator", "user/arseniy", "user/nobody", []string{`f.yaml:13: creator "user/nobody" of cluster "dev" is not in account`}},
		{"endpoint", "- name: dev", "- name: dev\n  endpoint: moon", []string{`f.yaml:12: endpoint "moon" is unknown: write aws or loopback`}},
		{"mode", "- name: dev", "- name: dev\n  authenticationMode: IAM", []string{`f.yaml:12: authenticationMode "IAM" is unknown: write one of CONFIG_MAP, API_AND_CONFIG_MAP, API`}},
		{"entries in CONFIG_MAP mode", "- name: dev", "- name: dev\n  accessEntries:\n  - {principal: role/node}", []string{`f.yaml:13: cluster "dev" has access entries in CONFIG_MAP mode`}},
		{"aws-auth in API mode", "- name: dev", "- name: dev\n  authenticationMode: API\n  awsAuth:\n    mapAccounts: []", []string{`f.yaml:14: cluster "dev" has awsAuth in API mode`}},
		{"port", "- name: dev", "- name: dev\n  port: 70000", []string{`f.yaml:12: port 70000 of cluster "dev" is none`}},
		{"port twice", "- name: dev", "- {name: prod, port: 6443, account: \"534000000385\", creator: user/arseniy}\n- name: dev\n  port: 6443",
			[]string{`f.yaml:13: port "6443" is configured twice: remove one`}},
		{"version", "- name: dev", "- name: dev\n  version: \"1.36.3\"", []string{`f.yaml:12: "1.36.3" is not a minor version of Kubernetes in quotes: write something like "1.36"`}},
		{"folder of a version", "region:", "versions: [kubernetes]\nregion:", []string{`f.yaml:1: folder "kubernetes" is not absolute: write something like /opt/kubernetes-1.37`}},
		{"entry of nobody", "- name: dev", entries + "\n  - {principal: role/nobody}", []string{`f.yaml:14: principal "role/nobody" is neither`}},
		{"entry twice", "- name: dev", entries + "\n  - {principal: role/node}\n  - {principal: role/node}", []string{`f.yaml:15: access entry "role/node" is configured twice`}},
		{"entry type", "- name: dev", entries + "\n  - {principal: role/node, type: LINUX}", []string{`f.yaml:14: type "LINUX" is unknown`}},
		{"node entry with groups", "- name: dev", entries + "\n  - {principal: role/node, type: EC2_LINUX, groups: [a]}", []string{`f.yaml:14: an access entry of type EC2_LINUX gets`}},
		{"access policy", "- name: dev", entries + "\n  - principal: role/node\n    policies:\n    - {name: ViewPolicy}", []string{`f.yaml:16: "ViewPolicy" is not an access policy`}},
		{"namespace", "- name: dev", entries + "\n  - principal: role/node\n    policies:\n    - {name: AmazonEKSViewPolicy, namespaces: [Dev]}", []string{`f.yaml:16: "Dev" is not a namespace`}},
		{"unknown field of an entry", "- name: dev", entries + "\n  - {principal: role/node, group: a}", []string{`f.yaml:14: unknown field "group": AccessEntry has principal, type, username, groups, policies`}},
		{"two at once", valid, strings.NewReplacer("us-east-2", "Ohio", "user/arseniy", "x").Replace(valid), []string{"f.yaml:1: ", "f.yaml:13: "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(valid, tt.old, tt.new, 1)
			_, err := Parse("f.yaml", []byte(text))
			var problems *InvalidError
			if !errors.As(err, &problems) {
				t.Fatalf("got %v, want *InvalidError", err)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(tt.want) {
				t.Fatalf("got %d problems, want %d:\n%s", len(lines), len(tt.want), err)
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(lines[i], want) {
					t.Errorf("problem %d: got %q, want prefix %q", i, lines[i], want)
				}
			}
		})
	}
}
