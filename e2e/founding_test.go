package e2e

import (
	"path/filepath"
	"strings"

	"github.com/eksauth/eksauth/e2e/client"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// foundingSpecs: an administrator in AWS is nobody in the cluster until aws-auth names him.
func foundingSpecs(w *world) {
	Describe("The founding story", Label("founding"), func() {
		It("lets the creator in, though aws-auth does not name him", func() {
			Expect(namespaces(w.kubectl("arseniy", "get", "namespaces", "-o", "name"))).To(ContainElements("default", "kube-public", "kube-system"))
			shown := succeeded(w.kubectl("arseniy", "get", "configmap", "aws-auth", "-n", "kube-system", "-o", "yaml"))
			Expect(shown).To(ContainSubstring("mapRoles:"))
			Expect(shown).NotTo(ContainSubstring("arseniy"))
		})

		It("keeps another administrator out, with the words that he knows", func() {
			Expect(w.kubectl("yaroslav", "get", "namespaces")).To(beUnauthorized())
		})

		It("keeps him out with other words while kubectl does not know the cluster's API groups", func() {
			refused := w.kubectl("yaroslav", "--cache-dir", GinkgoT().TempDir(), "get", "namespaces")
			Expect(refused).To(SatisfyAll(HaveField("Code", 1), HaveField("Stdout", ""), HaveField("Stderr",
				HaveSuffix("\nerror: You must be logged in to the server (the server has asked for the client to provide credentials)\n"))))
		})

		It("lets him in when aws-auth names him, and keeps him out when it no longer does", func() {
			base := readable(filepath.Join("testdata", "aws-auth.yaml"))
			DeferCleanup(func() { succeeded(w.apply("arseniy", base)) })
			listing := func() client.Result { return w.kubectl("yaroslav", "get", "namespaces", "-o", "name") }
			Expect(listing()).To(beUnauthorized())

			By("kubectl apply with him in mapUsers")
			applied := w.apply("arseniy", base+readable(filepath.Join("testdata", "aws-auth-yaroslav.yaml")))
			Expect(succeeded(applied)).To(Equal("configmap/aws-auth configured\n"))
			Eventually(listing).Should(HaveField("Code", 0))
			Expect(namespaces(listing())).To(ContainElement("kube-system"))
			Expect(w.whoami(w.token("yaroslav"))).To(Equal(identity{
				Username: "yaroslav",
				Groups:   []string{"system:masters", "system:authenticated"},
				ARN:      "arn:aws:iam::" + account + ":user/yaroslav",
			}))

			By("kubectl apply without him")
			Expect(succeeded(w.apply("arseniy", base))).To(Equal("configmap/aws-auth configured\n"))
			Eventually(listing).Should(beUnauthorized())
		})
	})
}

// namespaces reads what kubectl get namespaces -o name prints.
func namespaces(result client.Result) []string {
	GinkgoHelper()
	return strings.Fields(strings.ReplaceAll(succeeded(result), "namespace/", ""))
}

// identity is who the cluster says that the bearer of a token is.
type identity struct {
	Username string
	Groups   []string
	ARN      string
}

// whoami asks the cluster who the bearer of a token is.
func (w *world) whoami(token string) identity {
	GinkgoHelper()
	var review struct {
		Status struct {
			UserInfo struct {
				Username string
				Groups   []string
				Extra    map[string][]string
			}
		}
	}
	decode(w.withToken(token, "auth", "whoami", "-o", "json"), &review)
	info := review.Status.UserInfo
	return identity{Username: info.Username, Groups: info.Groups, ARN: strings.Join(info.Extra["arn"], " ")}
}
