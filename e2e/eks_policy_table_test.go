package e2e

import (
	"encoding/json"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// policyTable: what each access policy allows in the whole cluster and what is next to that but not allowed. A question is
// a verb with a resource, as in update apps/deployments/scale or get core/pods, or with a path, as in get /metrics.
func policyTable(w *eksWorld) {
	// Each policy is asked about in a namespace of its own, since the API server remembers answers for a second.
	namespace := 0
	DescribeTable("allow what AWS documents and no more",
		func(policy string, yes, no []string) {
			w.associate(iamRoot+"user/olga", policy)
			namespace++
			allowed := w.allowed("olga", "api", fmt.Sprintf("asked-%d", namespace), append(yes, no...))
			for _, question := range yes {
				Expect(allowed).To(HaveKeyWithValue(question, true))
			}
			for _, question := range no {
				Expect(allowed).To(HaveKeyWithValue(question, false))
			}
		},
		Entry(nil, "AmazonEKSClusterAdminPolicy", []string{"* */*", "get /metrics", "create rbac.authorization.k8s.io/clusterrolebindings", "list example.com/widgets"}, nil),
		Entry(nil, "AmazonEKSAdminPolicy",
			[]string{"create rbac.authorization.k8s.io/rolebindings", "get core/secrets", "create core/pods/exec", "delete apps/deployments", "create authorization.k8s.io/localsubjectaccessreviews"},
			[]string{"create rbac.authorization.k8s.io/clusterrolebindings", "list example.com/widgets", "list apiextensions.k8s.io/customresourcedefinitions", "list core/nodes", "delete core/namespaces", "get /healthz/x"}),
		Entry(nil, "AmazonEKSAdminViewPolicy", []string{"get core/secrets", "list example.com/widgets", "list core/nodes", "get core/pods/log"},
			[]string{"delete core/pods", "create core/pods/exec", "get /logs/x"}),
		Entry(nil, "AmazonEKSEditPolicy", []string{"create core/pods/exec", "get core/secrets", "patch apps/deployments/scale", "impersonate core/serviceaccounts"},
			[]string{"create rbac.authorization.k8s.io/rolebindings", "get rbac.authorization.k8s.io/roles", "update core/resourcequotas", "list core/nodes"}),
		Entry(nil, "AmazonEKSViewPolicy", []string{"list core/pods", "get core/pods/log", "watch core/configmaps", "get apps/deployments/scale"},
			[]string{"get core/secrets", "get core/pods/exec", "create core/pods", "get rbac.authorization.k8s.io/roles", "list core/nodes"}),
		Entry(nil, "AmazonEKSSecretReaderPolicy", []string{"get core/secrets", "list core/secrets", "watch core/secrets"}, []string{"update core/secrets", "get core/configmaps"}),
		Entry(nil, "AmazonEKSSecretAdminPolicy", []string{"get core/secrets", "delete core/secrets"}, []string{"get core/configmaps", "create core/serviceaccounts/token"}),
		Entry(nil, "AmazonEKSAutoNodePolicy", []string{"watch discovery.k8s.io/endpointslices", "list core/pods", "create core/events"}, []string{"get core/secrets", "delete core/nodes"}),
		Entry(nil, "AmazonEKSLoadBalancingPolicy", []string{"create coordination.k8s.io/leases"}, []string{"delete coordination.k8s.io/leases", "list core/pods"}),
		Entry(nil, "AmazonEKSLoadBalancingClusterPolicy", []string{"update core/services/status", "list networking.k8s.io/ingressclasses"}, []string{"get core/secrets", "delete core/nodes"}),
		Entry(nil, "AmazonEKSNetworkingPolicy", []string{"create coordination.k8s.io/leases"}, []string{"update coordination.k8s.io/leases", "list core/pods"}),
		Entry(nil, "AmazonEKSNetworkingClusterPolicy", []string{"create apiextensions.k8s.io/customresourcedefinitions", "list core/pods"},
			[]string{"delete apiextensions.k8s.io/customresourcedefinitions", "get core/secrets"}),
		Entry(nil, "AmazonARCRegionSwitchScalingPolicy", []string{"update apps/deployments/scale", "get example.com/widgets/status"}, []string{"update apps/deployments", "list core/pods"}),
		Entry(nil, "AmazonAIOpsAssistantPolicy", []string{"list core/pods", "get core/nodes", "get core/configmaps", "list metrics.k8s.io/nodes"},
			[]string{"watch core/pods", "get core/secrets", "list policy/poddisruptionbudgets", "delete core/pods"}),
		Entry(nil, "AmazonEKSACKPolicy", []string{"create s3.services.k8s.aws/buckets", "update rds.services.k8s.aws/dbinstances/status", "delete services.k8s.aws/fieldexports"},
			[]string{"get core/secrets", "list example.com/widgets", "create k8s.aws/buckets"}),
		Entry(nil, "AmazonEKSArgoCDClusterPolicy", []string{"create core/namespaces", "list core/namespaces"},
			[]string{"list core/pods", "create apps/deployments", "get apiextensions.k8s.io/customresourcedefinitions"}),
		Entry(nil, "AmazonEKSArgoCDPolicy", []string{"create argoproj.io/applications", "get core/secrets", "list core/configmaps"}, []string{"create apps/deployments", "update core/configmaps"}),
		Entry(nil, "AmazonEKSKROPolicy", []string{"watch kro.run/resourcegraphdefinitions", "create apiextensions.k8s.io/customresourcedefinitions"}, []string{"create apps/deployments", "get core/secrets"}),
		Entry(nil, "AmazonSagemakerHyperpodTrainingPolicy", []string{"create kubeflow.org/pytorchjobs", "delete batch/jobs", "get core/pods/log"}, []string{"create core/pods/exec", "get core/secrets", "create ray.io/rayservices"}),
		Entry(nil, "AmazonSagemakerHyperpodInferencePolicy", []string{"create ray.io/rayservices", "list networking.k8s.io/ingresses"}, []string{"create batch/jobs", "update networking.k8s.io/ingresses"}),
		Entry(nil, "AmazonSagemakerHyperpodSpacePolicy", []string{"create workspace.jupyter.org/workspaces", "create connection.workspace.jupyter.org/workspaceconnections"},
			[]string{"update workspace.jupyter.org/workspacetemplates", "create core/pods"}),
		Entry(nil, "AmazonSagemakerHyperpodSpaceTemplatePolicy", []string{"list workspace.jupyter.org/workspacetemplates"}, []string{"list workspace.jupyter.org/workspaces"}),
		Entry(nil, "AmazonSagemakerHyperpodUserClusterPolicy", []string{"list core/nodes", "get apiextensions.k8s.io/customresourcedefinitions"},
			[]string{"list apiextensions.k8s.io/customresourcedefinitions", "list core/pods"}),
		Entry("without documented permissions, like AmazonEMRJobPolicy", "AmazonEMRJobPolicy", nil, []string{"get core/pods", "list core/namespaces", "create batch/jobs"}),
	)
}

// allowed asks the API server each question as somebody, by one kubectl with a list of SelfSubjectAccessReviews.
func (w *eksWorld) allowed(profile, cluster, namespace string, questions []string) map[string]bool {
	GinkgoHelper()
	reviews := make([]any, len(questions))
	for i, question := range questions {
		reviews[i] = map[string]any{
			"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "metadata": map[string]any{}, "spec": reviewOf(question, namespace),
		}
	}
	list, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": reviews})
	Expect(err).NotTo(HaveOccurred())
	file := w.write("reviews.json", list)
	printed := succeeded(w.run(profile, cluster, "create", "--validate=false", "-f", file, "-o", "jsonpath={.status.allowed}{'\\n'}"))
	answers := strings.Fields(printed)
	Expect(answers).To(HaveLen(len(questions)), printed)
	allowed := map[string]bool{}
	for i, question := range questions {
		allowed[question] = answers[i] == "true"
	}
	return allowed
}

// reviewOf reads a question.
func reviewOf(question, namespace string) map[string]any {
	verb, object, _ := strings.Cut(question, " ")
	if strings.HasPrefix(object, "/") {
		return map[string]any{"nonResourceAttributes": map[string]any{"verb": verb, "path": object}}
	}
	group, rest, _ := strings.Cut(object, "/")
	resource, subresource, _ := strings.Cut(rest, "/")
	if group == "core" {
		group = ""
	}
	return map[string]any{"resourceAttributes": map[string]any{
		"verb": verb, "group": group, "resource": resource, "subresource": subresource, "namespace": namespace,
	}}
}
