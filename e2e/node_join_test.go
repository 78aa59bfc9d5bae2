package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// nodeSpecs: a worker node enters with its instance's role.
func nodeSpecs(w *world) {
	Describe("Nodes", func() {
		var first, second instance

		BeforeAll(func() { first, second = w.runNode(), w.runNode() })

		It("gives an instance the session of its role that is named after it", func() {
			arn := line(requireAWS(w.on(first)).Run("aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text"))
			Expect(arn).To(Equal("arn:aws:sts::" + account + ":assumed-role/" + nodeRole + "/" + first.ID))
		})

		It("has a metadata service that wants a token, unless version 1 is let in, too", func() {
			id := func(i instance, headers ...string) string {
				args := append([]string{"--silent", "--max-time", "5", "--write-out", " %{http_code}"}, headers...)
				return succeeded(w.user.Run("curl", append(args, i.Metadata+"/latest/meta-data/instance-id")...))
			}
			Expect(id(first)).To(HaveSuffix(" 401"))
			token := succeeded(w.user.Run("curl", "--silent", "--request", "PUT", "--header", "X-aws-ec2-metadata-token-ttl-seconds: 60", first.Metadata+"/latest/api/token"))
			Expect(id(first, "--header", "X-aws-ec2-metadata-token: "+token)).To(Equal(first.ID + " 200"))
			var old instance
			decode(w.node("run", "--role", nodeRole, "--imds-v1", "-o", "json"), &old)
			Expect(old.Metadata).NotTo(Equal(first.Metadata))
			Expect(id(old)).To(Equal(old.ID + " 200"))
			succeeded(w.node("terminate", old.ID))
		})

		It("lets an instance in under its private DNS name", func() {
			Expect(w.whoami(w.nodeToken(first))).To(Equal(identity{
				Username: "system:node:" + first.Name,
				Groups:   []string{"system:bootstrappers", "system:nodes", "system:authenticated"},
				ARN:      "arn:aws:sts::" + account + ":assumed-role/" + nodeRole + "/" + first.ID,
			}))
		})

		It("joins nodes that kubectl shows as ready", func() {
			for _, i := range []instance{first, second} {
				joined := w.node("join", i.ID, "--detach")
				Expect(succeeded(joined)).To(ContainSubstring("node " + i.Name + " is Ready in cluster " + cluster))
				Eventually(func() string { return w.nodeStatus(i) }).Should(Equal(i.Name + " Ready <none>"))
			}
			lease := w.kubectl("arseniy", "get", "lease", first.Name, "-n", "kube-node-lease", "-o", "jsonpath={.spec.holderIdentity}{'\\n'}")
			Expect(line(lease)).To(Equal(first.Name))
		})

		It("lets a node change its own object and no other's", func() {
			token := w.nodeToken(first)
			Expect(w.withToken(token, "annotate", "node", first.Name, "seen=yes")).To(HaveField("Code", 0))
			Expect(w.withToken(token, "annotate", "node", second.Name, "seen=yes")).To(SatisfyAll(HaveField("Code", 1),
				HaveField("Stderr", ContainSubstring("cannot read '"+second.Name+"', only its own Node object"))))
			foreign := w.write("node.yaml", []byte("apiVersion: v1\nkind: Node\nmetadata:\n  name: ip-10-0-0-1.us-east-2.compute.internal\n"))
			Expect(w.withToken(token, "create", "--validate=false", "-f", foreign)).To(SatisfyAll(HaveField("Code", 1), HaveField("Stderr",
				ContainSubstring(`node "`+first.Name+`" is not allowed to modify node "ip-10-0-0-1.us-east-2.compute.internal"`))))
			Expect(w.withToken(token, "get", "secrets", "-A")).To(SatisfyAll(HaveField("Code", 1),
				HaveField("Stderr", ContainSubstring(`User "system:node:`+first.Name+`" cannot list resource "secrets"`))))
		})

		It("describes instances to whoever may ask", func() {
			found := w.aws("arseniy", "ec2", "describe-instances", "--filters", "Name=private-dns-name,Values="+first.Name,
				"--query", "Reservations[].Instances[].InstanceId", "--output", "text")
			Expect(line(found)).To(Equal(first.ID))
			Expect(w.aws("olga", "ec2", "describe-instances")).To(HaveField("Stderr", ContainSubstring(
				"An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation.")))
		})

		It("takes a terminated instance out of the cluster", func() {
			succeeded(w.aws("arseniy", "ec2", "terminate-instances", "--instance-ids", second.ID))
			Eventually(func() string { return w.nodeStatus(second) }).Should(ContainSubstring("NotFound"))
			Expect(w.on(second).Run("curl", "--silent", "--max-time", "5", second.Metadata)).NotTo(HaveField("Code", 0))
			succeeded(w.node("terminate", first.ID))
			Eventually(func() string { return w.nodeStatus(first) }).Should(ContainSubstring("NotFound"))
		})
	})
}
