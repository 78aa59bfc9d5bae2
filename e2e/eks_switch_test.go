package e2e

import (
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/eksauth/eksauth/e2e/client"
)

// switchSpecs: a running cluster goes forward through the modes.
func switchSpecs(w *eksWorld) {
	Describe("Switching the authentication mode", Label("switch"), func() {
		to := func(mode string) client.Result {
			return w.eks("update-cluster-config", "--name", "config-map", "--access-config", "authenticationMode="+mode, "--query", "update.id", "--output", "text")
		}
		done := func(id string) {
			GinkgoHelper()
			Eventually(func() string {
				return w.eks("describe-update", "--name", "config-map", "--update-id", id, "--query", "update.status", "--output", "text").Stdout
			}).Should(Equal("Successful\n"))
		}
		refused := func(from, mode string) {
			GinkgoHelper()
			Expect(to(mode).Stderr).To(ContainSubstring("An error occurred (InvalidParameterException) when calling the UpdateClusterConfig operation: " +
				"Unsupported authentication mode update from " + from + " to " + mode))
		}

		It("goes from CONFIG_MAP to API_AND_CONFIG_MAP live, with an entry for the creator", func() {
			refused("CONFIG_MAP", "API")
			before := w.processes("config-map")
			began := time.Now()
			done(line(to("API_AND_CONFIG_MAP")))
			Expect(w.enter("arseniy", "config-map")).To(Equal(as(iamRoot + "user/arseniy")))
			GinkgoWriter.Printf("the mode was seen after %v, the aws CLI's and kubectl's own time included\n", time.Since(began))
			Expect(w.enter("anna", "config-map")).To(Equal(as("anna", "auditors")))
			Expect(w.processes("config-map")).To(Equal(before), "nothing was started anew")
			Expect(line(w.eks("list-access-entries", "--cluster-name", "config-map", "--query", "accessEntries", "--output", "text"))).To(Equal(iamRoot + "user/arseniy"))
			refused("API_AND_CONFIG_MAP", "CONFIG_MAP")
		})

		It("24: then prefers an access entry to aws-auth", func() {
			succeeded(w.eks("create-access-entry", "--cluster-name", "config-map", "--principal-arn", iamRoot+"user/boris", "--kubernetes-groups", "ops"))
			Expect(w.enter("boris", "config-map")).To(Equal(as(iamRoot+"user/boris", "ops")))
			succeeded(w.eks("delete-access-entry", "--cluster-name", "config-map", "--principal-arn", iamRoot+"user/boris"))
			Expect(w.enter("boris", "config-map")).To(Equal(as("boris-of-aws-auth", "auditors")))
		})

		It("23: goes on to API, where aws-auth does not count, and never back", func() {
			done(line(to("API")))
			Expect(w.enter("anna", "config-map")).To(Equal(nobody))
			Expect(w.enter("arseniy", "config-map")).To(Equal(as(iamRoot + "user/arseniy")))
			for _, mode := range []string{"CONFIG_MAP", "API_AND_CONFIG_MAP", "API"} {
				refused("API", mode)
			}
		})
	})
}

// component is a process as eksauth status -o json shows it.
type component struct {
	Name, State string
	PID         int
}

// clusterStatus is a cluster as eksauth status -o json shows it.
type clusterStatus struct {
	Name, Endpoint string
	Components     []component
	Files          struct{ Entries string }
}

// shown is the status of a cluster.
func (w *eksWorld) shown(cluster string) clusterStatus {
	GinkgoHelper()
	stack, local := w.stack.(*localStack)
	if !local {
		Skip("only a stack on this machine shows them")
	}
	result, err := stack.run("status", "-o", "json")
	Expect(err).NotTo(HaveOccurred())
	var status struct{ Clusters []clusterStatus }
	Expect(json.Unmarshal([]byte(result.Stdout), &status)).To(Succeed(), result.String)
	for _, shown := range status.Clusters {
		if shown.Name == cluster {
			return shown
		}
	}
	return clusterStatus{}
}

// processes are those of a cluster.
func (w *eksWorld) processes(cluster string) []component { return w.shown(cluster).Components }

// apiServer is the state of a cluster's kube-apiserver.
func (w *eksWorld) apiServer(cluster string) component {
	GinkgoHelper()
	all := w.processes(cluster)
	i := slices.IndexFunc(all, func(c component) bool { return c.Name == "kube-apiserver" })
	Expect(i).NotTo(Equal(-1))
	return all[i]
}

// killAPIServer ends a cluster's kube-apiserver as a crash would, on kind with the node that it is in: a kubelet would start
// it again.
func (w *eksWorld) killAPIServer(cluster string) {
	GinkgoHelper()
	if process := w.apiServer(cluster).PID; process != 0 {
		Expect(syscall.Kill(process, syscall.SIGKILL)).To(Succeed())
		return
	}
	endpoint, err := url.Parse(w.shown(cluster).Endpoint)
	Expect(err).NotTo(HaveOccurred())
	node := line(w.user.Run("docker", "ps", "-q", "--filter", "publish="+endpoint.Port()))
	succeeded(w.user.Run("docker", "kill", node))
}

// damageSpecs: what is broken from outside is told, and hurts nothing else.
func damageSpecs(w *eksWorld) {
	Describe("A damaged cluster", Label("damage"), func() {
		It("whose file of access entries is corrupted lets nobody new in, and the next change mends it", func() {
			Expect(os.WriteFile(w.shown("api").Files.Entries, []byte(`{"mapUsers": [`), 0o600)).To(Succeed())
			Expect(w.enter("olga", "api")).To(Equal(nobody))
			Expect(w.enter("anna", "api")).To(Equal(nobody))
			succeeded(w.eks("create-access-entry", "--cluster-name", "api", "--principal-arn", iamRoot+"user/team/anna", "--username", "anna"))
			DeferCleanup(func() {
				succeeded(w.eks("delete-access-entry", "--cluster-name", "api", "--principal-arn", iamRoot+"user/team/anna"))
			})
			Expect(w.enter("anna", "api")).To(Equal(as("anna")))
			Expect(w.enter("eva", "api")).To(Equal(as("eva", "ops")))
		})

		It("that has lost its kube-apiserver says so, and the others go on", func() {
			w.killAPIServer("both")
			Eventually(func() string { return w.apiServer("both").State }).Should(Equal("exited"))
			var shown struct {
				Cluster struct {
					Status string
					Health struct {
						Issues []struct{ Code, Message string }
					}
				}
			}
			decode(w.eks("describe-cluster", "--name", "both", "--output", "json"), &shown)
			Expect(shown.Cluster.Status).To(Equal("ACTIVE"))
			Expect(shown.Cluster.Health.Issues).To(ContainElement(SatisfyAll(
				HaveField("Code", "ClusterUnreachable"), HaveField("Message", HavePrefix("kube-apiserver has ended by itself: ")))))
			Expect(w.enter("eva", "api")).To(Equal(as("eva", "ops")))
		})
	})
}
