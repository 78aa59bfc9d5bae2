package e2e

import (
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// roleSpecs: somebody who assumes a role enters as the role.
func roleSpecs(w *world) {
	Describe("Roles", Label("role"), func() {
		enters := func(session string) identity {
			return identity{
				Username: "deployer:" + session,
				Groups:   []string{"deployers", "system:authenticated"},
				ARN:      "arn:aws:sts::" + account + ":assumed-role/deployer/" + session,
			}
		}

		It("lets a user enter as the role through aws eks get-token --role-arn", func() {
			var made execCredential
			decode(w.aws("yaroslav", "eks", "get-token", "--cluster-name", cluster, "--role-arn", deployer), &made)
			Expect(w.whoami(made.Status.Token)).To(Equal(enters("EKSGetTokenAuth")))
		})

		It("lets a user enter as the role through aws-iam-authenticator token --role", func() {
			token := line(w.as("yaroslav").Run("aws-iam-authenticator", "token", "-i", cluster, "--region", region,
				"--role", deployer, "--session-name", "release-42", "--token-only"))
			Expect(w.whoami(token)).To(Equal(enters("release-42")))
		})

		It("lets a user enter as the role through aws eks update-kubeconfig --role-arn", func() {
			file := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
			succeeded(w.aws("yaroslav", "eks", "update-kubeconfig", "--name", cluster, "--role-arn", deployer, "--kubeconfig", file))
			user := w.user.With(map[string]string{"KUBECONFIG": file})
			Expect(line(user.Run("kubectl", "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}{'\\n'}"))).To(Equal("deployer:EKSGetTokenAuth"))
		})

		It("refuses the role to a user whom it does not trust", func() {
			refused := w.aws("olga", "eks", "get-token", "--cluster-name", cluster, "--role-arn", deployer)
			Expect(refused.Code).NotTo(BeZero(), refused.String)
			Expect(refused.Stdout).To(BeEmpty())
			Expect(refused.Stderr).To(ContainSubstring("An error occurred (AccessDenied) when calling the AssumeRole operation: " +
				"User: arn:aws:iam::" + account + ":user/olga is not authorized to perform: sts:AssumeRole on resource: " + deployer))
		})
	})
}
