package inventory

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/directory"
)

// What the aws CLI and kubectl print, cut to what matters.
const (
	iamAnswer = `{
  "UserDetailList": [{
    "Path": "/people/", "UserName": "anna", "UserId": "AIDAANNA", "Arn": "arn:aws:iam::111122223333:user/people/anna", "CreateDate": "2019-05-06T07:08:09+00:00",
    "GroupList": ["devs"], "AttachedManagedPolicies": [{"PolicyName": "ViewOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"}],
    "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/team/limit"},
    "Tags": [{"Key": "team", "Value": "platform"}, {"Key": "cost", "Value": "1"}]
  }],
  "GroupDetailList": [{
    "Path": "/", "GroupName": "devs", "GroupId": "AGPADEVS", "Arn": "arn:aws:iam::111122223333:group/devs", "CreateDate": "2019-05-06T07:08:09Z",
    "GroupPolicyList": [{"PolicyName": "list", "PolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22eks%3AList%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D"}],
    "AttachedManagedPolicies": []
  }],
  "RoleDetailList": [{
    "Path": "/dev/", "RoleName": "x", "RoleId": "AROADEV", "Arn": "arn:aws:iam::111122223333:role/dev/x", "CreateDate": "2020-01-01T00:00:00Z",
    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/people/anna"}, "Action": "sts:AssumeRole"}]},
    "InstanceProfileList": [{
      "Path": "/", "InstanceProfileName": "nodes", "InstanceProfileId": "AIPANODES", "Arn": "arn:aws:iam::111122223333:instance-profile/nodes", "CreateDate": "2020-01-01T00:00:00Z",
      "Roles": [{"RoleName": "x", "Arn": "arn:aws:iam::111122223333:role/dev/x"}]
    }],
    "RolePolicyList": [], "AttachedManagedPolicies": [{"PolicyName": "Rare", "PolicyArn": "arn:aws:iam::aws:policy/Rare"}], "Tags": [],
    "RoleLastUsed": {"LastUsedDate": "2026-01-01T00:00:00Z", "Region": "eu-west-1"}
  }],
  "Policies": [
    {"PolicyName": "limit", "PolicyId": "ANPALIMIT", "Arn": "arn:aws:iam::111122223333:policy/team/limit", "Path": "/team/", "DefaultVersionId": "v3", "CreateDate": "2020-01-01T00:00:00Z", "UpdateDate": "2021-01-01T00:00:00Z",
     "PolicyVersionList": [{"VersionId": "v3", "IsDefaultVersion": true, "CreateDate": "2021-01-01T00:00:00Z", "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]},
    {"PolicyName": "Rare", "PolicyId": "ANPARARE", "Arn": "arn:aws:iam::aws:policy/Rare", "Path": "/", "DefaultVersionId": "v1", "CreateDate": "2020-01-01T00:00:00Z", "UpdateDate": "2021-01-01T00:00:00Z",
     "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": "2021-01-01T00:00:00Z", "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}]}}]}
  ]
}`
	clusterAnswer = `{"cluster": {
  "name": "prod", "arn": "arn:aws:eks:eu-west-1:111122223333:cluster/prod", "createdAt": 1577836800.5, "version": "1.31", "status": "ACTIVE",
  "endpoint": "https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com", "roleArn": "arn:aws:iam::111122223333:role/eks",
  "resourcesVpcConfig": {"subnetIds": ["subnet-1"], "vpcId": "vpc-1"}, "logging": {"clusterLogging": [{"types": ["api"], "enabled": false}]},
  "accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"}, "tags": {"env": "prod"}}}`
	listAnswerText = `{"accessEntries": ["arn:aws:iam::111122223333:role/dev/x"]}`
	entryText      = `{"accessEntry": {
  "clusterName": "prod", "principalArn": "arn:aws:iam::111122223333:role/dev/x", "kubernetesGroups": ["devs"], "username": "x:{{SessionName}}", "type": "STANDARD",
  "accessEntryArn": "arn:aws:eks:eu-west-1:111122223333:access-entry/prod/role/111122223333/x/uuid", "createdAt": "2023-01-01T01:00:00.123000+01:00", "modifiedAt": 1672531200, "tags": {}}}`
	policiesText = `{"clusterName": "prod", "principalArn": "arn:aws:iam::111122223333:role/dev/x", "associatedAccessPolicies": [
  {"policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy", "accessScope": {"type": "namespace", "namespaces": ["dev"]}, "associatedAt": 1672531200.1, "modifiedAt": 1672531200.1}]}`
	awsAuthText = `apiVersion: v1
kind: ConfigMap
metadata:
  name: aws-auth
  namespace: kube-system
  uid: 8a1b
  annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}
data:
  mapRoles: |
    - rolearn: arn:aws:iam::999900001111:role/ci
      username: ci
      groups: [system:masters]
`
	rbacText = `apiVersion: v1
kind: List
items:
- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRole
  metadata: {name: widgets, resourceVersion: "7", managedFields: [{manager: kubectl}]}
  rules: [{apiGroups: [example.org], resources: [widgets], verbs: [get]}]
- apiVersion: rbac.authorization.k8s.io/v1
  kind: RoleBinding
  metadata: {name: devs, namespace: dev, labels: {team: a}}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: widgets}
  subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: devs}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org, annotations: {api-approved.kubernetes.io: "https://example.org", team: a}}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  conversion: {strategy: Webhook, webhook: {}}
  versions: [{name: v1, served: true, storage: true, subresources: {status: {}, scale: {}}, schema: {openAPIV3Schema: {type: object, properties: {a: {type: string}}}}}]
---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: dev}
data: {password: aHVudGVyMg==}
`
	trailText = `{"Events": [{"EventName": "CreateCluster", "CloudTrailEvent": "{\"eventName\":\"CreateCluster\",\"awsRegion\":\"eu-west-1\",\"recipientAccountId\":\"111122223333\",\"eventTime\":\"2020-01-01T00:00:00Z\",\"requestParameters\":{\"name\":\"prod\"},\"userIdentity\":{\"type\":\"AssumedRole\",\"arn\":\"arn:aws:sts::111122223333:assumed-role/x/me\",\"sessionContext\":{\"sessionIssuer\":{\"arn\":\"arn:aws:iam::111122223333:role/dev/x\"}}}}"}]}`
)

func production() map[string]string {
	return map[string]string{
		"a.json": iamAnswer, "b.json": clusterAnswer, "c": listAnswerText, "d.txt": entryText, "e.json": policiesText, "f.yaml": awsAuthText, "g.yaml": rbacText, "h.json": trailText,
	}
}

// read writes files and reads them.
func read(t *testing.T, files map[string]string, o Options) (*Inventory, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	found, err := Read([]string{dir}, o)
	if err != nil {
		err = errors.New(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""))
	}
	return found, err
}

func mustRead(t *testing.T, files map[string]string) *Inventory {
	t.Helper()
	found, err := read(t, files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestIdentitiesAreReadAsAWSDescribesThem(t *testing.T) {
	found := mustRead(t, production())
	account := found.Accounts[0]
	created := time.Date(2019, 5, 6, 7, 8, 9, 0, time.UTC)
	want := &directory.User{
		Resource: directory.Resource{
			Partition: "aws", Account: "111122223333", Name: "anna", Path: "/people/", ID: "AIDAANNA", Created: created,
			Tags: []directory.Tag{{Key: "cost", Value: "1"}, {Key: "team", Value: "platform"}},
		},
		Grants: directory.Grants{Attached: []string{"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"}}, Groups: []string{"AGPADEVS"},
		Boundary: "arn:aws:iam::111122223333:policy/team/limit",
	}
	if diff := cmp.Diff(want, account.Users[0]); diff != "" {
		t.Errorf("user (-want +got):\n%s", diff)
	}
	if document, _ := account.Groups[0].InlineDocument("list"); !strings.Contains(document, `"Action":"eks:List*"`) {
		t.Errorf("the URL-encoded document is %s", document)
	}
	if got := account.Roles[0]; got.ARN() != "arn:aws:iam::111122223333:role/dev/x" || got.ID != "AROADEV" || !strings.Contains(got.Trust, "user/people/anna") {
		t.Errorf("role: %+v", got)
	}
	if got := account.InstanceProfiles[0]; got.ID != "AIPANODES" || !slices.Equal(got.Roles, []string{"x"}) {
		t.Errorf("instance profile: %+v", got)
	}
	var policies []string
	for _, p := range account.Policies {
		policies = append(policies, p.ARN()+" "+p.Default)
	}
	if diff := cmp.Diff([]string{"arn:aws:iam::111122223333:policy/team/limit v3", "arn:aws:iam::aws:policy/Rare v1"}, policies); diff != "" {
		t.Errorf("policies (-want +got):\n%s", diff)
	}
}

func TestAClusterIsReadWithAllThatBelongsToIt(t *testing.T) {
	c := mustRead(t, production()).Clusters[0]
	if c.ARN() != "arn:aws:eks:eu-west-1:111122223333:cluster/prod" || c.ID != "0123456789ABCDEF0123456789ABCDEF" || c.Mode != "API_AND_CONFIG_MAP" ||
		c.Version != "1.31" || c.Created.Year() != 2020 || c.CreatorARN != "arn:aws:iam::111122223333:role/dev/x" || c.Network.SubnetIds[0] != "subnet-1" || c.Tags["env"] != "prod" {
		t.Errorf("cluster: %+v", c)
	}
	entry := c.Entries[0]
	if len(c.Entries) != 1 || *entry.Entry.Username != "x:{{SessionName}}" || !entry.Entry.CreatedAt.Equal(time.Date(2023, 1, 1, 0, 0, 0, 123e6, time.UTC)) ||
		!slices.Equal(entry.Policies[0].AccessScope.Namespaces, []string{"dev"}) {
		t.Errorf("entries: %+v", c.Entries)
	}
	var objects []string
	for _, o := range c.Objects {
		objects = append(objects, o.Kind()+" "+o.Namespace()+"/"+o.Name())
	}
	if diff := cmp.Diff([]string{"ConfigMap kube-system/aws-auth", "ClusterRole /widgets", "RoleBinding dev/devs", "CustomResourceDefinition /widgets.example.org"}, objects); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	awsAuth := map[string]any{"name": "aws-auth", "namespace": "kube-system", "annotations": map[string]any{}}
	if diff := cmp.Diff(awsAuth, c.Objects[0]["metadata"]); diff != "" {
		t.Errorf("metadata of aws-auth (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"name": "widgets"}, c.Objects[1]["metadata"]); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
}

func TestOfACustomResourceOnlyTheNamesCount(t *testing.T) {
	c := mustRead(t, production()).Clusters[0]
	want := map[string]any{
		"group": "example.org", "scope": "Namespaced", "names": map[string]any{"kind": "Widget", "plural": "widgets"},
		"versions": []any{map[string]any{
			"name": "v1", "served": true, "storage": true, "subresources": map[string]any{"status": map[string]any{}},
			"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
		}},
	}
	if diff := cmp.Diff(want, c.Objects[3]["spec"]); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
	approved := map[string]any{"name": "widgets.example.org", "annotations": map[string]any{"api-approved.kubernetes.io": "https://example.org"}}
	if diff := cmp.Diff(approved, c.Objects[3]["metadata"]); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
}

func TestWhoeverIsOnlyNamedIsMade(t *testing.T) {
	found := mustRead(t, production())
	if len(found.Accounts) != 2 || found.Accounts[1].Roles[0].ARN() != "arn:aws:iam::999900001111:role/ci" || found.Accounts[1].Roles[0].ID != "" {
		t.Errorf("accounts: %+v", found.Accounts)
	}
}

func TestWhatIsLeftOutIsSaid(t *testing.T) {
	tests := map[string]struct {
		change func(files map[string]string)
		want   string
	}{
		"a secret": {func(map[string]string) {}, "1 objects of kind Secret in "},
		"a missing document": {func(f map[string]string) {
			f["a.json"] = strings.ReplaceAll(f["a.json"], `"Arn": "arn:aws:iam::aws:policy/Rare"`, `"Arn": "arn:aws:iam::aws:policy/Other"`)
		}, "policy arn:aws:iam::aws:policy/Rare of arn:aws:iam::111122223333:role/dev/x: its document is in no file"},
		"a trust policy": {func(f map[string]string) {
			f["a.json"] = strings.ReplaceAll(f["a.json"], `"Action": "sts:AssumeRole"`, `"Do": 1`)
		}, "trust policy of arn:aws:iam::111122223333:role/dev/x: it cannot be evaluated here"},
		"no group": {func(f map[string]string) {
			f["a.json"] = strings.ReplaceAll(f["a.json"], `"GroupList": ["devs"]`, `"GroupList": ["ops"]`)
		}, "its group ops is in no file"},
		"no aws-auth":       {func(f map[string]string) { delete(f, "f.yaml") }, "aws-auth of cluster prod: no file has the output of kubectl get configmap aws-auth"},
		"no RBAC":           {func(f map[string]string) { delete(f, "g.yaml") }, "RBAC of cluster prod: no file has"},
		"no entries":        {func(f map[string]string) { delete(f, "c"); delete(f, "d.txt"); delete(f, "e.json") }, "access entries of cluster prod: no file has"},
		"no entry policies": {func(f map[string]string) { delete(f, "e.json") }, "access policies of arn:aws:iam::111122223333:role/dev/x"},
		"no creator": {func(f map[string]string) {
			delete(f, "h.json")
			f["b.json"] = strings.ReplaceAll(f["b.json"], "API_AND_CONFIG_MAP", "CONFIG_MAP")
		}, "creator of cluster prod: EKS does not show"},
		"another account": {func(map[string]string) {}, "no file describes account 999900001111"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			files := production()
			test.change(files)
			var all []string
			for _, left := range mustRead(t, files).LeftOut {
				all = append(all, left.What+": "+left.Why)
			}
			if !strings.Contains(strings.Join(all, "\n"), test.want) {
				t.Errorf("got %q, want %q", all, test.want)
			}
		})
	}
}

func TestAllProblemsAreFoundAtOnce(t *testing.T) {
	tests := map[string]struct {
		change func(files map[string]string)
		want   []string
	}{
		"an empty file":  {func(f map[string]string) { f["x"] = "\n" }, []string{"x: the file is empty"}},
		"half a file":    {func(f map[string]string) { f["x"] = "{\n\"cluster\": {" }, []string{"x: line 2: this is no JSON, or its end is missing"}},
		"a table":        {func(f map[string]string) { f["x"] = "ROLEDETAILLIST arn\n" }, []string{"x: line 1: this is plain text"}},
		"bad YAML":       {func(f map[string]string) { f["x"] = "a: [\n" }, []string{"x: this is neither JSON nor YAML"}},
		"a list":         {func(f map[string]string) { f["x"] = "[1]" }, []string{"x: this is a list"}},
		"another answer": {func(f map[string]string) { f["x"] = `{"Roles": []}` }, []string{"it reads that of aws iam get-account-authorization-details"}},
		"something else": {func(f map[string]string) { f["x"] = `{"a": 1}` }, []string{"x: this is nothing that an import reads"}},
		"a wrong form":   {func(f map[string]string) { f["x"] = `{"RoleDetailList": 7}` }, []string{"x: this looks like UserDetailList, GroupDetailList, RoleDetailList, but"}},
		"no ARN": {func(f map[string]string) {
			f["a.json"] = strings.Replace(f["a.json"], "arn:aws:iam::111122223333:role/dev/x\", \"Cre", "role/dev/x\", \"Cre", 1)
		}, []string{`"role/dev/x" is not the ARN of a role`}},
		"a wrong ID":  {func(f map[string]string) { f["a.json"] = strings.Replace(f["a.json"], "AROADEV", "AIDADEV", 1) }, []string{`has the ID "AIDADEV", which should begin with AROA`}},
		"an ID twice": {func(f map[string]string) { f["a.json"] = strings.Replace(f["a.json"], "ANPALIMIT", "ANPARARE", 1) }, []string{"has the ID ANPARARE, which arn:aws:iam::111122223333:policy/team/limit has too"}},
		"no boundary": {func(f map[string]string) {
			f["a.json"] = strings.Replace(f["a.json"], `policy/team/limit"}`, `policy/none"}`, 1)
		}, []string{"has the permissions boundary arn:aws:iam::111122223333:policy/none, whose document is in no file"}},
		"a page":             {func(f map[string]string) { f["a.json"] = strings.Replace(f["a.json"], "{", `{"IsTruncated": true,`, 1) }, []string{"a.json: the page says that more of account 111122223333 follows"}},
		"two versions":       {func(f map[string]string) { f["z.json"] = strings.Replace(f["a.json"], "AROADEV", "AROANEW", 1) }, []string{"z.json: arn:aws:iam::111122223333:role/dev/x is in ", "and not the same"}},
		"twice the cluster":  {func(f map[string]string) { f["x"] = f["b.json"] }, []string{"is described in ", "keep the newer file"}},
		"an entry left":      {func(f map[string]string) { delete(f, "d.txt"); delete(f, "e.json") }, []string{"c: the access entry of arn:aws:iam::111122223333:role/dev/x is listed and not described"}},
		"policies of no one": {func(f map[string]string) { delete(f, "d.txt"); delete(f, "c") }, []string{"e.json: the access entry of arn:aws:iam::111122223333:role/dev/x, whose access policies these are, is in no file"}},
		"no cluster":         {func(f map[string]string) { delete(f, "b.json") }, []string{"f.yaml: what kubectl has printed belongs to a cluster, which no file describes", "c: the list of access entries belongs to"}},
		"no cluster by name": {func(f map[string]string) { f["d.txt"] = strings.ReplaceAll(f["d.txt"], "prod", "test") }, []string{"belongs to cluster test, which no file describes: add the output of aws eks describe-cluster --name test"}},
		"half a definition":  {func(f map[string]string) { f["g.yaml"] = strings.ReplaceAll(f["g.yaml"], "  group: example.org\n", "") }, []string{"it has no group or no versions"}},
		"old RBAC": {func(f map[string]string) {
			f["g.yaml"] = strings.ReplaceAll(f["g.yaml"], "k8s.io/v1\n", "k8s.io/v1beta1\n")
		}, []string{"print it as rbac.authorization.k8s.io/v1"}},
		"several at once": {func(f map[string]string) { f["x"], f["y"] = "", `{"a": 1}` }, []string{"x: the file is empty", "y: this is nothing"}},
		"a connected cluster": {func(f map[string]string) {
			f["b.json"] = strings.Replace(f["b.json"], `"name"`, `"connectorConfig": {}, "name"`, 1)
		}, []string{"is connected to EKS but does not run there"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			files := production()
			test.change(files)
			_, err := read(t, files, Options{})
			for _, want := range test.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
		})
	}
}

func TestFoldersSayWhichClusterFilesBelongTo(t *testing.T) {
	other := strings.ReplaceAll(clusterAnswer, "prod", "test")
	files := map[string]string{"prod/c.json": clusterAnswer, "prod/auth.yaml": awsAuthText, "test/c.json": other, "test/rbac.yaml": rbacText}
	found := mustRead(t, files)
	if prod, test := found.Clusters[0], found.Clusters[1]; len(prod.Objects) != 1 || len(test.Objects) != 3 {
		t.Errorf("objects: %v and %v", prod.Objects, test.Objects)
	}
	files["auth.yaml"] = strings.ReplaceAll(awsAuthText, "ci", "cd")
	if _, err := read(t, files, Options{}); err == nil || !strings.Contains(err.Error(), "auth.yaml: what kubectl has printed could belong to cluster") {
		t.Errorf("got %v", err)
	}
	if _, err := read(t, files, Options{Cluster: "other"}); err == nil || !strings.Contains(err.Error(), "no file describes the cluster other that --cluster names") {
		t.Errorf("got %v", err)
	}
	if found, err := read(t, files, Options{Cluster: "test", Creator: "arn:aws:iam::111122223333:user/me"}); err != nil || found.Clusters[1].CreatorARN == "" {
		t.Errorf("with --cluster: %v", err)
	}
}

func TestOfAWSsOwnPoliciesTheNewestCounts(t *testing.T) {
	rare := func(version, updated string) string {
		return `{"Policies": [{"PolicyName": "Rare", "PolicyId": "ANPARARE", "Arn": "arn:aws:iam::aws:policy/Rare", "DefaultVersionId": "` + version + `", "UpdateDate": "` + updated + `",
			"PolicyVersionList": [{"VersionId": "` + version + `", "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}],
			"RoleDetailList": []}`
	}
	files := map[string]string{"a.json": iamAnswer, "b.json": rare("v9", "2024-01-01T00:00:00Z"), "c.json": rare("v8", "2023-01-01T00:00:00Z")}
	for _, p := range mustRead(t, files).Accounts[0].Policies {
		if p.Name == "Rare" && p.Default != "v9" {
			t.Errorf("version %s counts", p.Default)
		}
	}
}

func TestAFolderWithoutFilesNamesTheFix(t *testing.T) {
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		if _, err := Read([]string{path}, Options{}); err == nil || !strings.Contains(err.Error(), "import --collect") {
			t.Errorf("%s: got %v", path, err)
		}
	}
}
