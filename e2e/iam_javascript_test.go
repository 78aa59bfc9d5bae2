package e2e

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// modules is where scripts/clients.sh installs the packages of js/package.json.
const modules = "../.cache/e2e-js/node_modules"

var _ = Describe("Identities, to the AWS SDK for JavaScript", Label("iam"), func() {
	It("are managed and assumed through an endpoint URL", func() {
		found, err := filepath.Abs(modules)
		Expect(err).NotTo(HaveOccurred())
		requireModules(found)
		s := startService(GinkgoT().TempDir())
		made, err := s.newAccount()
		Expect(err).NotTo(HaveOccurred())
		program, err := filepath.Abs("js/story.cjs")
		Expect(err).NotTo(HaveOccurred())
		printed := line(s.user.With(map[string]string{
			"NODE_PATH": found, "AWS_ENDPOINT_URL": s.address, "HTTPS_PROXY": "", "ACCOUNT": made.ID,
			"AWS_ACCESS_KEY_ID": made.AccessKeyID, "AWS_SECRET_ACCESS_KEY": made.SecretAccessKey,
		}).Run("node", program))
		Expect(printed).To(Equal("all as AWS answers"))
	})
})

// requireModules skips the spec where the packages are not installed, and fails in CI.
func requireModules(dir string) {
	GinkgoHelper()
	if _, err := os.Stat(filepath.Join(dir, "@aws-sdk", "client-iam")); err != nil {
		message := "NO AWS SDK FOR JAVASCRIPT: this spec drives one and cannot run (scripts/clients.sh installs it where node and npm are). " + err.Error()
		if os.Getenv("CI") == "true" {
			Fail(message)
		}
		Skip(message)
	}
}
