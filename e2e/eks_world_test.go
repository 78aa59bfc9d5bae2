package e2e

import (
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/eksauth/eksauth/e2e/client"
	"github.com/eksauth/eksauth/e2e/token"
)

// iamRoot begins the ARNs of the account's users and roles.
const iamRoot = "arn:aws:iam::" + account + ":"

// roles are the roles that have profiles.
var roles = map[string]string{
	"deployer": iamRoot + "role/ci/deployer",
	"sso":      iamRoot + "role/aws-reserved/sso.amazonaws.com/us-east-2/AWSReservedSSO_Admin_0123456789abcdef",
}

// eksWorld is a world with several clusters.
type eksWorld struct {
	world
	// signed has the seconds at which tokens were signed, so that no two are the same: an API server remembers one that it
	// has let in.
	signed map[int64]bool
	// markers counts versions of aws-auth, which are told apart in the authenticator's log.
	markers int
	// sessions has the credentials of role sessions by profile.
	sessions map[string]aws.Credentials
	// clusters has the clusters by name; one is looked up when it is first asked for.
	clusters map[string]*world
}

// startClusters starts the stack of testdata/eks.yaml; it goes down after the last spec.
func (w *eksWorld) startClusters(kind string) {
	w.dir = GinkgoT().TempDir()
	w.stack = stacks[kind](w.dir)
	w.sessions, w.signed = map[string]aws.Credentials{}, map[int64]bool{}
	config, err := filepath.Abs("testdata/eks.yaml")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(w.end)
	printed, err := w.stack.Up(config)
	Expect(err).NotTo(HaveOccurred())
	GinkgoWriter.Println(printed)
	w.readEnvironment()
}

// readEnvironment makes the user one of the stack as it runs now.
func (w *eksWorld) readEnvironment() {
	vars, err := w.stack.Env()
	Expect(err).NotTo(HaveOccurred())
	home := filepath.Join(w.dir, "user")
	Expect(os.MkdirAll(home, 0o700)).To(Succeed())
	delete(vars, "KUBECONFIG")
	w.user = client.New(home, vars)
	w.clusters = map[string]*world{}
	requireAWS(w.user)
}

// eks runs aws eks as arseniy.
func (w *eksWorld) eks(args ...string) client.Result {
	GinkgoHelper()
	return w.aws("arseniy", append([]string{"eks"}, args...)...)
}

// on is the world of one cluster, at the address that DescribeCluster gives.
func (w *eksWorld) on(name string) *world {
	GinkgoHelper()
	if found := w.clusters[name]; found != nil {
		return found
	}
	var described struct {
		Cluster struct {
			Endpoint             string
			CertificateAuthority struct{ Data string }
		}
	}
	decode(w.eks("describe-cluster", "--name", name, "--output", "json"), &described)
	ca, err := base64.StdEncoding.DecodeString(described.Cluster.CertificateAuthority.Data)
	Expect(err).NotTo(HaveOccurred())
	cluster := w.world
	cluster.server, cluster.ca = described.Cluster.Endpoint, w.write(name+"-ca.pem", ca)
	w.clusters[name] = &cluster
	return &cluster
}

// fresh makes a token that nobody has seen. A profile without a key is a role, which is assumed once.
func (w *eksWorld) fresh(profile, cluster string) string {
	GinkgoHelper()
	at := time.Now().UTC()
	for w.signed[at.Unix()] {
		at = at.Add(-time.Second)
	}
	w.signed[at.Unix()] = true
	made, err := token.Sign(context.Background(), w.credentials(profile), region, cluster, at)
	Expect(err).NotTo(HaveOccurred())
	return made
}

func (w *eksWorld) credentials(profile string) aws.Credentials {
	GinkgoHelper()
	role := roles[profile]
	if role == "" {
		return w.keys(profile)
	}
	if _, assumed := w.sessions[profile]; !assumed {
		w.sessions[profile] = w.assume(role, "anna@example.com")
	}
	return w.sessions[profile]
}

// assume takes on a role as yaroslav.
func (w *eksWorld) assume(role, session string) aws.Credentials {
	GinkgoHelper()
	var assumed struct {
		Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }
	}
	decode(w.aws("yaroslav", "sts", "assume-role", "--role-arn", role, "--role-session-name", session, "--output", "json"), &assumed)
	c := assumed.Credentials
	return aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
}

// run runs kubectl in a cluster with a token of a profile that nobody has seen.
func (w *eksWorld) run(profile, cluster string, args ...string) client.Result {
	GinkgoHelper()
	return w.on(cluster).withToken(w.fresh(profile, cluster), args...)
}

// enter asks a cluster who somebody is: username and groups, or nobody for whom the cluster turns away.
func (w *eksWorld) enter(profile, cluster string) identity {
	GinkgoHelper()
	result := w.run(profile, cluster, "auth", "whoami", "-o", "json")
	if result.Code != 0 {
		Expect(result).To(beUnauthorized())
		return nobody
	}
	who := readIdentity(result)
	who.ARN = ""
	return who
}

// refuses expects a cluster to turn somebody away, and one of the authenticators to log the reason once more.
func (w *eksWorld) refuses(profile, cluster, reason string) {
	GinkgoHelper()
	logged := func() (count int) {
		for _, denial := range w.denials() {
			if strings.Contains(denial, reason) {
				count++
			}
		}
		return count
	}
	before := logged()
	Expect(w.enter(profile, cluster)).To(Equal(nobody))
	Eventually(logged).Should(BeNumerically(">", before), reason)
}

// nobody is the identity of whom a cluster turns away.
var nobody = identity{}

// as is somebody whom a cluster lets in.
func as(username string, groups ...string) identity {
	return identity{Username: username, Groups: append(groups, "system:authenticated")}
}

// can tells whether somebody may do something, in the words of kubectl auth can-i; the resource may have a subresource,
// as in pods/log, for which kubectl has a flag.
func (w *eksWorld) can(profile, cluster, verb, resource string, args ...string) bool {
	GinkgoHelper()
	if name, subresource, has := strings.Cut(resource, "/"); has && name != "" {
		resource, args = name, append(args, "--subresource", subresource)
	}
	result := w.run(profile, cluster, append([]string{"auth", "can-i", verb, resource}, args...)...)
	Expect(result.Stdout).To(Or(Equal("yes\n"), Equal("no\n")), result.String)
	return result.Stdout == "yes\n"
}

// readIdentity reads what kubectl auth whoami -o json prints.
func readIdentity(result client.Result) identity {
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
	decode(result, &review)
	info := review.Status.UserInfo
	return identity{Username: info.Username, Groups: info.Groups, ARN: strings.Join(info.Extra["arn"], " ")}
}
