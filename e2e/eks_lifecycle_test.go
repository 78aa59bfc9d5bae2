package e2e

import (
	"context"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/eksauth/eksauth/e2e/client"
)

// made is a cluster that is made through the API, by yaroslav.
const made = "made"

// create runs aws eks create-cluster as yaroslav.
func (w *eksWorld) create(name string, args ...string) client.Result {
	return w.aws("yaroslav", append([]string{"eks", "create-cluster", "--name", name, "--role-arn", iamRoot + "role/eks-cluster-role",
		"--resources-vpc-config", "subnetIds=subnet-1,subnet-2", "--query", "cluster.status", "--output", "text"}, args...)...)
}

func (w *eksWorld) status(name string) string {
	return w.eks("describe-cluster", "--name", name, "--query", "cluster.status", "--output", "text").Stdout
}

// lifecycleSpecs: a cluster from aws eks create-cluster to kubectl.
func lifecycleSpecs(w *eksWorld) {
	Describe("A cluster that is made through the API", Label("lifecycle"), func() {
		It("is CREATING and then ACTIVE, and cannot be made again", func() {
			began := time.Now()
			Expect(line(w.create(made))).To(Equal("CREATING"))
			Expect(w.create(made).Stderr).To(ContainSubstring("An error occurred (ResourceInUseException) when calling the CreateCluster operation: " +
				"Cluster already exists with name: made"))
			Eventually(func() string { return w.status(made) }).WithTimeout(creation).Should(Equal("ACTIVE\n"))
			GinkgoWriter.Printf("the cluster was ACTIVE after %v\n", time.Since(began))
			succeeded(w.eks("wait", "cluster-active", "--name", made))
		})

		It("lets its creator alone in, by the kubeconfig that aws eks update-kubeconfig writes", func() {
			file := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
			enter := func(profile string) client.Result {
				succeeded(w.aws(profile, "eks", "update-kubeconfig", "--name", made, "--kubeconfig", file, "--user-alias", profile, "--alias", profile+"-alias"))
				user := w.user.With(map[string]string{"KUBECONFIG": file, "AWS_PROFILE": profile})
				return user.Run("kubectl", "auth", "whoami", "-o", "json")
			}
			creator := readIdentity(enter("yaroslav"))
			Expect(creator).To(Equal(identity{Username: "kubernetes-admin", Groups: []string{"system:masters", "system:authenticated"}, ARN: iamRoot + "user/yaroslav"}))
			Expect(enter("arseniy")).To(beUnauthorized(), "the administrator of the account")
		})

		It("is listed and described as EKS does it", func() {
			var listed struct{ Clusters []string }
			decode(w.eks("list-clusters", "--output", "json"), &listed)
			Expect(listed.Clusters).To(Equal([]string{"api", "both", "config-map", made}))
			var shown struct {
				Cluster struct {
					Arn, Status, Version, Endpoint, RoleArn, PlatformVersion string
					Identity                                                 struct{ OIDC struct{ Issuer string } }
					AccessConfig                                             struct{ AuthenticationMode string }
					Health                                                   struct{ Issues []any }
				}
			}
			decode(w.eks("describe-cluster", "--name", made, "--output", "json"), &shown)
			cluster := shown.Cluster
			Expect(cluster.Arn).To(Equal("arn:aws:eks:" + region + ":" + account + ":cluster/made"))
			Expect(cluster.Endpoint).To(MatchRegexp(`^https://[0-9A-F]{32}\.gr7\.us-east-2\.eks\.amazonaws\.com$`))
			Expect(cluster.Identity.OIDC.Issuer).To(MatchRegexp(`^https://oidc\.eks\.us-east-2\.amazonaws\.com/id/[0-9A-F]{32}$`))
			Expect(cluster.AccessConfig.AuthenticationMode).To(Equal("CONFIG_MAP"))
			Expect(cluster.Health.Issues).To(BeEmpty())
		})

		DescribeTable("is refused in EKS's words",
			func(sentence string, args ...string) {
				refused := w.create("refused", args...)
				Expect(refused.Stderr).To(ContainSubstring("when calling the CreateCluster operation: "+sentence), refused.String)
				Expect(w.eks("describe-cluster", "--name", "refused").Stderr).To(ContainSubstring("(ResourceNotFoundException) when calling the DescribeCluster operation: No cluster found for name: refused."))
			},
			Entry("without creator in CONFIG_MAP mode", "bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to CONFIG_MAP",
				"--access-config", "authenticationMode=CONFIG_MAP,bootstrapClusterCreatorAdminPermissions=false"),
			Entry("with a version that is not there", "unsupported Kubernetes version 1.20: this stack has [1.36]", "--kubernetes-version", "1.20"),
			Entry("with a role that EKS may not assume", "Role with arn: "+iamRoot+"role/node, could not be assumed because it does not exist or the trusted entity is not correct",
				"--role-arn", iamRoot+"role/node"),
			Entry("with a name that EKS refuses", "1 validation error detected: Value 'a.b' at 'name'", "--name", "a.b"),
		)

		It("goes to the next version alone, and to one that is there", func() {
			Expect(line(w.eks("describe-cluster-versions", "--query", "clusterVersions[].[clusterVersion,defaultVersion]", "--output", "text"))).To(Equal("1.36\tTrue"))
			for version, sentence := range map[string]string{
				"1.37": "unsupported Kubernetes version 1.37: this stack has [1.36]",
				"1.36": "Unsupported Kubernetes minor version update from 1.36 to 1.36",
			} {
				Expect(w.eks("update-cluster-version", "--name", made, "--kubernetes-version", version).Stderr).To(ContainSubstring(
					"An error occurred (InvalidParameterException) when calling the UpdateClusterVersion operation: " + sentence))
			}
		})

		It("has an administrator of nobody if its creator is left out", func() {
			Expect(line(w.create("closed", "--access-config", "authenticationMode=API,bootstrapClusterCreatorAdminPermissions=false"))).To(Equal("CREATING"))
			// At once, by a client that needs no time to start.
			_, err := w.sdk("arseniy").DeleteCluster(context.Background(), &eks.DeleteClusterInput{Name: aws.String("closed")})
			Expect(err).To(MatchError(ContainSubstring("ResourceInUseException: Cannot delete because cluster closed currently has creation in progress")))
			Eventually(func() string { return w.status("closed") }).WithTimeout(creation).Should(Equal("ACTIVE\n"))
			Expect(w.enter("yaroslav", "closed")).To(Equal(nobody))
			Expect(line(w.eks("list-access-entries", "--cluster-name", "closed", "--query", "length(accessEntries)", "--output", "text"))).To(Equal("0"))
			Expect(line(w.eks("delete-cluster", "--name", "closed", "--query", "cluster.status", "--output", "text"))).To(Equal("DELETING"))
			Eventually(func() string { return w.status("closed") }).Should(BeEmpty())
			Expect(filepath.Join(filepath.Dir(w.stack.LogDir()), "clusters", "closed")).NotTo(BeADirectory())
		})
	})
}

// restartSpecs: what was made through the API outlives the stack's process, and deletion is for good.
func restartSpecs(w *eksWorld) {
	Describe("A stack that was stopped and started again", Label("restart"), func() {
		It("has the clusters as they were", func() {
			stack, local := w.stack.(*localStack)
			if !local {
				Skip("only a stack on this machine is stopped here")
			}
			for _, command := range [][]string{{"down"}, {"up", "--detach", "--listen", "127.0.0.1:0"}} {
				_, err := stack.run(command[0], command[1:]...)
				Expect(err).NotTo(HaveOccurred())
			}
			w.readEnvironment()
			Expect(w.enter("yaroslav", made)).To(Equal(as("kubernetes-admin", "system:masters")))
			Expect(w.enter("arseniy", made)).To(Equal(nobody))
			Expect(w.enter("eva", "api")).To(Equal(as("eva", "ops")))
			Expect(w.enter("vera", "both")).To(Equal(as(iamRoot + "user/vera")))
			Expect(w.can("vera", "both", "list", "pods", "-A")).To(BeTrue())
		})

		It("deletes a cluster with all that it was", func() {
			Expect(line(w.eks("delete-cluster", "--name", made, "--query", "cluster.status", "--output", "text"))).To(Equal("DELETING"))
			succeeded(w.eks("wait", "cluster-deleted", "--name", made))
			Expect(line(w.create(made, "--access-config", "authenticationMode=API"))).To(Equal("CREATING"))
			Eventually(func() string { return w.status(made) }).WithTimeout(creation).Should(Equal("ACTIVE\n"))
			delete(w.clusters, made)
			Expect(w.enter("yaroslav", made)).To(Equal(as(iamRoot + "user/yaroslav")))
			Expect(w.run("yaroslav", made, "get", "configmap", "aws-auth", "-n", "kube-system").Stderr).To(ContainSubstring(`configmaps "aws-auth" not found`))
		})
	})
}
