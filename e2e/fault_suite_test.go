package e2e

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/eksauth/eksauth/e2e/client"
)

var _ = Describe("Faults", func() {
	for _, kind := range kinds() {
		if kind == compose { // its program is in a container
			continue
		}
		Describe("on a "+kind+" cluster", Label(kind, "fault"), Ordered, ContinueOnFailure, func() {
			w := &world{}
			BeforeAll(func() { w.start(kind) })
			AfterEach(func() { succeeded(w.fault("clear")) })
			tokenFaultSpecs(w)
			clientFaultSpecs(w)
			webhookFaultSpecs(w)
		})
	}
})

// eksauth runs the program under test on the stack.
func (w *world) eksauth(args ...string) client.Result {
	GinkgoHelper()
	stack, ok := w.stack.(*localStack)
	Expect(ok).To(BeTrue(), "a stack on this machine")
	path, err := program()
	Expect(err).NotTo(HaveOccurred())
	return stack.user.Run(path, append(args, "--name", stack.name)...)
}

// fault runs eksauth fault with a subcommand.
func (w *world) fault(command string, args ...string) client.Result {
	GinkgoHelper()
	return w.eksauth(append([]string{"fault", command}, args...)...)
}

// fresh makes a token that nobody has sent before, so that no cache answers for it: each was made a second before the last, and
// the first before the stack was started.
func (w *world) fresh() string {
	GinkgoHelper()
	if w.made.IsZero() {
		w.made = time.Now().Add(-time.Minute)
	}
	w.made = w.made.Add(-time.Second)
	return w.signed("arseniy", time.Since(w.made))
}

// once is a person whose clients try once.
func (w *world) once() *client.User {
	return w.user.With(map[string]string{"AWS_MAX_ATTEMPTS": "1"})
}

// lost expects arseniy to be Unauthorized while a fault is set, a component to log why, and him to be back when it is
// cleared.
func (w *world) lost(component, reason string, fault ...string) {
	GinkgoHelper()
	token, again := w.fresh(), w.fresh()
	logged := func() string {
		text, err := w.stack.Logs(component)
		Expect(err).NotTo(HaveOccurred())
		return text
	}
	before := len(logged())
	set := succeeded(w.fault("set", fault...))
	Expect(succeeded(w.eksauth("status"))).To(ContainSubstring(strings.TrimSpace(strings.TrimPrefix(set, "Fault "))))
	Expect(w.withToken(token, "get", "namespaces")).To(beUnauthorized())
	Eventually(func() string { return logged()[before:] }).Should(MatchRegexp(reason))
	Expect(succeeded(w.fault("clear"))).To(ContainSubstring(fault[0]))
	succeeded(w.withToken(again, "get", "namespaces"))
}

// printed matches a client that failed and said so.
func printed(text string) types.GomegaMatcher {
	return SatisfyAll(HaveField("Code", Not(BeZero())), HaveField("Stderr", ContainSubstring(text)))
}
