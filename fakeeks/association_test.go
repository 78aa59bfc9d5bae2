package fakeeks_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"
)

const policyRoot = "arn:aws:eks::aws:cluster-access-policy/"

// associate is a request for a policy, in the whole cluster of dev or in namespaces.
func associate(principal, policy string, namespaces ...string) *eks.AssociateAccessPolicyInput {
	scope := &types.AccessScope{Type: types.AccessScopeTypeCluster, Namespaces: namespaces}
	if len(namespaces) > 0 {
		scope.Type = types.AccessScopeTypeNamespace
	}
	return &eks.AssociateAccessPolicyInput{
		ClusterName: aws.String("dev"), PrincipalArn: aws.String(principal), PolicyArn: aws.String(policyRoot + policy), AccessScope: scope,
	}
}

func TestListAccessPolicies(t *testing.T) {
	w := newWorld(t)
	var names []string
	pages := eks.NewListAccessPoliciesPaginator(w.as("arseniy"), &eks.ListAccessPoliciesInput{MaxResults: aws.Int32(5)})
	for pages.HasMorePages() {
		for _, p := range ok[*eks.ListAccessPoliciesOutput](t)(pages.NextPage(t.Context())).AccessPolicies {
			names = append(names, *p.Name)
			if *p.Arn != policyRoot+*p.Name {
				t.Errorf("%s has the ARN %s", *p.Name, *p.Arn)
			}
		}
	}
	want := []string{
		"AIDevOpsAgentAccessPolicy", "AWSBackupFullAccessPolicyForBackup", "AWSBackupFullAccessPolicyForRestore", "AmazonAIOpsAssistantPolicy",
		"AmazonARCRegionSwitchScalingPolicy", "AmazonEKSACKPolicy", "AmazonEKSAdminPolicy", "AmazonEKSAdminViewPolicy",
		"AmazonEKSArgoCDClusterPolicy", "AmazonEKSArgoCDPolicy", "AmazonEKSAutoNodePolicy",
		"AmazonEKSBlockStorageClusterPolicy", "AmazonEKSBlockStoragePolicy", "AmazonEKSClusterAdminPolicy", "AmazonEKSClusterInsightsPolicy",
		"AmazonEKSComputeClusterPolicy", "AmazonEKSComputePolicy", "AmazonEKSEditPolicy", "AmazonEKSEventPolicy", "AmazonEKSHybridPolicy",
		"AmazonEKSKROPolicy", "AmazonEKSLoadBalancingClusterPolicy", "AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingClusterPolicy",
		"AmazonEKSNetworkingPolicy", "AmazonEKSPodIdentityPolicy", "AmazonEKSSecretAdminPolicy", "AmazonEKSSecretReaderPolicy",
		"AmazonEKSViewPolicy", "AmazonEMRJobPolicy", "AmazonSagemakerHyperpodClusterPolicy", "AmazonSagemakerHyperpodControllerPolicy",
		"AmazonSagemakerHyperpodInferencePolicy", "AmazonSagemakerHyperpodSpacePolicy", "AmazonSagemakerHyperpodSpaceTemplatePolicy",
		"AmazonSagemakerHyperpodSystemNamespacePolicy", "AmazonSagemakerHyperpodTrainingPolicy", "AmazonSagemakerHyperpodUserClusterPolicy",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("policies (-want +got):\n%s", diff)
	}
}

func TestAssociations(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	client := w.as("arseniy")
	ok[*eks.CreateAccessEntryOutput](t)(client.CreateAccessEntry(t.Context(), entry(deployer)))
	associated := func() map[string][]string {
		t.Helper()
		out := ok[*eks.ListAssociatedAccessPoliciesOutput](t)(client.ListAssociatedAccessPolicies(t.Context(),
			&eks.ListAssociatedAccessPoliciesInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(deployer)}))
		list := map[string][]string{}
		for _, a := range out.AssociatedAccessPolicies {
			list[*a.PolicyArn] = append([]string{string(a.AccessScope.Type)}, a.AccessScope.Namespaces...)
		}
		return list
	}
	ok[*eks.AssociateAccessPolicyOutput](t)(client.AssociateAccessPolicy(t.Context(), associate(deployer, "AmazonEKSViewPolicy")))
	ok[*eks.AssociateAccessPolicyOutput](t)(client.AssociateAccessPolicy(t.Context(), associate(deployer, "AmazonEKSEditPolicy", "dev-*")))
	want := map[string][]string{policyRoot + "AmazonEKSViewPolicy": {"cluster"}, policyRoot + "AmazonEKSEditPolicy": {"namespace", "dev-*"}}
	if diff := cmp.Diff(want, associated()); diff != "" {
		t.Errorf("associations (-want +got):\n%s", diff)
	}
	// A second association of the same policy replaces its scope.
	ok[*eks.AssociateAccessPolicyOutput](t)(client.AssociateAccessPolicy(t.Context(), associate(deployer, "AmazonEKSViewPolicy", "a", "b")))
	want[policyRoot+"AmazonEKSViewPolicy"] = []string{"namespace", "a", "b"}
	if diff := cmp.Diff(want, associated()); diff != "" {
		t.Errorf("associations (-want +got):\n%s", diff)
	}
	having := ok[*eks.ListAccessEntriesOutput](t)(client.ListAccessEntries(t.Context(),
		&eks.ListAccessEntriesInput{ClusterName: aws.String("dev"), AssociatedPolicyArn: aws.String(policyRoot + "AmazonEKSViewPolicy")})).AccessEntries
	if diff := cmp.Diff([]string{deployer}, having); diff != "" {
		t.Errorf("entries with the policy (-want +got):\n%s", diff)
	}
	end := &eks.DisassociateAccessPolicyInput{ClusterName: aws.String("dev"), PrincipalArn: aws.String(deployer), PolicyArn: aws.String(policyRoot + "AmazonEKSViewPolicy")}
	ok[*eks.DisassociateAccessPolicyOutput](t)(client.DisassociateAccessPolicy(t.Context(), end))
	delete(want, policyRoot+"AmazonEKSViewPolicy")
	if diff := cmp.Diff(want, associated()); diff != "" {
		t.Errorf("associations (-want +got):\n%s", diff)
	}
	_, err := client.DisassociateAccessPolicy(t.Context(), end)
	refused(t, err, "ResourceNotFoundException", "The specified policyArn is not associated with the access entry…")
}

func TestAssociateAccessPolicyRefuses(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "dev", api)
	client := w.as("arseniy")
	node := entry(nodeRole)
	node.Type = aws.String("EC2_LINUX")
	ok[*eks.CreateAccessEntryOutput](t)(client.CreateAccessEntry(t.Context(), node))
	ok[*eks.CreateAccessEntryOutput](t)(client.CreateAccessEntry(t.Context(), entry(deployer)))
	scoped := func(kind types.AccessScopeType, namespaces ...string) *eks.AssociateAccessPolicyInput {
		in := associate(deployer, "AmazonEKSViewPolicy")
		in.AccessScope = &types.AccessScope{Type: kind, Namespaces: namespaces}
		return in
	}
	for _, test := range []struct {
		name          string
		in            *eks.AssociateAccessPolicyInput
		code, message string
	}{
		{"no entry", associate(podRole, "AmazonEKSViewPolicy"), "ResourceNotFoundException",
			"The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'."},
		{"unknown policy", associate(deployer, "ViewPolicy"), "ResourceNotFoundException", "The specified policyArn could not be found…"},
		{"policy for AWS's own roles", associate(deployer, "AmazonEKSHybridPolicy"), "InvalidRequestException",
			"The access policy AmazonEKSHybridPolicy is designated for service-linked roles only."},
		{"entry for nodes", associate(nodeRole, "AmazonEKSViewPolicy"), "InvalidParameterException",
			`This operation can only be performed on Access Entries with a type of "STANDARD".`},
		{"cluster with namespaces", scoped(types.AccessScopeTypeCluster, "a"), "InvalidParameterException", "The accessScope of type cluster cannot have namespaces"},
		{"namespace without one", scoped(types.AccessScopeTypeNamespace), "InvalidParameterException", "The accessScope of type namespace must have at least one namespace"},
		{"namespace that cannot be", scoped(types.AccessScopeTypeNamespace, "Dev"), "InvalidParameterException", "The namespace Dev is invalid"},
		{"another scope", scoped("pod", "a"), "InvalidParameterException", "1 validation error detected: Value 'pod' at 'accessScope.type' failed to satisfy constraint…"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := client.AssociateAccessPolicy(t.Context(), test.in)
			refused(t, err, test.code, test.message)
		})
	}
}
