package e2e

import (
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/eksauth/eksauth/e2e/client"
)

// withAWS2 returns the user with version 2 of the aws CLI before all others, so that kubectl's credential plugin is it, too.
func (w *world) withAWS2() *client.User {
	GinkgoHelper()
	for _, dir := range filepath.SplitList(w.user.Var("PATH")) {
		path := filepath.Join(dir, "aws")
		if info, err := os.Stat(path); err != nil || info.IsDir() || !strings.HasPrefix(awsVersion(w.user, path), "aws-cli/2.") {
			continue
		}
		first := GinkgoT().TempDir()
		Expect(os.Symlink(path, filepath.Join(first, "aws"))).To(Succeed())
		return w.user.With(map[string]string{"PATH": first + string(filepath.ListSeparator) + w.user.Var("PATH"), "AWS_PROFILE": "arseniy"})
	}
	without("NO AWS CLI OF VERSION 2: this spec drives one and cannot run; on Debian: apt-get install awscli")
	return nil
}

// awsCLI2Specs: what only version 2 of the aws CLI has, and the way into a cluster with it.
func awsCLI2Specs(w *world) {
	Describe("Version 2 of the aws CLI", func() {
		It("lets its user in by the kubeconfig that it writes", func() {
			user, file := w.withAWS2(), filepath.Join(GinkgoT().TempDir(), "kubeconfig")
			succeeded(user.Run("aws", "eks", "update-kubeconfig", "--name", cluster, "--kubeconfig", file))
			result := user.With(map[string]string{"KUBECONFIG": file}).Run("kubectl", "auth", "whoami", "-o", "json")
			Expect(readIdentity(result).ARN).To(Equal(iamRoot + "user/arseniy"))
			var made struct{ Status struct{ Token string } }
			decode(user.Run("aws", "eks", "get-token", "--cluster-name", cluster, "--output", "json"), &made)
			Expect(readIdentity(w.withToken(made.Status.Token, "auth", "whoami", "-o", "json")).ARN).To(Equal(iamRoot + "user/arseniy"))
		})

		It("shows the end of the authenticator's log", func() {
			user := w.withAWS2()
			Expect(w.kubectl("yaroslav", "get", "namespaces")).To(beUnauthorized())
			Eventually(func() string {
				return succeeded(user.Run("aws", "logs", "tail", "/aws/eks/"+cluster+"/cluster", "--since", "1h", "--log-stream-name-prefix", "authenticator-",
					"--filter-pattern", `"access denied" "user/yaroslav"`))
			}).Should(MatchRegexp(`authenticator-[0-9a-f]{32} time=".*identity is not mapped`))
		})
	})
}
