package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// containerSpecs: a client in a container of the same network, under AWS's own names and without a proxy.
func containerSpecs(w *world) {
	It("is published on the loopback address alone", func() {
		stack := w.stack.(*composeStack)
		var published []string
		for _, port := range []string{"EKSAUTH_PORT", "EKSAUTH_APISERVER_PORT"} {
			at, err := stack.run("compose.sh", "port", "network", stack.user.Var(port))
			Expect(err).NotTo(HaveOccurred())
			published = append(published, at.Stdout)
		}
		Expect(published).To(HaveEach(HavePrefix("127.0.0.1:")))
	})

	Describe("A client inside", Label("inside"), func() {
		inside := func(entrypoint, profile string, args ...string) []string {
			return append([]string{"run", "--rm", "-T", "--no-deps", "--entrypoint", entrypoint, "-e", "AWS_PROFILE=" + profile, "client"}, args...)
		}

		It("reaches the cluster as the profile that it names", func() {
			stack := w.stack.(*composeStack)
			listed, err := stack.run("compose.sh", inside("kubectl", "", "--context", "arseniy", "get", "namespaces", "-o", "name")...)
			Expect(err).NotTo(HaveOccurred())
			Expect(listed.Stdout).To(ContainSubstring("namespace/kube-system"))
			refused, err := stack.run("compose.sh", inside("kubectl", "", "--context", "yaroslav", "get", "namespaces")...)
			Expect(err).To(HaveOccurred())
			Expect(refused.Stderr).To(ContainSubstring("the server has asked for the client to provide credentials"))
		})

		It("assumes a role at STS's own name", func() {
			made, err := w.stack.(*composeStack).run("compose.sh", inside("aws-iam-authenticator", "yaroslav", "token", "-i", cluster, "-r", deployer, "--token-only")...)
			Expect(err).NotTo(HaveOccurred())
			Expect(w.whoami(made.Stdout[:len(made.Stdout)-1]).Username).To(HavePrefix("deployer:"))
		})
	})
}
