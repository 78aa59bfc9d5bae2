package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/e2e/client"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// What testdata/import has.
const (
	production = "111122223333"
	prodRoot   = "arn:aws:iam::" + production + ":"
	ssoPath    = "role/aws-reserved/sso.amazonaws.com/eu-west-1/"
)

// importSummary is what import -o json prints.
type importSummary struct {
	Accounts []struct {
		ID                     string
		Roles, Made, Unchanged int
	}
	Clusters []struct {
		ARN                    string
		AccessEntries, Objects int
	}
	LeftOut []struct{ What, Why string }
}

// verdict is what a cluster answers somebody: who they are, empty for a refusal before that, and the hop and the cause that
// refuse, if one does.
type verdict struct {
	Username, Hop string
	Cause         int
}

// question is somebody who wants something.
type question struct {
	who, profile string
	args         []string
	want         verdict
}

func ask(who, profile, command string, want verdict) question {
	return question{who: who, profile: profile, args: strings.Fields(command), want: want}
}

var questions = []question{
	// A path that aws-auth leaves out, as it must, and one that it has.
	ask(prodRoot+"role/dev/x", "x", "get pods -n dev", verdict{Username: "x:eksauth"}),
	ask("arn:aws:sts::"+production+":assumed-role/x/eksauth", "x", "get pods -n other", verdict{"x:eksauth", "H9", 60}),
	ask(prodRoot+"role/ci/deployer", "deployer", "get pods -n dev", verdict{"", "H7", 1}),
	// RBAC for a custom resource.
	ask("arn:aws:sts::"+production+":assumed-role/x/anna", "", "get widgets.example.org -n dev", verdict{Username: "x:anna"}),
	// IAM Identity Center: one mapped, with a binding that was added to one of Kubernetes' own; the other not.
	ask(prodRoot+ssoPath+"AWSReservedSSO_Admin_0123456789abcdef", "AWSReservedSSO_Admin_0123456789abcdef", "delete pods -n other", verdict{Username: "admin:eksauth"}),
	ask(prodRoot+ssoPath+"AWSReservedSSO_Reader_fedcba9876543210", "AWSReservedSSO_Reader_fedcba9876543210", "get pods -n dev", verdict{"", "H7", 17}),
	// Access entries: one for a namespace, one of an earlier role of the same name.
	ask(prodRoot+"role/viewer", "viewer", "get pods -n dev", verdict{Username: "arn:aws:sts::" + production + ":assumed-role/viewer/eksauth"}),
	ask(prodRoot+"role/viewer", "viewer", "get pods -n other", verdict{"arn:aws:sts::" + production + ":assumed-role/viewer/eksauth", "H9", 60}),
	ask(prodRoot+"role/again", "again", "get pods -n dev", verdict{"", "H7", 19}),
	// Users.
	ask(prodRoot+"user/people/anna", "anna", "get pods -n dev", verdict{"", "H7", 17}),
	ask(prodRoot+"user/ops", "ops", "get secrets -n kube-system", verdict{Username: "ops"}),
}

var _ = Describe("An import", Label("import"), Ordered, func() {
	var dir, files string
	var first, second *localStack

	BeforeAll(func() {
		if !slices.Contains(kinds(), local) {
			Skip("an import is told on local clusters")
		}
		dir = GinkgoT().TempDir()
		var err error
		files, err = filepath.Abs("testdata/import")
		Expect(err).NotTo(HaveOccurred())
		first = emptyStack(dir, "first")
		second = emptyStack(dir, "second")
	})

	It("makes a production that other people's commands have described, and says what it left out", func() {
		var summary importSummary
		decode(first.imports(files, "-o", "json"), &summary)
		Expect(summary.Accounts).To(HaveExactElements(And(HaveField("ID", production), HaveField("Roles", 7), HaveField("Made", 12))))
		Expect(summary.Clusters).To(HaveExactElements(And(HaveField("ARN", "arn:aws:eks:eu-west-1:"+production+":cluster/prod"), HaveField("AccessEntries", 3), HaveField("Objects", 7))))
		Expect(summary.LeftOut).To(ConsistOf(
			HaveField("Why", ContainSubstring("its principal is not among the imported identities")),
			HaveField("Why", ContainSubstring("deleted and made again")),
			HaveField("Why", ContainSubstring("it is 1.33")),
		))
		decode(first.imports(files, "-o", "json"), &summary)
		Expect(summary.Accounts).To(HaveExactElements(And(HaveField("Made", 0), HaveField("Unchanged", 12))), "an import again changes nothing")
	})

	It("explains each of them as the real cluster would answer", func() {
		first.answers()
	})

	It("lets an unmodified kubectl be each of them, by a profile", func() {
		user := first.shell(dir)
		asked := map[string]bool{}
		for _, q := range questions {
			if asked[q.profile] || q.profile == "" {
				continue // a client takes its time
			}
			asked[q.profile] = true
			result := requireAWS(user.With(map[string]string{"AWS_PROFILE": q.profile})).Run("kubectl", append([]string{"--context", "prod"}, canI(q.args)...)...)
			switch {
			case q.want.Username == "":
				Expect(result).To(beUnauthorized(), q.who)
			default:
				Expect(line(result)).To(Equal("yes"), q.who)
			}
		}
	})

	It("keeps IDs, paths, boundaries and who trusts whom", func() {
		ops := first.shell(dir).With(map[string]string{"AWS_PROFILE": "ops"})
		Expect(line(ops.Run("aws", "iam", "get-role", "--role-name", "x", "--output", "text", "--query",
			"Role.[RoleId,Path,PermissionsBoundary.PermissionsBoundaryArn,AssumeRolePolicyDocument.Statement[0].Principal.AWS,Tags[0].Value]"))).
			To(Equal("AROAXXXXXXXXXXXXXXXXX\t/dev/\t" + prodRoot + "policy/team/describe\t" + prodRoot + "user/people/anna\tdev"))
		anna := first.shell(dir).With(map[string]string{"AWS_PROFILE": "anna"})
		assume := []string{"sts", "assume-role", "--role-session-name", "me", "--query", "AssumedRoleUser.Arn", "--output", "text", "--role-arn"}
		Expect(line(anna.Run("aws", append(assume, prodRoot+"role/dev/x")...))).To(Equal("arn:aws:sts::" + production + ":assumed-role/x/me"))
		Expect(anna.Run("aws", append(assume, prodRoot+"role/viewer")...).Stderr).To(ContainSubstring("AccessDenied"))
		Expect(line(anna.Run("aws", "eks", "describe-cluster", "--name", "prod", "--region", "eu-west-1", "--query", "cluster.endpoint", "--output", "text"))).
			To(HavePrefix("https://6F1E2D3C4B5A69788796A5B4C3D2E1F0."))
	})

	It("is told by the commands that --collect prints, which make the same production once more", func() {
		ops := first.shell(dir).With(map[string]string{"AWS_PROFILE": "ops"})
		script, err := first.run("import", "--collect", "--cluster", "prod", "--region", "eu-west-1")
		Expect(err).NotTo(HaveOccurred())
		collected := ops.RunInput(script.Stdout, "sh")
		succeeded(collected)
		folder := strings.TrimSpace(strings.TrimPrefix(lastLine(collected.Stdout), "Now: eksauth import "))
		var summary importSummary
		decode(second.imports(folder, "-o", "json"), &summary)
		Expect(summary.Accounts).To(ContainElement(And(HaveField("ID", production), HaveField("Made", 12))), "AWS's own policies too that the program does not know")
		second.answers()
	})

	It("takes a hidden creator from whoever knows it", func() {
		old, err := filepath.Abs("testdata/import-old")
		Expect(err).NotTo(HaveOccurred())
		creator := prodRoot + "role/ci/deployer"
		var summary importSummary
		decode(first.imports(old, "-o", "json"), &summary)
		Expect(summary.LeftOut).To(ContainElement(HaveField("What", "creator of cluster old")))
		Expect(first.explain("old", creator, "get", "nodes")).To(Equal(verdict{"", "H7", 17}))
		first.imports(old, "--creator", creator)
		Expect(first.explain("old", creator, "get", "nodes")).To(Equal(verdict{Username: "kubernetes-admin"}))
		Expect(first.run("down")).Error().NotTo(HaveOccurred())
	})

	It("is still there when the stack is started again", func() {
		Expect(second.run("down")).Error().NotTo(HaveOccurred())
		Expect(second.run("up", "--detach", "--listen", "127.0.0.1:0")).Error().NotTo(HaveOccurred())
		second.answers()
	})

	It("follows what has changed", func() {
		changed := filepath.Join(dir, "changed")
		Expect(os.CopyFS(changed, os.DirFS(files))).To(Succeed())
		rewrite(filepath.Join(changed, "aws-auth.yaml"), "role/ci/deployer   # the path is the mistake", "role/deployer")
		rewrite(filepath.Join(changed, "rbac.yaml"), "name: pods, namespace: dev}\n  roleRef", "name: pods, namespace: other}\n  roleRef")
		second.imports(changed)
		Expect(second.explain("prod", prodRoot+"role/ci/deployer", "get", "widgets.example.org", "-n", "dev")).To(Equal(verdict{Username: "deployer"}))
		Expect(second.explain("prod", prodRoot+"role/dev/x", "get", "pods", "-n", "dev")).To(Equal(verdict{"x:eksauth", "H9", 60}), "the binding is gone")
	})
})

// emptyStack is a stack with nobody in it and without a cluster.
func emptyStack(dir, name string) *localStack {
	GinkgoHelper()
	s := localStackIn(dir, name)
	config, err := filepath.Abs("testdata/empty.yaml")
	Expect(err).NotTo(HaveOccurred())
	Expect(s.Up(config)).Error().NotTo(HaveOccurred())
	return s
}

// shell is a user with the stack's own files.
func (s *localStack) shell(dir string) *client.User {
	GinkgoHelper()
	home, err := os.MkdirTemp(dir, "shell-")
	Expect(err).NotTo(HaveOccurred())
	vars, err := s.Env()
	Expect(err).NotTo(HaveOccurred())
	return client.New(home, vars)
}

func (s *localStack) imports(args ...string) client.Result {
	GinkgoHelper()
	result, err := s.run("import", args...)
	Expect(err).NotTo(HaveOccurred())
	return result
}

// answers expects the stack to answer all questions as the real cluster would.
func (s *localStack) answers() {
	GinkgoHelper()
	for _, q := range questions {
		Expect(s.explain("prod", q.who, q.args...)).To(Equal(q.want), "%s: %v", q.who, q.args)
	}
}

func (s *localStack) explain(cluster, who string, args ...string) verdict {
	GinkgoHelper()
	path, err := program()
	Expect(err).NotTo(HaveOccurred())
	result := s.user.Run(path, append([]string{"explain", "--name", s.name, "--cluster", cluster, "--as", who, "-o", "json", "--"}, args...)...)
	var answer struct {
		User  struct{ Username string }
		Steps []struct {
			Hop, Status string
			Reasons     []struct{ Cause int }
		}
	}
	decode(client.Result{Command: result.Command, Stdout: result.Stdout, Stderr: result.Stderr}, &answer)
	found := verdict{Username: answer.User.Username}
	for _, step := range answer.Steps {
		if step.Status == "refused" {
			found.Hop, found.Cause = step.Hop, step.Reasons[0].Cause
		}
	}
	return found
}

// canI asks by kubectl what kubectl would do, since there are no pods: get pods -n dev lists pods.
func canI(args []string) []string {
	if args[0] == "get" {
		args = append([]string{"list"}, args[1:]...)
	}
	return append([]string{"auth", "can-i"}, args...)
}

func rewrite(path, old, text string) {
	GinkgoHelper()
	content, err := os.ReadFile(path)
	Expect(err).NotTo(HaveOccurred())
	Expect(string(content)).To(ContainSubstring(old))
	Expect(os.WriteFile(path, []byte(strings.ReplaceAll(string(content), old, text)), 0o600)).To(Succeed())
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
