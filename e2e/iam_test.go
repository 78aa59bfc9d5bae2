package e2e

import (
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// Each file of testdata/iam is a session at a shell, of an aws CLI that manages the identities of an account of its own. They
// run beside each other, because most of a call's time is the CLI's own start.
var _ = Describe("Identities, to the aws CLI", Label("iam"), Ordered, ContinueOnFailure, func() {
	files, _ := filepath.Glob("testdata/iam/*.txtar") // the pattern is good
	var scripts map[string]*cliScript
	BeforeAll(func() {
		s := startService(GinkgoT().TempDir())
		requireAWS(s.user)
		scripts = startScripts(s, files)
	})
	It("has scripts to follow", func() { Expect(len(files)).To(BeNumerically(">", 10)) })
	for _, file := range files {
		It("follows the script of "+strings.TrimSuffix(filepath.Base(file), ".txtar"), func() {
			run := scripts[file]
			Eventually(run.done).WithTimeout(scriptPatience).Should(BeClosed())
			Expect(run.failed).To(BeFalse(), run.log.String())
		})
	}
})
