package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// portConfig is a stack whose one cluster has a port of its own.
const portConfig = `accounts:
- id: "534000000385"
  users:
  - {name: arseniy, profile: arseniy}
clusters:
- {name: dev, account: "534000000385", creator: user/arseniy, endpoint: loopback, port: %d}
`

var _ = Describe("A configured port", Label("ports"), func() {
	It("is the cluster's, and named in the error if somebody else has it", func() {
		if !slices.Contains(kinds(), local) {
			Skip("it starts a local cluster")
		}
		dir := GinkgoT().TempDir()
		taken, err := net.Listen("tcp4", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		port := taken.Addr().(*net.TCPAddr).Port
		config := filepath.Join(dir, "eksauth.yaml")
		Expect(os.WriteFile(config, fmt.Appendf(nil, portConfig, port), 0o600)).To(Succeed())

		stack := newLocalStack(dir)
		DeferCleanup(func() {
			_, err := stack.Down()
			Expect(err).NotTo(HaveOccurred())
		})
		refused, err := stack.Up(config)
		Expect(err).To(HaveOccurred())
		Expect(refused.Code).To(Equal(1))
		Expect(refused.Stderr).To(ContainSubstring(fmt.Sprintf("port %d of 127.0.0.1 is taken: end what listens there", port)))

		Expect(taken.Close()).To(Succeed())
		_, err = stack.Up(config)
		Expect(err).NotTo(HaveOccurred())
		shown, err := stack.run("status", "-o", "json")
		Expect(err).NotTo(HaveOccurred())
		Expect(shown.Stdout).To(ContainSubstring(fmt.Sprintf(`"https://127.0.0.1:%d"`, port)))
	})
})
