package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/eksauth/eksauth/e2e/client"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
)

// What testdata/story.yaml has.
const (
	account      = "534000000385"
	otherAccount = "210000000071"
	region       = "us-east-2"
	cluster      = "mobilebackend-dev-eks-0-cluster"
	deployer     = "arn:aws:iam::" + account + ":role/deployer"
)

// world is what the specs of one cluster share: a stack, and a person at a shell with the stack's variables.
type world struct {
	stack Stack
	dir   string
	user  *client.User
	// server is the cluster's address as the kubeconfig has it, and ca the file of its certificate authority.
	server, ca string
	// made is the time of the last token that fresh has made.
	made time.Time
}

// start starts the stack; it goes down after the last spec, whatever happens.
func (w *world) start(kind string) {
	w.dir = GinkgoT().TempDir()
	w.stack = stacks[kind](w.dir)
	config, err := filepath.Abs("testdata/story.yaml")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(w.end)
	printed, err := w.stack.Up(config)
	Expect(err).NotTo(HaveOccurred())
	GinkgoWriter.Println(printed)
	vars, err := w.stack.Env()
	Expect(err).NotTo(HaveOccurred())
	home := filepath.Join(w.dir, "user")
	Expect(os.Mkdir(home, 0o700)).To(Succeed())
	vars["KUBECONFIG"] = w.copyFile(vars["KUBECONFIG"], "kubeconfig")
	w.user = client.New(home, vars)
	w.findCluster()
	// From here on kubectl knows the cluster's API groups, as everybody's does after the first good call. What it prints
	// to somebody who is turned away depends on that.
	succeeded(w.kubectl("arseniy", "get", "namespaces"))
}

// copyFile gives the user a copy, so that no client writes to the stack's own file.
func (w *world) copyFile(from, name string) string {
	content, err := os.ReadFile(from)
	Expect(err).NotTo(HaveOccurred())
	return w.write(name, content)
}

func (w *world) write(name string, content []byte) string {
	path := filepath.Join(w.dir, name)
	Expect(os.WriteFile(path, content, 0o600)).To(Succeed())
	return path
}

func (w *world) findCluster() {
	var config struct {
		Clusters []struct {
			Cluster struct {
				Server string `json:"server"`
				CA     []byte `json:"certificate-authority-data"`
			} `json:"cluster"`
		} `json:"clusters"`
	}
	decode(w.kubectl("arseniy", "config", "view", "--raw", "--minify", "-o", "json"), &config)
	Expect(config.Clusters).To(HaveLen(1))
	w.server = config.Clusters[0].Cluster.Server
	w.ca = w.write("cluster-ca.pem", config.Clusters[0].Cluster.CA)
}

// aws runs the aws CLI as a profile; without an aws CLI the spec is skipped, and fails in CI.
func (w *world) aws(profile string, args ...string) client.Result {
	GinkgoHelper()
	return requireAWS(w.user).Run("aws", append([]string{"--profile", profile}, args...)...)
}

func requireAWS(user *client.User) *client.User {
	GinkgoHelper()
	path, err := user.Find("aws")
	if err == nil && !strings.HasPrefix(awsVersion(user, path), "aws-cli/") {
		err = fmt.Errorf("%s does not say its version", path)
	}
	if err != nil {
		without("NO AWS CLI: this spec drives one and cannot run: " + err.Error())
	}
	return user
}

// awsVersions has what aws CLIs say to --version, by path: to start one takes half a second.
var awsVersions = map[string]string{}

func awsVersion(user *client.User, path string) string {
	if _, known := awsVersions[path]; !known {
		awsVersions[path] = user.Run(path, "--version").Stdout
	}
	return awsVersions[path]
}

// without ends a spec whose client is not installed, which is an error in CI only.
func without(message string) {
	GinkgoHelper()
	if os.Getenv("CI") == "true" {
		Fail(message)
	}
	Skip(message)
}

// kubectl runs kubectl in the context of a profile, as the stack's kubeconfig has it.
func (w *world) kubectl(profile string, args ...string) client.Result {
	return w.user.Run("kubectl", append([]string{"--context", profile}, args...)...)
}

// apply runs kubectl apply with a manifest on standard input.
func (w *world) apply(profile, manifest string) client.Result {
	return w.user.RunInput(manifest, "kubectl", "--context", profile, "apply", "-f", "-")
}

// withToken runs kubectl with a token and no credential plugin.
func (w *world) withToken(token string, args ...string) client.Result {
	return w.user.With(map[string]string{"KUBECONFIG": os.DevNull}).
		Run("kubectl", append([]string{"--server", w.server, "--certificate-authority", w.ca, "--token", token}, args...)...)
}

// as returns the user with a profile chosen by environment, as aws-iam-authenticator takes it.
func (w *world) as(profile string) *client.User {
	return w.user.With(map[string]string{"AWS_PROFILE": profile})
}

// token makes a token as a profile, with the authenticator's own client.
func (w *world) token(profile string) string {
	GinkgoHelper()
	return authenticatorToken(w.as(profile))
}

func authenticatorToken(user *client.User) string {
	GinkgoHelper()
	return line(user.Run("aws-iam-authenticator", "token", "--cluster-id", cluster, "--token-only"))
}

// end keeps the logs if a spec failed, and brings the stack down, of which nothing may then be left.
func (w *world) end() {
	if failed || CurrentSpecReport().Failed() {
		keepLogs(w.stack.LogDir())
	}
	_, err := w.stack.Down()
	Expect(err).NotTo(HaveOccurred())
	Expect(w.stack.LogDir()).NotTo(BeAnExistingFile())
	if stack, ok := w.stack.(*localStack); ok && stack.cluster == kindNodes {
		left := stack.user.Run("docker", "ps", "-a", "--format", "{{.Names}}", "--filter", "name=eksauth-"+stack.name+"-")
		Expect(succeeded(left)).To(BeEmpty(), "containers that are left when the stack is down")
	}
	Expect(watch.Listening()).To(BeEmpty(), "listeners that are left when the stack is down")
}

// succeeded expects a client to succeed and returns what it printed.
func succeeded(result client.Result) string {
	GinkgoHelper()
	Expect(result.Code).To(BeZero(), result.String)
	return result.Stdout
}

// line is succeeded for a client that prints one line.
func line(result client.Result) string {
	GinkgoHelper()
	printed := succeeded(result)
	Expect(printed).To(MatchRegexp(`^[^\n]+\n$`), result.String)
	return printed[:len(printed)-1]
}

// decode is succeeded for a client that prints JSON.
func decode(result client.Result, into any) {
	GinkgoHelper()
	Expect(json.Unmarshal([]byte(succeeded(result)), into)).To(Succeed(), result.String)
}

// failWith matches a client that prints nothing but the text on standard error.
func failWith(code int, stderr string) types.GomegaMatcher {
	return SatisfyAll(HaveField("Code", code), HaveField("Stdout", ""), HaveField("Stderr", stderr+"\n"))
}

// beUnauthorized matches kubectl turned away at the door.
func beUnauthorized() types.GomegaMatcher {
	return failWith(1, "error: You must be logged in to the server (Unauthorized)")
}

// curl runs curl; its absence is an error in CI only.
func (w *world) curl(args ...string) client.Result {
	GinkgoHelper()
	if _, err := w.user.Find("curl"); err != nil {
		without("NO CURL: this spec drives it and cannot run: " + err.Error())
	}
	return w.user.Run("curl", append([]string{"--silent", "--show-error", "--cacert", w.ca}, args...)...)
}
