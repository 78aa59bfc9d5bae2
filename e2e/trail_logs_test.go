package e2e

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// trailLogSpecs: CloudWatch Logs has the lines of the real processes.
func trailLogSpecs(w *world) {
	Describe("CloudWatch Logs", func() {
		const group = "/aws/eks/" + cluster + "/cluster"

		It("has a group with EKS's streams for the cluster", func() {
			Expect(line(w.aws("arseniy", "logs", "describe-log-groups", "--query", "logGroups[].logGroupName", "--output", "text"))).To(Equal(group))
			streams := succeeded(w.aws("arseniy", "logs", "describe-log-streams", "--log-group-name", group, "--query", "logStreams[].logStreamName", "--output", "text"))
			const id = `-[0-9a-f]{32}`
			Expect(strings.Fields(streams)).To(ConsistOf(MatchRegexp("^authenticator"+id), MatchRegexp("^kube-apiserver"+id),
				MatchRegexp("^kube-apiserver-audit"+id), MatchRegexp("^kube-controller-manager"+id)))
		})

		It("shows why somebody was refused, in the authenticator's own words", func() {
			Expect(w.kubectl("yaroslav", "get", "namespaces")).To(beUnauthorized())
			found := succeeded(w.aws("arseniy", "logs", "filter-log-events", "--log-group-name", group, "--log-stream-name-prefix", "authenticator-",
				"--filter-pattern", `"access denied" "user/yaroslav"`, "--query", "events[-1].message", "--output", "text"))
			Expect(found).To(ContainSubstring("identity is not mapped"))
			written, err := w.stack.Logs("authenticator")
			Expect(err).NotTo(HaveOccurred())
			Expect(written).To(ContainSubstring(strings.TrimSpace(found)))
		})

		It("selects audit events by what they say", func() {
			verbs := succeeded(w.aws("arseniy", "logs", "filter-log-events", "--log-group-name", group, "--filter-pattern",
				`{ $.responseStatus.code = 401 && $.requestURI = "/api*" }`, "--query", "events[].message", "--output", "text"))
			Expect(verbs).To(ContainSubstring(`"code":401`))
			Expect(verbs).NotTo(ContainSubstring(`"code":200`))
		})

		It("reads a stream from its end", func() {
			stream := line(w.aws("arseniy", "logs", "describe-log-streams", "--log-group-name", group, "--log-stream-name-prefix", "authenticator-",
				"--query", "logStreams[0].logStreamName", "--output", "text"))
			last := succeeded(w.aws("arseniy", "logs", "get-log-events", "--log-group-name", group, "--log-stream-name", stream, "--limit", "1",
				"--query", "events[].message", "--output", "text"))
			Expect(last).To(HavePrefix(`time="`))
		})

		It("shows nothing to whoever may not read", func() {
			Expect(w.aws("olga", "logs", "filter-log-events", "--log-group-name", group)).To(HaveField("Stderr", ContainSubstring("AccessDeniedException")))
		})
	})
}
