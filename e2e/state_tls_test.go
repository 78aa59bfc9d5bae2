package e2e

import (
	"path/filepath"
	"regexp"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("An etcd that asks for certificates", Label("iam", "state"), Ordered, func() {
	var dir string
	var files *certificates
	var db *database
	BeforeAll(func() {
		dir = GinkgoT().TempDir()
		files = newCertificates(dir)
		db = startDatabase(dir, files)
	})

	It("keeps the state of whoever has them", func(ctx SpecContext) {
		s := startService(dir, "--etcd", db.endpoint, "--etcd-cacert", files.ca, "--etcd-cert", files.clientCert, "--etcd-key", files.clientKey)
		made, err := s.newAccount()
		Expect(err).NotTo(HaveOccurred())
		Expect(s.whoami(ctx, made.root())).To(Equal("arn:aws:iam::" + made.ID + ":root"))
		Expect(stateOf(s)).To(Equal("in etcd"))
	})

	DescribeTable("is of no use",
		func(flags func() []string, message string) {
			other := newService(filepath.Join(dir, "other")).user
			path, err := program()
			Expect(err).NotTo(HaveOccurred())
			refused := other.Run(path, append([]string{"serve", "--listen", "127.0.0.1:0", "--etcd", db.endpoint}, flags()...)...)
			Expect(refused.Code).To(BeNumerically(">", 0), refused.String)
			Expect(refused.Stderr).To(ContainSubstring(message))
		},
		Entry("without a certificate", func() []string { return []string{"--etcd-cacert", files.ca} }, "etcd"),
		Entry("without its authority", func() []string { return []string{"--etcd-cert", files.clientCert, "--etcd-key", files.clientKey} }, "etcd"),
		Entry("with half a certificate", func() []string { return []string{"--etcd-cacert", files.ca, "--etcd-cert", files.clientCert} },
			"give both --etcd-cert and --etcd-key"),
	)
})

var stateLine = regexp.MustCompile(`(?m)^state +(.*)$`)

// stateOf is what status says of where the state is.
func stateOf(s *service) string {
	GinkgoHelper()
	path, err := program()
	Expect(err).NotTo(HaveOccurred())
	found := stateLine.FindStringSubmatch(succeeded(s.user.Run(path, "status", "--name", s.name)))
	Expect(found).To(HaveLen(2))
	return found[1]
}
