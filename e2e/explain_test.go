package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/eksauth/eksauth/e2e/client"
)

// explanation is what eksauth explain -o json prints, as far as specs look at it.
type explanation struct {
	Attempt uint64
	Steps   []struct {
		Hop, Status, Seen string
		Reasons           []struct {
			Cause     int
			Text, Fix string
			Evidence  []string
		}
	}
	User *struct{ Username string }
}

var _ = Describe("Explanations", func() {
	for _, kind := range kinds() {
		if kind == compose {
			continue // the program that explains is inside a container there
		}
		Describe("on a "+kind+" cluster", Label(kind, "explain"), Ordered, ContinueOnFailure, func() {
			w := &world{}
			BeforeAll(func() { w.start(kind) })
			explainAttemptSpecs(w)
			explainKubeconfigSpecs(w)
			explainInputSpecs(w)
		})
	}
})

// explain runs eksauth explain and returns the answer with the hop and the cause of the refusal, such as "H7 17"; empty for
// none.
func (w *world) explain(args ...string) (answer explanation, refused string) {
	GinkgoHelper()
	return readExplanation(w.shell().Run(w.binary(), append([]string{"explain", "--name", w.local().name, "-o", "json"}, args...)...))
}

func readExplanation(result client.Result) (answer explanation, refused string) {
	GinkgoHelper()
	Expect(result.Code).To(BeElementOf(0, 1), result.String)
	result.Code = 0
	decode(result, &answer)
	for _, step := range answer.Steps {
		if step.Status == "refused" {
			return answer, fmt.Sprintf("%s %d", step.Hop, step.Reasons[0].Cause)
		}
	}
	return answer, ""
}

func explainAttemptSpecs(w *world) {
	DescribeTable("tells why the last attempt was refused, whoever made it",
		func(attempt func(), want string) {
			before, _ := w.explain("--last")
			attempt()
			Eventually(func() string {
				answer, refused := w.explain("--last")
				if answer.Attempt <= before.Attempt {
					return "nothing new"
				}
				return refused
			}).Should(Equal(want))
		},
		Entry("not mapped", func() { Expect(w.withToken(w.token("yaroslav"), "get", "nodes")).To(beUnauthorized()) }, "H7 17"),
		Entry("no binding", func() {
			Expect(w.withToken(w.token("olga"), "get", "nodes").Stderr).To(ContainSubstring("Forbidden"))
		}, "H9 60"),
		Entry("another cluster", func() {
			token := line(w.as("olga").Run("aws-iam-authenticator", "token", "-i", "another-cluster", "--token-only"))
			Expect(w.withToken(token, "get", "nodes")).To(beUnauthorized())
		}, "H6 38"),
		Entry("a token that never came to a cluster: AssumeRole", func() {
			Expect(w.aws("olga", "eks", "get-token", "--cluster-name", cluster, "--role-arn", deployer).Code).NotTo(BeZero())
		}, "H3 31"),
		Entry("a token that never came to a cluster: unknown key", func() {
			keys := w.keys("olga")
			keys.AccessKeyID = "AKIAIOSFODNN7EXAMPLE"
			Expect(requireAWS(w.withKeys(keys)).Run("aws", "sts", "get-caller-identity").Code).NotTo(BeZero())
		}, "H1 40"),
		Entry("no token", func() {
			Expect(w.curl(w.server + "/api/v1/nodes").Stdout).To(ContainSubstring("Unauthorized"))
		}, "H4 44"),
	)

	It("does not take its own questions for attempts", func() {
		before, _ := w.explain("--last")
		_, refused := w.explain("--profile", "yaroslav")
		Expect(refused).To(Equal("H7 17"))
		Consistently(func() uint64 { answer, _ := w.explain("--last"); return answer.Attempt }, "500ms").Should(Equal(before.Attempt))
	})

	It("explains an attempt by its number, and says what holds by now", func() {
		seen := w.lastEvent()
		Expect(w.withToken(w.token("olga"), "get", "secrets").Stderr).To(ContainSubstring("Forbidden"))
		attempt := w.attemptAfter(seen, "H9", "refused")[0].Attempt
		succeeded(w.kubectl("arseniy", "create", "rolebinding", "olga", "--clusterrole=admin", "--user=olga", "-n", "default"))
		DeferCleanup(func() { succeeded(w.kubectl("arseniy", "delete", "rolebinding", "olga", "-n", "default")) })
		Eventually(func() string {
			answer, _ := w.explain("--attempt", fmt.Sprint(attempt))
			return answer.Steps[len(answer.Steps)-1].Reasons[0].Text
		}).Should(ContainSubstring("it is allowed by now: RBAC: allowed by RoleBinding \"olga/default\""))
	})
}

func explainKubeconfigSpecs(w *world) {
	It("reads kubectl's command lines, and says which binding lets in", func() {
		answer, refused := w.explain("--profile", "arseniy", "--", "get", "deploy", "-A")
		Expect(refused).To(BeEmpty())
		Expect(answer.User.Username).To(Equal("kubernetes-admin"))
		Expect(answer.Steps[len(answer.Steps)-1].Seen).To(HavePrefix("list deployments.apps"))
		_, refused = w.explain("--profile", "olga", "--", "logs", "web", "-n", "kube-system")
		Expect(refused).To(Equal("H9 60"))
		answer, _ = w.explain("--profile", "olga", "--", "get", "gizmos")
		Expect(answer.Steps[len(answer.Steps)-1].Reasons[0].Text).To(Equal(`the cluster has no resource "gizmos"`))
	})

	It("runs the plugin of a kubeconfig, and says at which hop it fails", func() {
		requireAWS(w.user)
		_, refused := w.explain("--context", "arseniy", "--", "get", "nodes")
		Expect(refused).To(BeEmpty())
		file := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
		succeeded(w.aws("arseniy", "eks", "update-kubeconfig", "--name", cluster, "--role-arn", deployer+"-absent", "--kubeconfig", file))
		_, refused = w.explain("--kubeconfig", file)
		Expect(refused).To(Equal("H3 31"))
		succeeded(w.aws("arseniy", "eks", "update-kubeconfig", "--name", cluster, "--kubeconfig", file))
		for change, want := range map[[2]string]string{
			{"v1beta1", "v1alpha1"}:             "H2 41",
			{"command: aws", "command: absent"}: "H2 43",
			{"v1beta1", "v1"}:                   "H2 42",
		} {
			content, err := os.ReadFile(file)
			Expect(err).NotTo(HaveOccurred())
			changed := file + change[1]
			changed = strings.ReplaceAll(changed, " ", "")
			Expect(os.WriteFile(changed, []byte(strings.Replace(string(content), change[0], change[1], 1)), 0o600)).To(Succeed())
			_, refused = w.explain("--kubeconfig", changed)
			Expect(refused).To(Equal(want), change[1])
		}
	})
}

func explainInputSpecs(w *world) {
	DescribeTable("says what a text is that is no token",
		func(text func() string, hop, says string) {
			result := w.shell().RunInput(text(), w.binary(), "explain", "--name", w.local().name, "-o", "json", "--token", "-")
			answer, refused := readExplanation(result)
			Expect(refused).To(Equal(hop))
			Expect(answer.Steps[len(answer.Steps)-1].Reasons[0].Text).To(ContainSubstring(says))
		},
		Entry("truncated", func() string { return w.token("arseniy")[:60] }, "H5 0", "token"),
		Entry("truncated at its end", func() string { t := w.token("arseniy"); return t[:len(t)-(len(t)-len("k8s-aws-v1."))%4-8] }, "H6 40", "the token is truncated"),
		Entry("doubled", func() string { return w.token("arseniy") + w.token("arseniy") }, "H5 0", "doubled"),
		Entry("of GKE", func() string { return "ya29.abc" }, "H5 0", "GKE"),
		Entry("a JSON Web Token", func() string {
			return "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6YTpiIiwia3ViZXJuZXRlcy5pbyI6e319.c2ln"
		}, "H5 0", "service account system:serviceaccount:a:b"),
	)

	It("refuses command lines that say nothing", func() {
		Expect(w.eksauth("explain").Code).To(Equal(2))
		Expect(w.eksauth("explain", "--last", "--profile", "olga").Code).To(Equal(2))
		Expect(w.eksauth("explain", "--kubeconfig", "/absent").Code).To(Equal(2))
		Expect(w.shell().Run(w.binary(), "explain", "--name", w.local().name, "--profile", "olga", "--", "config", "view").Code).To(Equal(2))
		Expect(w.eksauth("explain", "--attempt", "999999")).To(HaveField("Stderr", ContainSubstring("no event of attempt 999999 is kept")))
	})
}

// shell is the user with the stack's home, for the program itself.
func (w *world) shell() *client.User {
	return w.user.With(map[string]string{"EKSAUTH_HOME": w.local().home})
}

// binary is the program's path.
func (w *world) binary() string {
	GinkgoHelper()
	path, err := program()
	Expect(err).NotTo(HaveOccurred())
	return path
}
