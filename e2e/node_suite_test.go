package e2e

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/eksauth/eksauth/e2e/client"
)

// nodeRole is the role of worker nodes that aws-auth of the story maps.
const nodeRole = "mobilebackend-dev-eks-0-wn-stack-NodeInstanceRole-15NNFZK6WW4IG"

// instance is what eksauth node run -o json prints of an instance.
type instance struct {
	ID, Name, Role, Metadata string
}

var _ = Describe("Nodes and the trail", func() {
	for _, kind := range kinds() {
		Describe("on a "+kind+" cluster", Label(kind, "nodes"), Ordered, ContinueOnFailure, func() {
			w := &world{}
			BeforeAll(func() { w.start(kind) })
			nodeSpecs(w)
			nodeRefusalSpecs(w)
			trailSpecs(w)
			trailLogSpecs(w)
			awsCLI2Specs(w)
			if kind == kindNodes {
				containerNodeSpecs(w)
			}
			nodeGroupSpecs(w)
			nodeEntrySpecs(w)
		})
	}
})

// node runs eksauth node with a subcommand.
func (w *world) node(command string, args ...string) client.Result {
	GinkgoHelper()
	stack, ok := w.stack.(*localStack)
	Expect(ok).To(BeTrue(), "a stack on this machine")
	path, err := program()
	Expect(err).NotTo(HaveOccurred())
	return stack.user.Run(path, append([]string{"node", command, "--name", stack.name}, args...)...)
}

// runNode starts an instance of the node role.
func (w *world) runNode() instance {
	GinkgoHelper()
	var started instance
	decode(w.node("run", "--role", nodeRole, "-o", "json"), &started)
	Expect(started.ID).To(MatchRegexp(`^i-[0-9a-f]{17}$`))
	Expect(started.Name).To(MatchRegexp(`^ip-10-0-\d+-\d+\.us-east-2\.compute\.internal$`))
	return started
}

// on returns a user on an instance: without profiles, with the instance's metadata alone.
func (w *world) on(i instance) *client.User {
	return w.user.With(map[string]string{
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_SERVICE_ENDPOINT": i.Metadata,
	})
}

// nodeToken makes the token of an instance as its kubelet does.
func (w *world) nodeToken(i instance) string {
	GinkgoHelper()
	return authenticatorToken(w.on(i))
}

// nodeStatus is a node's line in kubectl get nodes, without the age.
func (w *world) nodeStatus(i instance) string {
	shown := w.kubectl("arseniy", "get", "node", i.Name, "--no-headers")
	fields := strings.Fields(shown.Stdout)
	if shown.Code != 0 || len(fields) < 3 {
		return shown.String()
	}
	return strings.Join(fields[:3], " ")
}
