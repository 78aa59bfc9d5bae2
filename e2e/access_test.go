package e2e

import (
	"encoding/json"
	"path/filepath"

	"github.com/eksauth/eksauth/e2e/client"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// accessSpecs: what somebody who is let in may do.
func accessSpecs(w *world) {
	Describe("The API server", Label("access"), func() {
		It("answers curl with a token, and turns curl away without a good one", func() {
			ask := func(token string) client.Result {
				return w.curl("--header", "Authorization: Bearer "+token, "--write-out", "\n%{http_code}", w.server+"/api")
			}
			answer := ask(w.token("arseniy"))
			var versions struct {
				Kind     string   `json:"kind"`
				Versions []string `json:"versions"`
			}
			body, status := cutStatus(succeeded(answer))
			Expect(status).To(Equal("200"), answer.String)
			Expect(json.Unmarshal([]byte(body), &versions)).To(Succeed(), answer.String)
			Expect(versions.Kind).To(Equal("APIVersions"))
			Expect(versions.Versions).To(Equal([]string{"v1"}))

			_, status = cutStatus(succeeded(ask(w.token("yaroslav"))))
			Expect(status).To(Equal("401"))
		})

		It("gives a mapped user what RBAC gives his group, and no more", func() {
			succeeded(w.apply("arseniy", readable(filepath.Join("testdata", "payments.yaml"))))
			DeferCleanup(func() { succeeded(w.kubectl("arseniy", "delete", "namespace", "payments", "--wait=false")) })
			can := func(args ...string) client.Result {
				return w.kubectl("olga", append([]string{"auth", "can-i"}, args...)...)
			}
			Eventually(can).WithArguments("get", "pods", "-n", "payments").
				Should(SatisfyAll(HaveField("Stdout", "yes\n"), HaveField("Code", 0)))
			no := SatisfyAll(HaveField("Stdout", "no\n"), HaveField("Code", 1))
			Expect(can("get", "pods", "-n", "default")).To(no)
			Expect(can("delete", "pods", "-n", "payments")).To(no)
			Expect(can("get", "secrets", "-n", "payments")).To(no)

			Expect(w.kubectl("olga", "get", "pods", "-n", "payments")).To(SatisfyAll(HaveField("Code", 0),
				HaveField("Stderr", "No resources found in payments namespace.\n")))
			Expect(w.kubectl("olga", "get", "pods", "-n", "default")).To(failWith(1,
				`Error from server (Forbidden): pods is forbidden: User "olga" cannot list resource "pods" in API group "" in the namespace "default"`))
		})
	})
}

// cutStatus separates what curl wrote of a body from the status that it wrote below.
func cutStatus(printed string) (body, status string) {
	const digits = 3
	return printed[:len(printed)-digits], printed[len(printed)-digits:]
}
