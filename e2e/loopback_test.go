package e2e

import (
	"net"

	"github.com/eksauth/eksauth/e2e/offline"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// loopbackSpecs look back at what every spec before them did, so they come last.
func loopbackSpecs(w *world) {
	Describe("The network", Label("loopback"), func() {
		It("has seen nothing listen or connect outside loopback", func() {
			report, err := watch.Report()
			Expect(err).NotTo(HaveOccurred())
			Expect(report.Samples).To(BeNumerically(">", 10), "the watch must have looked")
			Expect(report.Sockets).To(BeNumerically(">", 10), "the watch must have seen the stack")
			Expect(report.Outside).To(BeEmpty())
		})

		It("has counted no attempt to get out", func() {
			if !offline.Inside() {
				Skip("this machine allows no network namespace, so there is no count")
			}
			interfaces, err := net.Interfaces()
			Expect(err).NotTo(HaveOccurred())
			Expect(interfaces).To(HaveLen(1), "a namespace with loopback only")
			Expect(offline.Attempts()).To(Equal(attemptsBefore), "attempts to reach an address outside loopback")
		})
	})
}
