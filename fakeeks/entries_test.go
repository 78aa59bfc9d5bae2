package fakeeks_test

import (
	"context"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eksauth/eksauth/fakeeks"
	"github.com/eksauth/eksauth/internal/directory"
)

func entry(principal string) *eks.CreateAccessEntryInput {
	return &eks.CreateAccessEntryInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(principal)}
}

// enters finds what the control plane of dev has for a principal.
func (w *world) enters(arn string) *fakeeks.Mapping {
	for _, m := range w.planes.access("dev").Entries {
		if m.ARN == arn {
			return &m
		}
	}
	return nil
}

func TestEntriesGetWhatTheirTypeGives(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	const nodes = "system:node:{{EC2PrivateDNSName}}"
	tests := []struct {
		name, principal, kind, username string
		groups                          []string
		wantType, wantUsername          string
		wantGroups                      []string
		enters                          string
	}{
		{name: "user", principal: iamRoot + "user/team/olga", wantType: "STANDARD", wantUsername: iamRoot + "user/team/olga", enters: iamRoot + "user/team/olga"},
		{name: "role with a path", principal: deployer, wantType: "STANDARD",
			wantUsername: "arn:aws:sts::534000000385:assumed-role/deployer/{{SessionName}}", enters: iamRoot + "role/deployer"},
		{name: "own name and groups", principal: deployer, username: "ci:{{SessionName}}", groups: []string{"deployers"},
			wantType: "STANDARD", wantUsername: "ci:{{SessionName}}", wantGroups: []string{"deployers"}, enters: iamRoot + "role/deployer"},
		{name: "role of another account", principal: "arn:aws:iam::210000000071:role/node", kind: "STANDARD", wantType: "STANDARD",
			wantUsername: "arn:aws:sts::210000000071:assumed-role/node/{{SessionName}}", enters: "arn:aws:iam::210000000071:role/node"},
		{name: "Linux nodes", principal: nodeRole, kind: "EC2_LINUX", wantType: "EC2_LINUX", wantUsername: nodes, wantGroups: []string{"system:nodes"}, enters: nodeRole},
		{name: "Windows nodes", principal: nodeRole, kind: "EC2_WINDOWS", wantType: "EC2_WINDOWS", wantUsername: nodes,
			wantGroups: []string{"eks:kube-proxy-windows", "system:nodes"}, enters: nodeRole},
		{name: "Fargate", principal: podRole, kind: "FARGATE_LINUX", wantType: "FARGATE_LINUX", wantUsername: "system:node:{{SessionName}}",
			wantGroups: []string{"system:node-proxier", "system:nodes"}, enters: podRole},
		{name: "hybrid nodes", principal: nodeRole, kind: "HYBRID_LINUX", wantType: "HYBRID_LINUX", wantUsername: "system:node:{{SessionName}}",
			wantGroups: []string{"system:nodes"}, enters: nodeRole},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := entry(test.principal)
			in.KubernetesGroups = test.groups
			if test.kind != "" {
				in.Type = aws.String(test.kind)
			}
			if test.username != "" {
				in.Username = aws.String(test.username)
			}
			made := ok[*eks.CreateAccessEntryOutput](t)(w.as("arseniy").CreateAccessEntry(t.Context(), in)).AccessEntry
			read := ok[*eks.DescribeAccessEntryOutput](t)(w.as("arseniy").DescribeAccessEntry(t.Context(),
				&eks.DescribeAccessEntryInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(test.principal)})).AccessEntry
			if diff := cmp.Diff(made, read, cmpopts.IgnoreUnexported(types.AccessEntry{})); diff != "" {
				t.Errorf("described otherwise than made (-made +read):\n%s", diff)
			}
			if *made.Type != test.wantType || *made.Username != test.wantUsername || !cmp.Equal(test.wantGroups, made.KubernetesGroups, cmpopts.EquateEmpty()) {
				t.Errorf("entry of type %s, username %s, groups %v", *made.Type, *made.Username, made.KubernetesGroups)
			}
			want := &fakeeks.Mapping{ARN: test.enters, Username: test.wantUsername, Groups: test.wantGroups}
			got := w.enters(test.enters)
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(fakeeks.Mapping{}, "PrincipalID"), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("in force (-want +got):\n%s", diff)
			}
			if got.PrincipalID == "" {
				t.Error("the control plane is not told the principal's ID")
			}
			_, err := w.as("arseniy").CreateAccessEntry(t.Context(), in)
			refused(t, err, "ResourceInUseException", "The specified access entry resource is already in use on this cluster.")
			ok[*eks.DeleteAccessEntryOutput](t)(w.as("arseniy").DeleteAccessEntry(t.Context(),
				&eks.DeleteAccessEntryInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(test.principal)}))
			if w.enters(test.enters) != nil {
				t.Error("the deleted entry is in force")
			}
		})
	}
}

func TestCreateAccessEntryRefuses(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	const invalid = "The specified principalArn is invalid: invalid principal."
	const format = "The principalArn parameter format is not valid"
	change := func(principal string, edit func(*eks.CreateAccessEntryInput)) *eks.CreateAccessEntryInput {
		in := entry(principal)
		edit(in)
		return in
	}
	typed := func(principal, kind string) *eks.CreateAccessEntryInput {
		return change(principal, func(in *eks.CreateAccessEntryInput) { in.Type = aws.String(kind) })
	}
	named := func(username string) *eks.CreateAccessEntryInput {
		return change(deployer, func(in *eks.CreateAccessEntryInput) { in.Username = aws.String(username) })
	}
	grouped := func(group string) *eks.CreateAccessEntryInput {
		return change(deployer, func(in *eks.CreateAccessEntryInput) { in.KubernetesGroups = []string{"fine", group} })
	}
	tests := []struct {
		name          string
		in            *eks.CreateAccessEntryInput
		code, message string
	}{
		{"no cluster", &eks.CreateAccessEntryInput{ClusterName: aws.String("none"), PrincipalArn: aws.String(deployer)}, "ResourceNotFoundException", "No cluster found for name: none."},
		{"nobody", entry(iamRoot + "user/nobody"), "InvalidParameterException", invalid},
		{"role without its path", entry(iamRoot + "role/deployer"), "InvalidParameterException", invalid},
		{"user without its path", entry(iamRoot + "user/olga"), "InvalidParameterException", invalid},
		{"letter case", entry(iamRoot + "role/ci/Deployer"), "InvalidParameterException", invalid},
		{"another partition", entry("arn:aws-cn:iam::534000000385:role/ci/deployer"), "InvalidParameterException", invalid},
		{"role session", entry("arn:aws:sts::534000000385:assumed-role/deployer/anna"), "InvalidParameterException", format},
		{"root user", entry("arn:aws:iam::534000000385:root"), "InvalidParameterException", format},
		{"group", entry(iamRoot + "group/admins"), "InvalidParameterException", format},
		{"wildcard", entry(iamRoot + "role/*"), "InvalidParameterException", format},
		{"trailing blank", entry(deployer + " "), "InvalidParameterException", format},
		{"no ARN", entry("deployer"), "InvalidParameterException", format},
		{"service-linked role", entry(iamRoot + "role/aws-service-role/eks.amazonaws.com/linked"), "InvalidRequestException",
			"The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role."},
		{"system:masters", grouped("system:masters"), "InvalidParameterException", "The kubernetes group name system:masters is invalid, it cannot start with system:"},
		{"reserved group", grouped("eks:x"), "InvalidParameterException", "The kubernetes group name eks:x is invalid, it cannot start with eks:"},
		{"reserved username", named("system:admin"), "InvalidParameterException", "The username must not begin with system:"},
		{"reserved username of AWS", named("amazon:admin"), "InvalidParameterException", "The username must not begin with amazon:"},
		{"session name without colon", named("ci{{SessionName}}"), "InvalidParameterException", "The username must have a colon before {{SessionName}}"},
		{"node's template", named("a:{{EC2PrivateDNSName}}"), "InvalidParameterException", "The username must not have the template {{EC2PrivateDNSName}}"},
		{"unknown type", typed(nodeRole, "LINUX"), "InvalidParameterException", "AccessEntry type must be one of [EC2, EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, HYBRID_LINUX, STANDARD]"},
		{"user as node", typed(iamRoot+"user/arseniy", "EC2_LINUX"), "InvalidParameterException", "The specified principalArn is invalid: the type EC2_LINUX needs an IAM role."},
		{"node of another account", typed("arn:aws:iam::210000000071:role/node", "EC2_LINUX"), "InvalidParameterException",
			"The specified principalArn is invalid: the type EC2_LINUX needs a role in the account of the cluster."},
		{"node with groups", change(nodeRole, func(in *eks.CreateAccessEntryInput) {
			in.Type, in.KubernetesGroups = aws.String("EC2_LINUX"), []string{"a"}
		}),
			"InvalidRequestException", "The kubernetesGroups cannot be specified for the type EC2_LINUX."},
		{"node with username", change(nodeRole, func(in *eks.CreateAccessEntryInput) { in.Type, in.Username = aws.String("EC2_LINUX"), aws.String("a") }),
			"InvalidRequestException", "The username cannot be specified for the type EC2_LINUX."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := w.as("arseniy").CreateAccessEntry(t.Context(), test.in)
			refused(t, err, test.code, test.message)
		})
	}
	w.held = true
	w.cluster(t, "soon", api)
	_, err := w.as("arseniy").CreateAccessEntry(t.Context(), &eks.CreateAccessEntryInput{ClusterName: aws.String("soon"), PrincipalArn: aws.String(deployer)})
	refused(t, err, "InvalidRequestException", "The cluster soon is in status CREATING, and this operation needs it to be ACTIVE.")
	if got := w.planes.access("dev").Entries; len(got) != 1 {
		t.Errorf("in force is %+v", got)
	}
}

func TestRecreatedRoleHasAnotherID(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	ok[*eks.CreateAccessEntryOutput](t)(w.as("arseniy").CreateAccessEntry(t.Context(), entry(deployer)))
	before := w.enters(iamRoot + "role/deployer").PrincipalID
	key := directory.RoleKey(account, "deployer")
	old := directory.Get(w.dir, key)
	update := func(change func(tx *directory.Tx) error) {
		t.Helper()
		if err := w.dir.Update(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	update(func(tx *directory.Tx) error { directory.Delete(tx, key); return nil })
	update(func(tx *directory.Tx) error {
		again := *old
		again.ID = "AROAMADEAGAIN"
		directory.Put(tx, &again)
		return nil
	})
	if got := w.enters(iamRoot + "role/deployer"); got.PrincipalID != before {
		t.Errorf("the entry follows the name: ID %s", got.PrincipalID)
	}
	ok[*eks.DeleteAccessEntryOutput](t)(w.as("arseniy").DeleteAccessEntry(t.Context(), &eks.DeleteAccessEntryInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(deployer)}))
	ok[*eks.CreateAccessEntryOutput](t)(w.as("arseniy").CreateAccessEntry(t.Context(), entry(deployer)))
	if got := w.enters(iamRoot + "role/deployer"); got.PrincipalID != "AROAMADEAGAIN" {
		t.Errorf("the new entry has the ID %s", got.PrincipalID)
	}
}

func TestUpdateAccessEntry(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	in := entry(deployer)
	in.KubernetesGroups = []string{"a"}
	ok[*eks.CreateAccessEntryOutput](t)(w.as("arseniy").CreateAccessEntry(t.Context(), in))
	update := func(edit func(*eks.UpdateAccessEntryInput)) (*eks.UpdateAccessEntryOutput, error) {
		in := &eks.UpdateAccessEntryInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(deployer)}
		edit(in)
		return w.as("arseniy").UpdateAccessEntry(t.Context(), in)
	}
	steps := []struct {
		edit     func(*eks.UpdateAccessEntryInput)
		username string
		groups   []string
	}{
		{func(in *eks.UpdateAccessEntryInput) { in.Username = aws.String("ci") }, "ci", []string{"a"}},
		{func(in *eks.UpdateAccessEntryInput) { in.KubernetesGroups = []string{"b", "c"} }, "ci", []string{"b", "c"}},
		{func(in *eks.UpdateAccessEntryInput) { in.KubernetesGroups = []string{} }, "ci", nil},
	}
	for _, step := range steps {
		ok[*eks.UpdateAccessEntryOutput](t)(update(step.edit))
		got := w.enters(iamRoot + "role/deployer")
		if got.Username != step.username || !cmp.Equal(step.groups, got.Groups, cmpopts.EquateEmpty()) {
			t.Errorf("in force is %+v, want %s %v", got, step.username, step.groups)
		}
	}
	_, err := update(func(in *eks.UpdateAccessEntryInput) { in.KubernetesGroups = []string{"system:nodes"} })
	refused(t, err, "InvalidParameterException", "The kubernetes group name system:nodes is invalid…")
	_, err = update(func(in *eks.UpdateAccessEntryInput) { in.PrincipalArn = aws.String(nodeRole) })
	refused(t, err, "ResourceNotFoundException", "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.")
	node := entry(nodeRole)
	node.Type = aws.String("EC2_LINUX")
	ok[*eks.CreateAccessEntryOutput](t)(w.as("arseniy").CreateAccessEntry(t.Context(), node))
	_, err = update(func(in *eks.UpdateAccessEntryInput) {
		in.PrincipalArn, in.Username = aws.String(nodeRole), aws.String("a")
	})
	refused(t, err, "InvalidParameterException", `This operation can only be performed on Access Entries with a type of "STANDARD".`)
	_, err = update(func(in *eks.UpdateAccessEntryInput) {
		in.PrincipalArn, in.Username = aws.String(nodeRole), aws.String("system:node:{{EC2PrivateDNSName}}")
	})
	refused(t, err, "InvalidParameterException", "The username must not begin with system:")
}

// Entries that are made at once all get in force, with fewer publications than entries.
func TestEntriesMadeAtOnceAreAllInForce(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	principals := []string{iamRoot + "user/team/olga", iamRoot + "user/yaroslav", deployer, nodeRole, podRole, clusterRole}
	var working sync.WaitGroup
	for _, principal := range principals {
		working.Go(func() {
			if _, err := w.as("arseniy").CreateAccessEntry(context.Background(), entry(principal)); err != nil {
				t.Error(err)
			}
		})
	}
	working.Wait()
	if got := len(w.planes.access("dev").Entries); got != len(principals)+1 {
		t.Errorf("%d entries are in force, want %d", got, len(principals)+1)
	}
	if w.planes.sets > len(principals) {
		t.Errorf("%d publications of %d changes", w.planes.sets, len(principals))
	}
}
