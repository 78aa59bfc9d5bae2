package e2e

import (
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
		policyTable(w)

		It("for service-linked roles are refused to all others", func() {
			refused := w.eks("associate-access-policy", "--cluster-name", "api", "--principal-arn", olga,
				"--policy-arn", policyRoot+"AmazonEKSComputePolicy", "--access-scope", "type=cluster")
			Expect(refused.Stderr).To(ContainSubstring("(InvalidRequestException) when calling the AssociateAccessPolicy operation"), refused.String)
		})

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
				SatisfyAll(HaveLen(38), ContainElements("AmazonEKSClusterAdminPolicy", "AmazonEKSHybridPolicy", "AmazonEKSComputeClusterPolicy")))
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
