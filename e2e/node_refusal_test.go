package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// trusting is a trust policy for one principal.
func trusting(kind, principal string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"` + kind + `":"` + principal + `"},"Action":"sts:AssumeRole"}]}`
}

// nodeRefusalSpecs: who is no node of the cluster does not enter as one.
func nodeRefusalSpecs(w *world) {
	Describe("Who is no node", func() {
		It("keeps out a human who assumes the node role", func() {
			changed := w.aws("arseniy", "iam", "update-assume-role-policy", "--role-name", nodeRole, "--policy-document",
				trusting("AWS", "arn:aws:iam::"+account+":user/arseniy"))
			succeeded(changed)
			DeferCleanup(func() {
				succeeded(w.aws("arseniy", "iam", "update-assume-role-policy", "--role-name", nodeRole, "--policy-document", trusting("Service", "ec2.amazonaws.com")))
			})
			token := line(w.as("arseniy").Run("aws-iam-authenticator", "token", "-i", cluster, "--region", region, "--role",
				"arn:aws:iam::"+account+":role/"+nodeRole, "--session-name", "arseniy", "--token-only"))
			Expect(w.withToken(token, "get", "nodes")).To(beUnauthorized())
			Eventually(func() (string, error) { return w.stack.Logs("authenticator") }).Should(ContainSubstring("SessionName did not contain an instance id"))
		})

		It("says of a role that is not mapped what it lacks", func() {
			made := w.aws("arseniy", "iam", "create-role", "--role-name", "unmapped", "--assume-role-policy-document", trusting("Service", "ec2.amazonaws.com"))
			succeeded(made)
			Expect(w.node("join", "--role", "unmapped")).To(SatisfyAll(HaveField("Code", 1), HaveField("Stderr", SatisfyAll(
				ContainSubstring("Unauthorized"), ContainSubstring("role unmapped, most likely because the role is not mapped")))))
		})

		It("gives no credentials for a role that does not trust EC2", func() {
			made := w.aws("arseniy", "iam", "create-role", "--role-name", "lambda-only", "--assume-role-policy-document", trusting("Service", "lambda.amazonaws.com"))
			succeeded(made)
			Expect(w.node("join", "--role", "lambda-only")).To(SatisfyAll(HaveField("Code", 1), HaveField("Stderr",
				ContainSubstring("AssumeRoleUnauthorizedAccess"))))
		})

		It("runs no container in a cluster of processes, and says which runs them", func() {
			if w.stack.(*localStack).cluster != local {
				Skip("kind runs containers")
			}
			i := w.runNode()
			DeferCleanup(func() { succeeded(w.node("terminate", i.ID)) })
			Expect(w.node("join", i.ID, "--container")).To(SatisfyAll(HaveField("Code", 1), HaveField("Stderr",
				ContainSubstring("is made of processes, which run no containers: start the stack with eksauth up --cluster kind"))))
		})

		It("starts no instance for whoever may not pass the role on", func() {
			Expect(w.aws("olga", "ec2", "run-instances", "--image-id", "ami-1", "--iam-instance-profile", "Name="+nodeRole)).To(HaveField("Stderr",
				ContainSubstring("An error occurred (UnauthorizedOperation) when calling the RunInstances operation")))
		})
	})
}
