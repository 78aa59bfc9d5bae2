package e2e

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

const policyRoot = "arn:aws:eks::aws:cluster-access-policy/"

// policySpecs: what access policies allow, asked of the API server by olga, who has nothing else.
func policySpecs(w *eksWorld) {
	Describe("Access policies", Label("policies"), func() {
		const olga = iamRoot + "user/olga"
		BeforeAll(func() {
			succeeded(w.eks("create-access-entry", "--cluster-name", "api", "--principal-arn", olga))
			succeeded(w.run("arseniy", "api", "apply", "-f", w.write("widgets.yaml", []byte(widgets))))
		})
		AfterAll(func() {
			succeeded(w.eks("delete-access-entry", "--cluster-name", "api", "--principal-arn", olga))
		})
		disassociate := func(policy string) {
			GinkgoHelper()
			succeeded(w.eks("disassociate-access-policy", "--cluster-name", "api", "--principal-arn", olga, "--policy-arn", policyRoot+policy))
		}
		associate := func(policy, scope string) {
			GinkgoHelper()
			succeeded(w.eks("associate-access-policy", "--cluster-name", "api", "--principal-arn", olga, "--policy-arn", policyRoot+policy, "--access-scope", scope))
		}
		// Each policy is asked about in a namespace of its own, since the API server remembers answers for a second.
		namespace := 0

		DescribeTable("allow what AWS documents and no more",
			func(policy string, yes, no []string) {
				associate(policy, "type=cluster")
				DeferCleanup(disassociate, policy)
				namespace++
				for _, want := range []bool{true, false} {
					questions := yes
					if !want {
						questions = no
					}
					for _, question := range questions {
						verb, resource, _ := strings.Cut(question, " ")
						Expect(w.can("olga", "api", verb, resource, "-n", fmt.Sprintf("asked-%d", namespace))).To(Equal(want), question)
					}
				}
			},
			Entry(nil, "AmazonEKSClusterAdminPolicy", []string{"* *", "get /metrics", "create clusterrolebindings", "list widgets.example.com"}, nil),
			Entry(nil, "AmazonEKSAdminPolicy", []string{"create rolebindings", "get secrets", "create pods/exec", "delete deployments.apps", "create localsubjectaccessreviews"},
				[]string{"create clusterrolebindings", "list widgets.example.com", "list customresourcedefinitions", "list nodes", "delete namespaces", "get /metrics"}),
			Entry(nil, "AmazonEKSAdminViewPolicy", []string{"get secrets", "list widgets.example.com", "list nodes", "get pods/log"}, []string{"delete pods", "create pods/exec", "get /metrics"}),
			Entry(nil, "AmazonEKSEditPolicy", []string{"create pods/exec", "get secrets", "patch deployments.apps/scale", "impersonate serviceaccounts"},
				[]string{"create rolebindings", "get roles", "update resourcequotas", "list nodes"}),
			Entry(nil, "AmazonEKSViewPolicy", []string{"list pods", "get pods/log", "watch configmaps", "get deployments.apps/scale"},
				[]string{"get secrets", "get pods/exec", "create pods", "get roles", "list nodes"}),
			Entry(nil, "AmazonEKSSecretReaderPolicy", []string{"get secrets", "list secrets", "watch secrets"}, []string{"update secrets", "get configmaps"}),
			Entry(nil, "AmazonEKSAutoNodePolicy", []string{"watch endpointslices.discovery.k8s.io", "list pods", "create events"}, []string{"get secrets", "delete nodes"}),
			Entry(nil, "AmazonEKSLoadBalancingPolicy", []string{"create leases.coordination.k8s.io"}, []string{"delete leases.coordination.k8s.io", "list pods"}),
			Entry(nil, "AmazonEKSLoadBalancingClusterPolicy", []string{"update services/status", "list ingressclasses.networking.k8s.io"}, []string{"get secrets", "delete nodes"}),
			Entry(nil, "AmazonEKSNetworkingPolicy", []string{"create leases.coordination.k8s.io"}, []string{"update leases.coordination.k8s.io", "list pods"}),
			Entry(nil, "AmazonEKSNetworkingClusterPolicy", []string{"create customresourcedefinitions", "list pods"}, []string{"delete customresourcedefinitions", "get secrets"}),
			Entry(nil, "AmazonARCRegionSwitchScalingPolicy", []string{"update deployments.apps/scale", "get widgets.example.com/status"}, []string{"update deployments.apps", "list pods"}),
		)

		It("hold in the namespaces of their scope", func() {
			associate("AmazonEKSEditPolicy", "type=namespace,namespaces=dev-*,payments")
			DeferCleanup(disassociate, "AmazonEKSEditPolicy")
			Expect(w.can("olga", "api", "create", "pods", "-n", "dev-anna")).To(BeTrue())
			Expect(w.can("olga", "api", "create", "pods", "-n", "payments")).To(BeTrue())
			Expect(w.can("olga", "api", "create", "pods", "-n", "payments-2")).To(BeFalse())
			Expect(w.can("olga", "api", "create", "pods", "-n", "dev")).To(BeFalse())
			Expect(w.can("olga", "api", "list", "pods", "--all-namespaces")).To(BeFalse())
		})

		It("61: do not cover custom resources, except for administrators of the cluster", func() {
			associate("AmazonEKSAdminPolicy", "type=cluster")
			DeferCleanup(disassociate, "AmazonEKSAdminPolicy")
			Expect(w.run("olga", "api", "get", "widgets", "-n", "default")).To(failWith(1,
				`Error from server (Forbidden): widgets.example.com is forbidden: User "`+olga+`" cannot list resource "widgets" in API group "example.com" in the namespace "default"`))
			Expect(w.run("arseniy", "api", "get", "widgets", "-n", "default").Stderr).To(Equal("No resources found in default namespace.\n"))
		})

		It("do not count for whom their holder impersonates", func() {
			Expect(w.run("arseniy", "api", "get", "secrets", "-n", "default", "--as", iamRoot+"user/arseniy").Stderr).To(
				ContainSubstring(`User "` + iamRoot + `user/arseniy" cannot list resource "secrets"`))
		})

		It("end with their association, and where their scope ends", func() {
			const policy = "AmazonEKSSecretReaderPolicy"
			associate(policy, "type=cluster")
			Expect(w.can("olga", "api", "get", "secrets", "-n", "ended")).To(BeTrue())
			associate(policy, "type=namespace,namespaces=other")
			Expect(w.can("olga", "api", "get", "secrets", "-n", "other")).To(BeTrue())
			Eventually(func() bool { return w.can("olga", "api", "get", "secrets", "-n", "ended") }).Should(BeFalse())
			disassociate(policy)
			Eventually(func() bool { return w.can("olga", "api", "get", "secrets", "-n", "other") }).Should(BeFalse())
		})

		It("are all listed", func() {
			Expect(strings.Fields(succeeded(w.eks("list-access-policies", "--query", "accessPolicies[].name", "--output", "text")))).To(
				ContainElements("AmazonEKSClusterAdminPolicy", "AmazonEKSHybridPolicy", "AmazonEKSComputeClusterPolicy"))
		})
	})
}

// widgets defines a custom resource.
const widgets = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`
