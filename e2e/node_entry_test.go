package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// nodeEntrySpecs: an access entry lets nodes in that aws-auth does not know. They come last, since no cluster goes back to
// the mode that it had.
func nodeEntrySpecs(w *world) {
	Describe("Nodes with an access entry", func() {
		It("lets a role in that has an entry of type EC2_LINUX", func() {
			arn := "arn:aws:iam::" + account + ":role/entered"
			succeeded(w.aws("arseniy", "iam", "create-role", "--role-name", "entered", "--assume-role-policy-document", trusting("Service", "ec2.amazonaws.com")))
			managed := "arn:aws:iam::" + account + ":role/" + nodeRole
			succeeded(w.aws("arseniy", "eks", "create-nodegroup", "--cluster-name", cluster, "--nodegroup-name", "kept", "--node-role", managed, "--subnets", "subnet-1"))
			succeeded(w.aws("arseniy", "eks", "update-cluster-config", "--name", cluster, "--access-config", "authenticationMode=API_AND_CONFIG_MAP"))
			succeeded(w.aws("arseniy", "eks", "wait", "cluster-active", "--name", cluster))
			Expect(succeeded(w.aws("arseniy", "eks", "list-access-entries", "--cluster-name", cluster, "--query", "accessEntries", "--output", "text"))).To(
				ContainSubstring(managed), "the entry that EKS makes for a node group")
			succeeded(w.aws("arseniy", "eks", "create-access-entry", "--cluster-name", cluster, "--principal-arn", arn, "--type", "EC2_LINUX"))
			var started instance
			decode(w.node("run", "--role", "entered", "-o", "json"), &started)
			if w.stack.(*localStack).cluster == kindNodes {
				succeeded(w.node("join", started.ID, "--container"))
			} else {
				Eventually(func() int { return w.node("join", started.ID, "--detach").Code }).Should(BeZero())
			}
			Eventually(func() string { return w.nodeStatus(started) }).WithTimeout(creation).Should(Equal(started.Name + " Ready <none>"))
			succeeded(w.node("terminate", started.ID))
		})
	})
}
