package fakeeks_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"
)

func TestNodegroups(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	client, dev, name := w.as("arseniy"), aws.String("dev"), aws.String("workers")
	in := &eks.CreateNodegroupInput{ClusterName: dev, NodegroupName: name, NodeRole: aws.String(nodeRole), Subnets: []string{"subnet-1"}, Tags: map[string]string{"team": "a"}}
	made := ok[*eks.CreateNodegroupOutput](t)(client.CreateNodegroup(t.Context(), in)).Nodegroup
	if made.Status != types.NodegroupStatusCreating {
		t.Errorf("made in status %s", made.Status)
	}
	waiter := eks.NewNodegroupActiveWaiter(client, func(o *eks.NodegroupActiveWaiterOptions) { o.MinDelay = time.Millisecond })
	if err := waiter.Wait(t.Context(), &eks.DescribeNodegroupInput{ClusterName: dev, NodegroupName: name}, time.Second); err != nil {
		t.Fatal(err)
	}
	got := ok[*eks.DescribeNodegroupOutput](t)(client.DescribeNodegroup(t.Context(), &eks.DescribeNodegroupInput{ClusterName: dev, NodegroupName: name})).Nodegroup
	if *got.NodeRole != nodeRole || *got.Version != "1.36" || got.Tags["team"] != "a" || *got.ScalingConfig.DesiredSize != 2 || *got.NodegroupArn != *made.NodegroupArn {
		t.Errorf("node group %+v", got)
	}
	if entry := w.enters(nodeRole); entry == nil || entry.Username != "system:node:{{EC2PrivateDNSName}}" {
		t.Errorf("its nodes enter as %+v", entry)
	}
	_, err := client.CreateNodegroup(t.Context(), in)
	refused(t, err, "ResourceInUseException", "node group already exists with name workers and cluster name dev")
	names := ok[*eks.ListNodegroupsOutput](t)(client.ListNodegroups(t.Context(), &eks.ListNodegroupsInput{ClusterName: dev})).Nodegroups
	if diff := cmp.Diff([]string{"workers"}, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	in.NodeRole, in.NodegroupName = aws.String(podRole), aws.String("other")
	_, err = client.CreateNodegroup(t.Context(), in)
	refused(t, err, "InvalidParameterException", "Role with arn: "+podRole+", could not be assumed…")
	end := &eks.DeleteNodegroupInput{ClusterName: dev, NodegroupName: name}
	ok[*eks.DeleteNodegroupOutput](t)(client.DeleteNodegroup(t.Context(), end))
	_, err = client.DeleteNodegroup(t.Context(), end)
	refused(t, err, "ResourceNotFoundException", "No node group found for name: workers.")
}

func TestFargateProfilesAndAddons(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	client, dev, name := w.as("arseniy"), aws.String("dev"), aws.String("pods")
	ok[*eks.CreateFargateProfileOutput](t)(client.CreateFargateProfile(t.Context(), &eks.CreateFargateProfileInput{
		ClusterName: dev, FargateProfileName: name, PodExecutionRoleArn: aws.String(podRole), Selectors: []types.FargateProfileSelector{{Namespace: aws.String("a")}},
	}))
	profile := ok[*eks.DescribeFargateProfileOutput](t)(client.DescribeFargateProfile(t.Context(), &eks.DescribeFargateProfileInput{ClusterName: dev, FargateProfileName: name})).FargateProfile
	if profile.Status != types.FargateProfileStatusActive || *profile.Selectors[0].Namespace != "a" || w.enters(podRole) == nil {
		t.Errorf("profile %+v", profile)
	}
	_, err := client.DeleteCluster(t.Context(), &eks.DeleteClusterInput{Name: dev})
	refused(t, err, "ResourceInUseException", "Cannot delete because cluster dev currently has Fargate profile pods in status ACTIVE")
	ok[*eks.DeleteFargateProfileOutput](t)(client.DeleteFargateProfile(t.Context(), &eks.DeleteFargateProfileInput{ClusterName: dev, FargateProfileName: name}))
	if left := ok[*eks.ListFargateProfilesOutput](t)(client.ListFargateProfiles(t.Context(), &eks.ListFargateProfilesInput{ClusterName: dev})).FargateProfileNames; len(left) != 0 {
		t.Errorf("left is %v", left)
	}

	cni := aws.String("vpc-cni")
	ok[*eks.CreateAddonOutput](t)(client.CreateAddon(t.Context(), &eks.CreateAddonInput{ClusterName: dev, AddonName: cni, AddonVersion: aws.String("v1.19.0-eksbuild.1")}))
	addon := ok[*eks.DescribeAddonOutput](t)(client.DescribeAddon(t.Context(), &eks.DescribeAddonInput{ClusterName: dev, AddonName: cni})).Addon
	if addon.Status != types.AddonStatusActive || *addon.AddonVersion != "v1.19.0-eksbuild.1" {
		t.Errorf("add-on %+v", addon)
	}
	names := ok[*eks.ListAddonsOutput](t)(client.ListAddons(t.Context(), &eks.ListAddonsInput{ClusterName: dev})).Addons
	if diff := cmp.Diff([]string{"vpc-cni"}, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	ok[*eks.DeleteAddonOutput](t)(client.DeleteAddon(t.Context(), &eks.DeleteAddonInput{ClusterName: dev, AddonName: cni}))
	_, err = client.DescribeAddon(t.Context(), &eks.DescribeAddonInput{ClusterName: dev, AddonName: cni})
	refused(t, err, "ResourceNotFoundException", "No addon found for name: vpc-cni.")
}

func TestTags(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	client, dev := w.as("arseniy"), aws.String("dev")
	made := ok[*eks.CreateAccessEntryOutput](t)(client.CreateAccessEntry(t.Context(), entry(deployer))).AccessEntry
	addon := ok[*eks.CreateAddonOutput](t)(client.CreateAddon(t.Context(), &eks.CreateAddonInput{ClusterName: dev, AddonName: aws.String("vpc-cni")})).Addon
	for _, arn := range []string{eksRoot + "cluster/dev", *made.AccessEntryArn, *addon.AddonArn} {
		ok[*eks.TagResourceOutput](t)(client.TagResource(t.Context(), &eks.TagResourceInput{ResourceArn: aws.String(arn), Tags: map[string]string{"a": "1", "b": "2"}}))
		ok[*eks.TagResourceOutput](t)(client.TagResource(t.Context(), &eks.TagResourceInput{ResourceArn: aws.String(arn), Tags: map[string]string{"b": "3"}}))
		ok[*eks.UntagResourceOutput](t)(client.UntagResource(t.Context(), &eks.UntagResourceInput{ResourceArn: aws.String(arn), TagKeys: []string{"a", "none"}}))
		got := ok[*eks.ListTagsForResourceOutput](t)(client.ListTagsForResource(t.Context(), &eks.ListTagsForResourceInput{ResourceArn: aws.String(arn)})).Tags
		if diff := cmp.Diff(map[string]string{"b": "3"}, got); diff != "" {
			t.Errorf("tags of %s (-want +got):\n%s", arn, diff)
		}
	}
	if got := w.describe(t, "dev").Tags; got["b"] != "3" {
		t.Errorf("the cluster shows the tags %v", got)
	}
	for _, arn := range []string{eksRoot + "cluster/none", "arn:aws:eks:us-east-2:210000000071:cluster/dev", eksRoot + "addon/dev/vpc-cni/other"} {
		_, err := client.ListTagsForResource(t.Context(), &eks.ListTagsForResourceInput{ResourceArn: aws.String(arn)})
		refused(t, err, "NotFoundException", "Resource was not found: "+arn)
	}
}
