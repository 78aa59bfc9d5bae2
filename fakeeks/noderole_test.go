package fakeeks_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"
)

const (
	others = "- rolearn: arn:aws:iam::534000000385:role/admin # ask olga\n  username: admin\n"

	nodesMapped = `- groups:
  - system:bootstrappers
  - system:nodes
  rolearn: arn:aws:iam::534000000385:role/node
  username: system:node:{{EC2PrivateDNSName}}
`
	podsMapped = `- groups:
  - system:bootstrappers
  - system:nodes
  - system:node-proxier
  rolearn: arn:aws:iam::534000000385:role/pods
  username: system:node:{{SessionName}}
`
)

func (w *world) nodegroup(t *testing.T, name string) {
	t.Helper()
	ok[*eks.CreateNodegroupOutput](t)(w.as("arseniy").CreateNodegroup(t.Context(), &eks.CreateNodegroupInput{
		ClusterName: aws.String("dev"), NodegroupName: &name, NodeRole: aws.String(nodeRole), Subnets: []string{"subnet-1"},
	}))
}

func (w *world) fargateProfile(t *testing.T, name string) {
	t.Helper()
	ok[*eks.CreateFargateProfileOutput](t)(w.as("arseniy").CreateFargateProfile(t.Context(), &eks.CreateFargateProfileInput{
		ClusterName: aws.String("dev"), FargateProfileName: &name, PodExecutionRoleArn: aws.String(podRole),
	}))
}

func (w *world) mapped(t *testing.T, want string) {
	t.Helper()
	if diff := cmp.Diff(want, w.planes.mapRoles["dev"]); diff != "" {
		t.Errorf("mapRoles (-want +got):\n%s", diff)
	}
}

func TestRolesOfNodesAreMappedInAWSAuth(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", types.AuthenticationModeConfigMap)
	w.planes.mapRoles["dev"] = others
	w.nodegroup(t, "a")
	w.nodegroup(t, "b")
	w.mapped(t, others+nodesMapped)
	w.fargateProfile(t, "p")
	w.mapped(t, others+nodesMapped+podsMapped)

	remove := func(name string) {
		ok[*eks.DeleteNodegroupOutput](t)(w.as("arseniy").DeleteNodegroup(t.Context(), &eks.DeleteNodegroupInput{ClusterName: aws.String("dev"), NodegroupName: &name}))
	}
	remove("a")
	w.mapped(t, others+nodesMapped+podsMapped)
	remove("b")
	w.mapped(t, others+podsMapped)
	ok[*eks.DeleteFargateProfileOutput](t)(w.as("arseniy").DeleteFargateProfile(t.Context(),
		&eks.DeleteFargateProfileInput{ClusterName: aws.String("dev"), FargateProfileName: aws.String("p")}))
	w.mapped(t, others)
}

func TestABrokenAWSAuthIsLeftToItsOwner(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", types.AuthenticationModeConfigMap)
	const broken = "- rolearn: a: b\n"
	w.planes.mapRoles["dev"] = broken
	w.nodegroup(t, "a")
	w.fargateProfile(t, "p")
	w.mapped(t, broken)
	group := ok[*eks.DescribeNodegroupOutput](t)(w.as("arseniy").DescribeNodegroup(t.Context(),
		&eks.DescribeNodegroupInput{ClusterName: aws.String("dev"), NodegroupName: aws.String("a")})).Nodegroup
	profile := ok[*eks.DescribeFargateProfileOutput](t)(w.as("arseniy").DescribeFargateProfile(t.Context(),
		&eks.DescribeFargateProfileInput{ClusterName: aws.String("dev"), FargateProfileName: aws.String("p")})).FargateProfile
	const message = "The role is not mapped in aws-auth, so its nodes cannot join: read mapRoles: yaml: mapping values are not allowed in this context"
	want := []string{"AccessDenied " + nodeRole + " " + message, "AccessDenied " + podRole + " " + message}
	var got []string
	for _, issue := range group.Health.Issues {
		got = append(got, string(issue.Code)+" "+issue.ResourceIds[0]+" "+*issue.Message)
	}
	for _, issue := range profile.Health.Issues {
		got = append(got, string(issue.Code)+" "+issue.ResourceIds[0]+" "+*issue.Message)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
}

func TestRolesOfNodesHaveEntriesWhereThereAreEntries(t *testing.T) {
	for _, mode := range []types.AuthenticationMode{types.AuthenticationModeApiAndConfigMap, api} {
		w := newWorld(t)
		w.cluster(t, "dev", mode)
		w.nodegroup(t, "a")
		w.fargateProfile(t, "p")
		w.mapped(t, "")
		if w.enters(nodeRole) == nil || w.enters(podRole) == nil {
			t.Errorf("%s: node role enters as %v, pod role as %v", mode, w.enters(nodeRole), w.enters(podRole))
		}
		ok[*eks.DeleteNodegroupOutput](t)(w.as("arseniy").DeleteNodegroup(t.Context(), &eks.DeleteNodegroupInput{ClusterName: aws.String("dev"), NodegroupName: aws.String("a")}))
		if w.enters(nodeRole) == nil {
			t.Errorf("%s: the entry went with the node group", mode)
		}
	}
}

func TestRolesOfNodesGetEntriesWithTheMode(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", types.AuthenticationModeConfigMap)
	w.nodegroup(t, "a")
	w.fargateProfile(t, "p")
	ok[*eks.UpdateClusterConfigOutput](t)(w.as("arseniy").UpdateClusterConfig(t.Context(), &eks.UpdateClusterConfigInput{
		Name: aws.String("dev"), AccessConfig: &types.UpdateAccessConfigRequest{AuthenticationMode: types.AuthenticationModeApiAndConfigMap},
	}))
	for role, username := range map[string]string{nodeRole: "system:node:{{EC2PrivateDNSName}}", podRole: "system:node:{{SessionName}}"} {
		if entry := w.enters(role); entry == nil || entry.Username != username {
			t.Errorf("%s enters as %+v, want %s", role, entry, username)
		}
	}
	ok[*eks.DeleteNodegroupOutput](t)(w.as("arseniy").DeleteNodegroup(t.Context(), &eks.DeleteNodegroupInput{ClusterName: aws.String("dev"), NodegroupName: aws.String("a")}))
	w.mapped(t, podsMapped)
}
