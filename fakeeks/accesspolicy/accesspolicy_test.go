package accesspolicy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCatalogueIsWhole(t *testing.T) {
	names := make([]string, 0, len(All()))
	for _, p := range All() {
		names = append(names, p.Name)
		if !slices.Contains([]string{"table", "words", "none"}, p.Source) || (p.Source == "none") != (len(p.Rules) == 0) {
			t.Errorf("%s: source %q with %d rules", p.Name, p.Source, len(p.Rules))
		}
		for i, rule := range p.Rules {
			resource := len(rule.APIGroups) > 0 && len(rule.Resources) > 0 && len(rule.NonResourceURLs) == 0
			url := len(rule.APIGroups)+len(rule.Resources)+len(rule.ResourceNames) == 0 && len(rule.NonResourceURLs) > 0
			if len(rule.Verbs) == 0 || !resource && !url {
				t.Errorf("%s, rule %d is neither on resources nor on URLs: %+v", p.Name, i, rule)
			}
		}
		if got := Find("aws-cn", p.ARN("aws-cn")); got != p {
			t.Errorf("%s is not found by its ARN %s", p.Name, p.ARN("aws-cn"))
		}
	}
	if sorted := slices.Sorted(slices.Values(names)); !slices.Equal(sorted, names) {
		t.Errorf("policies are not in order: %s", cmp.Diff(sorted, names))
	}
	for _, arn := range []string{"arn:aws:eks::aws:cluster-access-policy/amazoneksviewpolicy", "arn:aws:iam::aws:policy/AmazonEKSViewPolicy", "AmazonEKSViewPolicy"} {
		if Find("aws", arn) != nil {
			t.Errorf("%s is found", arn)
		}
	}
}

// The table has, for each policy, what it is for and what is next to that but not allowed.
func TestPoliciesAllowWhatAWSDocuments(t *testing.T) {
	const yes, no = true, false
	tests := []struct {
		policy, verb, group, resource string
		want                          bool
	}{
		{"AmazonEKSViewPolicy", "list", "", "pods", yes},
		{"AmazonEKSViewPolicy", "get", "", "pods/log", yes},
		{"AmazonEKSViewPolicy", "get", "", "secrets", no},
		{"AmazonEKSViewPolicy", "get", "", "pods/exec", no},
		{"AmazonEKSViewPolicy", "get", "", "nodes", no},
		{"AmazonEKSViewPolicy", "create", "", "pods", no},
		{"AmazonEKSViewPolicy", "get", "rbac.authorization.k8s.io", "roles", no},
		{"AmazonEKSEditPolicy", "create", "", "pods/exec", yes},
		{"AmazonEKSEditPolicy", "get", "", "secrets", yes},
		{"AmazonEKSEditPolicy", "impersonate", "", "serviceaccounts", yes},
		{"AmazonEKSEditPolicy", "create", "", "serviceaccounts/token", no},
		{"AmazonEKSEditPolicy", "create", "rbac.authorization.k8s.io", "rolebindings", no},
		{"AmazonEKSEditPolicy", "update", "", "resourcequotas", no},
		{"AmazonEKSAdminPolicy", "create", "rbac.authorization.k8s.io", "rolebindings", yes},
		{"AmazonEKSAdminPolicy", "create", "authorization.k8s.io", "localsubjectaccessreviews", yes},
		{"AmazonEKSAdminPolicy", "create", "rbac.authorization.k8s.io", "clusterrolebindings", no},
		{"AmazonEKSAdminPolicy", "get", "apiextensions.k8s.io", "customresourcedefinitions", no},
		{"AmazonEKSAdminPolicy", "list", "example.com", "widgets", no},
		{"AmazonEKSAdminPolicy", "delete", "", "namespaces", no},
		{"AmazonEKSAdminPolicy", "list", "", "nodes", no},
		{"AmazonEKSAdminViewPolicy", "get", "", "secrets", yes},
		{"AmazonEKSAdminViewPolicy", "list", "example.com", "widgets", yes},
		{"AmazonEKSAdminViewPolicy", "delete", "", "pods", no},
		{"AmazonEKSClusterAdminPolicy", "escalate", "rbac.authorization.k8s.io", "clusterroles", yes},
		{"AmazonEKSClusterAdminPolicy", "get", "example.com", "widgets/status", yes},
		{"AmazonEKSSecretReaderPolicy", "list", "", "secrets", yes},
		{"AmazonEKSSecretReaderPolicy", "update", "", "secrets", no},
		{"AmazonEKSSecretReaderPolicy", "list", "", "configmaps", no},
		{"AmazonEKSSecretAdminPolicy", "deletecollection", "", "secrets", yes},
		{"AmazonEKSSecretAdminPolicy", "get", "", "configmaps", no},
		{"AmazonEKSHybridPolicy", "list", "", "nodes", yes},
		{"AmazonEKSHybridPolicy", "get", "", "nodes", no},
		{"AmazonEKSClusterInsightsPolicy", "get", "", "nodes/status", yes},
		{"AmazonEKSClusterInsightsPolicy", "get", "apps", "daemonsets", no},
		{"AmazonARCRegionSwitchScalingPolicy", "update", "apps", "deployments/scale", yes},
		{"AmazonARCRegionSwitchScalingPolicy", "update", "apps", "deployments", no},
		{"AmazonARCRegionSwitchScalingPolicy", "patch", "autoscaling", "horizontalpodautoscalers", yes},
		{"AmazonEKSAutoNodePolicy", "watch", "discovery.k8s.io", "endpointslices", yes},
		{"AmazonEKSAutoNodePolicy", "get", "", "secrets", no},
		{"AmazonEKSBlockStoragePolicy", "create", "coordination.k8s.io", "leases", yes},
		{"AmazonEKSBlockStoragePolicy", "update", "coordination.k8s.io", "leases", no},
		{"AmazonEKSBlockStorageClusterPolicy", "patch", "", "persistentvolumes", yes},
		{"AmazonEKSBlockStorageClusterPolicy", "delete", "storage.k8s.io", "csidrivers", no},
		{"AmazonEKSComputePolicy", "watch", "coordination.k8s.io", "leases", yes},
		{"AmazonEKSComputePolicy", "delete", "coordination.k8s.io", "leases", no},
		{"AmazonEKSComputeClusterPolicy", "create", "", "pods/eviction", yes},
		{"AmazonEKSComputeClusterPolicy", "get", "", "secrets", no},
		{"AmazonEKSLoadBalancingPolicy", "delete", "coordination.k8s.io", "leases", no},
		{"AmazonEKSLoadBalancingClusterPolicy", "update", "", "services/status", yes},
		{"AmazonEKSLoadBalancingClusterPolicy", "delete", "", "nodes", no},
		{"AmazonEKSNetworkingPolicy", "create", "coordination.k8s.io", "leases", yes},
		{"AmazonEKSNetworkingClusterPolicy", "create", "eks.amazonaws.com", "cninodes", yes},
		{"AmazonEKSNetworkingClusterPolicy", "create", "", "pods", no},
		{"AmazonAIOpsAssistantPolicy", "get", "", "pods/log", yes},
		{"AmazonAIOpsAssistantPolicy", "watch", "", "pods", no},
		{"AmazonAIOpsAssistantPolicy", "get", "", "secrets", no},
		{"AmazonEKSACKPolicy", "update", "s3.services.k8s.aws", "buckets/status", yes},
		{"AmazonEKSACKPolicy", "create", "services.k8s.aws", "fieldexports", yes},
		{"AmazonEKSACKPolicy", "create", "evilservices.k8s.aws", "fieldexports", no},
		{"AmazonEKSACKPolicy", "get", "", "secrets", no},
		{"AmazonEKSArgoCDClusterPolicy", "create", "", "namespaces", yes},
		{"AmazonEKSArgoCDClusterPolicy", "get", "apiextensions.k8s.io", "customresourcedefinitions", no},
		{"AmazonEKSArgoCDClusterPolicy", "list", "", "pods", no},
		{"AmazonEKSArgoCDPolicy", "patch", "argoproj.io", "applications/status", yes},
		{"AmazonEKSArgoCDPolicy", "create", "apps", "deployments", no},
		{"AmazonEKSKROPolicy", "create", "kro.run", "webapps", yes},
		{"AmazonEKSKROPolicy", "create", "apps", "deployments", no},
		{"AmazonSagemakerHyperpodTrainingPolicy", "delete", "kubeflow.org", "pytorchjobs", yes},
		{"AmazonSagemakerHyperpodTrainingPolicy", "create", "", "pods/exec", no},
		{"AmazonSagemakerHyperpodInferencePolicy", "create", "ray.io", "rayservices", yes},
		{"AmazonSagemakerHyperpodInferencePolicy", "create", "batch", "jobs", no},
		{"AmazonSagemakerHyperpodSpacePolicy", "create", "connection.workspace.jupyter.org", "workspaceconnections", yes},
		{"AmazonSagemakerHyperpodSpacePolicy", "update", "workspace.jupyter.org", "workspacetemplates", no},
		{"AmazonSagemakerHyperpodSpaceTemplatePolicy", "list", "workspace.jupyter.org", "workspacetemplates", yes},
		{"AmazonSagemakerHyperpodSpaceTemplatePolicy", "get", "workspace.jupyter.org", "workspaces", no},
		{"AmazonSagemakerHyperpodUserClusterPolicy", "list", "", "nodes", yes},
		{"AmazonSagemakerHyperpodUserClusterPolicy", "list", "apiextensions.k8s.io", "customresourcedefinitions", no},
	}
	tested := map[string]bool{}
	for _, test := range tests {
		tested[test.policy] = true
		request := request(test.verb, test.group, test.resource)
		policy := Find("aws", "arn:aws:eks::aws:cluster-access-policy/"+test.policy)
		if got := policy.Allows(request, nil); got != test.want {
			t.Errorf("%s, %s %s in group %q: allowed %v, want %v", test.policy, test.verb, test.resource, test.group, got, test.want)
		}
	}
	for _, p := range All() {
		if !tested[p.Name] && p.Source != "none" {
			t.Errorf("%s is not in the table", p.Name)
		}
	}
}

func TestPoliciesWithoutDocumentedPermissionsAllowNothing(t *testing.T) {
	var listed []string
	for _, p := range All() {
		if p.Source != "none" {
			continue
		}
		listed = append(listed, p.Name)
		if p.Allows(request("get", "", "pods"), nil) || p.Allows(&Request{Verb: "get", Path: "/healthz"}, nil) {
			t.Errorf("%s allows something", p.Name)
		}
	}
	want := []string{
		"AIDevOpsAgentAccessPolicy", "AWSBackupFullAccessPolicyForBackup", "AWSBackupFullAccessPolicyForRestore", "AmazonEKSEventPolicy",
		"AmazonEKSPodIdentityPolicy", "AmazonEMRJobPolicy", "AmazonSagemakerHyperpodClusterPolicy", "AmazonSagemakerHyperpodControllerPolicy",
		"AmazonSagemakerHyperpodSystemNamespacePolicy",
	}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("policies (-want +got):\n%s", diff)
	}
}

func request(verb, group, resource string) *Request {
	resource, subresource, _ := strings.Cut(resource, "/")
	return &Request{Verb: verb, APIGroup: group, Resource: resource, Subresource: subresource, Namespace: "payments", Name: "some"}
}

func TestNamesNarrowARule(t *testing.T) {
	csi := Find("aws", "arn:aws:eks::aws:cluster-access-policy/AmazonEKSBlockStorageClusterPolicy")
	r := &Request{Verb: "delete", APIGroup: "storage.k8s.io", Resource: "csidrivers", Name: "ebs.csi.eks.amazonaws.com"}
	if !csi.Allows(r, nil) {
		t.Error("the named driver cannot be deleted")
	}
	r.Name = "other"
	if csi.Allows(r, nil) {
		t.Error("another driver can be deleted")
	}
}

func TestScope(t *testing.T) {
	admin := Find("aws", "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy")
	pods := func(namespace string) *Request { return &Request{Verb: "get", Resource: "pods", Namespace: namespace} }
	tests := []struct {
		name  string
		in    Scope
		asked *Request
		want  bool
	}{
		{"cluster", nil, pods("payments"), true},
		{"cluster-wide list", nil, pods(""), true},
		{"URL in the cluster", nil, &Request{Verb: "get", Path: "/metrics"}, true},
		{"namespace", Scope{"payments"}, pods("payments"), true},
		{"second namespace", Scope{"payments", "orders"}, pods("orders"), true},
		{"other namespace", Scope{"payments"}, pods("payments-2"), false},
		{"all namespaces", Scope{"payments"}, pods(""), false},
		{"any namespace by pattern", Scope{"*"}, pods(""), false},
		{"URL in a namespace", Scope{"*"}, &Request{Verb: "get", Path: "/metrics"}, false},
		{"prefix", Scope{"dev-*"}, pods("dev-anna"), true},
		{"prefix alone", Scope{"dev-*"}, pods("dev-"), true},
		{"not the prefix", Scope{"dev-*"}, pods("dev"), false},
		{"prefix elsewhere", Scope{"dev-*"}, pods("prod-dev-anna"), false},
		{"middle", Scope{"a*b*c"}, pods("a-b-b-c"), true},
		{"middle missing", Scope{"a*b*c"}, pods("a-c"), false},
		{"a question mark is no wildcard", Scope{"de?"}, pods("dev"), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := admin.Allows(test.asked, test.in); got != test.want {
				t.Errorf("allowed %v, want %v", got, test.want)
			}
		})
	}
}

func BenchmarkAllows(b *testing.B) {
	policy := Find("aws", "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy")
	denied := request("list", "example.com", "widgets")
	for b.Loop() {
		policy.Allows(denied, Scope{"dev-*", "payments"})
	}
}
