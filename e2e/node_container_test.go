package e2e

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// containerNodeSpecs: a real kubelet in a container of its own enters with the role of an instance, by the authenticator's
// client and the instance's metadata service.
func containerNodeSpecs(w *world) {
	Describe("A worker with a real kubelet", func() {
		const role = "arn:aws:iam::" + account + ":role/worker"
		var worker instance

		BeforeAll(func() {
			succeeded(w.aws("arseniy", "iam", "create-role", "--role-name", "worker", "--assume-role-policy-document", trusting("Service", "ec2.amazonaws.com")))
			decode(w.node("run", "--role", "worker", "-o", "json"), &worker)
		})

		It("is no node while the cluster does not know its role, and the logs say why", func() {
			Expect(succeeded(w.node("join", worker.ID, "--container"))).To(ContainSubstring("node " + worker.Name + " runs as a container of cluster " + cluster))
			Expect(w.node("join", worker.ID, "--container").Stderr).To(ContainSubstring(worker.ID + " is a node of cluster \"" + cluster + "\" already"))
			Eventually(func() (string, error) { return w.stack.Logs("kubelet") }).Should(MatchRegexp(`"Failed to watch" err="failed to list \*v1\.Node: Unauthorized"`))
			Expect(w.stack.Logs("authenticator")).To(MatchRegexp(`msg="access denied" arn="` + role + `" .* error="identity is not mapped"`))
			Expect(w.nodeStatus(worker)).To(ContainSubstring("NotFound"))
		})

		It("becomes Ready by itself when its role is mapped, and runs pods", func() {
			before := succeeded(w.kubectl("arseniy", "get", "configmap", "aws-auth", "-n", "kube-system", "-o", "jsonpath={.data.mapRoles}"))
			w.mapRoles(before + mapping("rolearn", role, `"system:node:{{EC2PrivateDNSName}}"`, "system:bootstrappers", "system:nodes"))
			DeferCleanup(w.mapRoles, before)
			Eventually(func() string { return w.nodeStatus(worker) }).WithTimeout(creation).Should(Equal(worker.Name + " Ready <none>"))
			Eventually(func() string {
				return w.kubectl("arseniy", "get", "pods", "-n", "kube-system", "--field-selector", "spec.nodeName="+worker.Name, "-o", "jsonpath={.items[*].status.phase}").Stdout
			}).WithTimeout(creation).Should(Equal("Running"), "kube-proxy, which runs on every node")
			Expect(line(w.kubectl("arseniy", "get", "node", worker.Name, "-o", "jsonpath={.spec.providerID}{'\\n'}"))).To(HaveSuffix("/" + worker.ID))
		})

		It("goes when its instance is terminated", func() {
			found := func() string {
				return w.user.Run("docker", "ps", "-a", "-q", "--filter", "label=io.eksauth.instance="+worker.ID).Stdout
			}
			Expect(found()).NotTo(BeEmpty())
			succeeded(w.aws("arseniy", "ec2", "terminate-instances", "--instance-ids", worker.ID))
			Eventually(found).Should(BeEmpty())
			Eventually(func() string { return w.nodeStatus(worker) }).Should(ContainSubstring("NotFound"))
		})
	})
}

// mapRoles replaces the part of aws-auth that maps roles.
func (w *world) mapRoles(text string) {
	GinkgoHelper()
	patch, err := json.Marshal(map[string]any{"data": map[string]string{"mapRoles": text}})
	Expect(err).NotTo(HaveOccurred())
	succeeded(w.kubectl("arseniy", "patch", "configmap", "aws-auth", "-n", "kube-system", "--type", "merge", "--patch", string(patch)))
}
