package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// nodeGroupSpecs: EKS maps the role of a managed node group in aws-auth, beside what people wrote there.
func nodeGroupSpecs(w *world) {
	Describe("Managed node groups", func() {
		const role = "arn:aws:iam::" + account + ":role/managed"
		mapRoles := func() string {
			GinkgoHelper()
			return succeeded(w.kubectl("arseniy", "get", "configmap", "aws-auth", "-n", "kube-system", "-o", "jsonpath={.data.mapRoles}"))
		}

		It("let their role in by aws-auth, and take it out with the last of them", func() {
			before := mapRoles()
			succeeded(w.aws("arseniy", "iam", "create-role", "--role-name", "managed", "--assume-role-policy-document", trusting("Service", "ec2.amazonaws.com")))
			for _, group := range []string{"a", "b"} {
				succeeded(w.aws("arseniy", "eks", "create-nodegroup", "--cluster-name", cluster, "--nodegroup-name", group, "--node-role", role, "--subnets", "subnet-1"))
			}
			Expect(mapRoles()).To(Equal(before + "- groups:\n  - system:bootstrappers\n  - system:nodes\n  rolearn: " + role + "\n  username: system:node:{{EC2PrivateDNSName}}\n"))
			var started instance
			decode(w.node("run", "--role", "managed", "-o", "json"), &started)
			Eventually(func() int { return w.node("join", started.ID, "--detach").Code }).Should(BeZero())
			Eventually(func() string { return w.nodeStatus(started) }).Should(Equal(started.Name + " Ready <none>"))
			succeeded(w.node("terminate", started.ID))

			succeeded(w.aws("arseniy", "eks", "delete-nodegroup", "--cluster-name", cluster, "--nodegroup-name", "a"))
			Expect(mapRoles()).To(ContainSubstring(role))
			succeeded(w.aws("arseniy", "eks", "delete-nodegroup", "--cluster-name", cluster, "--nodegroup-name", "b"))
			Expect(mapRoles()).To(Equal(before))
		})
	})
}
