package e2e

import (
	"path/filepath"
	"time"

	"github.com/eksauth/eksauth/e2e/client"
	"github.com/eksauth/eksauth/e2e/token"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// execCredential is what a credential plugin prints
// (https://kubernetes.io/docs/reference/config-api/client-authentication.v1beta1/).
type execCredential struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Status     struct {
		ExpirationTimestamp time.Time `json:"expirationTimestamp"`
		Token               string    `json:"token"`
	} `json:"status"`
}

// tokenSpecs: what clients make of a profile.
func tokenSpecs(w *world) {
	Describe("Tokens", Label("token"), func() {
		It("lets aws eks update-kubeconfig write a kubeconfig that works", func() {
			file := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
			printed := succeeded(w.aws("arseniy", "eks", "update-kubeconfig", "--name", cluster, "--kubeconfig", file))
			arn := "arn:aws:eks:" + region + ":" + account + ":cluster/" + cluster
			Expect(printed).To(Equal("Added new context " + arn + " to " + file + "\n"))
			var config struct {
				Clusters []struct{ Cluster struct{ Server string } }
			}
			user := w.user.With(map[string]string{"KUBECONFIG": file})
			decode(user.Run("kubectl", "config", "view", "--minify", "-o", "json"), &config)
			Expect(config.Clusters).To(HaveLen(1))
			// The form of an EKS endpoint: https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html
			Expect(config.Clusters[0].Cluster.Server).To(MatchRegexp(`^https://[0-9A-F]{32}\.[a-z0-9]+\.` + region + `\.eks\.amazonaws\.com$`))
			Expect(succeeded(user.Run("kubectl", "get", "namespaces", "-o", "name"))).To(ContainSubstring("namespace/kube-system\n"))
		})

		DescribeTable("a client makes a presigned GetCallerIdentity for the cluster",
			func(run func() client.Result, lifetime time.Duration) {
				began := time.Now().Truncate(time.Second)
				var made execCredential
				decode(run(), &made)
				Expect(made.APIVersion).To(Equal("client.authentication.k8s.io/v1beta1"))
				Expect(made.Kind).To(Equal("ExecCredential"))
				Expect(made.Status.ExpirationTimestamp).To(BeTemporally("~", began.Add(lifetime), time.Minute))
				w.expectPresigned(made.Status.Token, began)
			},
			Entry("aws eks get-token", func() client.Result {
				return w.aws("arseniy", "eks", "get-token", "--cluster-name", cluster)
			}, 14*time.Minute),
			Entry("aws-iam-authenticator token", func() client.Result {
				return w.as("arseniy").Run("aws-iam-authenticator", "token", "-i", cluster)
			}, 14*time.Minute),
		)

		It("satisfies aws-iam-authenticator verify, which asks STS", func() {
			// verify has no option for either: it asks the metadata service for the region, and trusts what the system trusts.
			user := w.as("yaroslav").With(map[string]string{
				"AWS_EC2_METADATA_DISABLED": "true", "SSL_CERT_FILE": w.user.Var("AWS_CA_BUNDLE"),
			})
			var identity struct {
				ARN, CanonicalARN, AccountID, UserID, SessionName, AccessKeyID, STSEndpoint string
			}
			decode(user.Run("aws-iam-authenticator", "verify", "-i", cluster, "-t", w.token("yaroslav"), "-o", "json"), &identity)
			Expect(identity.UserID).To(MatchRegexp(`^AIDA[A-Z2-7]{17}$`))
			identity.UserID = ""
			arn := "arn:aws:iam::" + account + ":user/yaroslav"
			Expect(identity).To(HaveField("ARN", arn))
			Expect(identity).To(HaveField("CanonicalARN", arn))
			Expect(identity).To(HaveField("AccountID", account))
			Expect(identity).To(HaveField("SessionName", ""))
			Expect(identity).To(HaveField("AccessKeyID", w.keys("yaroslav").AccessKeyID))
			Expect(identity).To(HaveField("STSEndpoint", "sts."+region+".amazonaws.com"))

			wrong := user.Run("aws-iam-authenticator", "verify", "-i", "another-cluster", "-t", w.token("yaroslav"))
			Expect(wrong.Code).To(Equal(1), wrong.String)
			Expect(wrong.Stderr).To(ContainSubstring("could not verify token: sts getCallerIdentity failed: error from AWS (expected 200, got 403)"))
		})
	})
}

// expectPresigned checks the fields that the founding document shows in a decoded token.
func (w *world) expectPresigned(text string, began time.Time) {
	u, err := token.Decode(text)
	Expect(err).NotTo(HaveOccurred())
	Expect(u.Scheme + "://" + u.Host + u.Path).To(Equal("https://sts." + region + ".amazonaws.com/"))
	query := u.Query()
	signed, err := time.Parse("20060102T150405Z", query.Get("X-Amz-Date"))
	Expect(err).NotTo(HaveOccurred())
	Expect(signed).To(BeTemporally("~", began, time.Minute))
	Expect(query.Get("X-Amz-Signature")).To(MatchRegexp(`^[0-9a-f]{64}$`))
	query.Del("X-Amz-Date")
	query.Del("X-Amz-Signature")
	Expect(query).To(BeEquivalentTo(map[string][]string{
		"Action":              {"GetCallerIdentity"},
		"Version":             {"2011-06-15"},
		"X-Amz-Algorithm":     {"AWS4-HMAC-SHA256"},
		"X-Amz-Credential":    {w.keys("arseniy").AccessKeyID + "/" + signed.Format("20060102") + "/" + region + "/sts/aws4_request"},
		"X-Amz-Expires":       {"60"},
		"X-Amz-SignedHeaders": {"host;x-k8s-aws-id"},
	}))
}
