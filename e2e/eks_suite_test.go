package e2e

import (
	. "github.com/onsi/ginkgo/v2"
)

// The specs share one stack with one cluster in each authentication mode, and run in order: the last ones break what the
// others need.
var _ = Describe("EKS", func() {
	for _, kind := range kinds() {
		Describe("on "+kind+" clusters", Label(kind, "eks"), Ordered, ContinueOnFailure, func() {
			w := &eksWorld{}
			BeforeAll(func() { w.startClusters(kind) })
			modeSpecs(w)
			entrySpecs(w)
			policySpecs(w)
			lifecycleSpecs(w)
			awsAuthSpecs(w)
			switchSpecs(w)
			damageSpecs(w)
			restartSpecs(w)
		})
	}
})
