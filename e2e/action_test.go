package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/e2e/client"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"go.yaml.in/yaml/v3"
)

// The action's steps run as GitHub runs them: bash, with files for what later steps get.
var _ = Describe("The GitHub action", Label("ci"), func() {
	It("gives later steps a cluster that lets in those whom it should, and takes it back", func() {
		if !slices.Contains(kinds(), local) {
			Skip("it starts a local cluster")
		}
		job := newJob(GinkgoT().TempDir())
		DeferCleanup(func() { succeeded(job.runner.Run("bash", "-e", "-c", `"$GITHUB_ACTION_PATH/scripts/ci-stop.sh"`)) })
		for _, step := range job.steps() {
			succeeded(job.runner.Run("bash", "-e", "-c", step))
		}
		later := job.nextStep()
		Expect(namespaces(later.Run("kubectl", "get", "namespaces", "-o", "name"))).To(ContainElement("kube-system"))
		Expect(later.Run("kubectl", "--context", "yaroslav", "get", "namespaces").Code).To(Equal(1))

		By("a CI without such files")
		sourced := job.runner.Run("bash", "-e", "-c", `. ./eksauth.env && kubectl get namespaces -o name`)
		Expect(namespaces(sourced)).To(ContainElement("kube-system"))

		By("the stop")
		succeeded(job.runner.Run("bash", "-e", "-c", `"$GITHUB_ACTION_PATH/scripts/ci-stop.sh"`))
		Expect(job.nextStep().Var("HTTPS_PROXY")).To(BeEmpty())
	})
})

// job is one job of a runner.
type job struct {
	dir, root string
	runner    *client.User
}

func newJob(dir string) *job {
	GinkgoHelper()
	root, err := filepath.Abs("..")
	Expect(err).NotTo(HaveOccurred())
	j := &job{dir: dir, root: root}
	vars := map[string]string{
		"EKSAUTH_HOME": filepath.Join(dir, "state"), "EKSAUTH_BIN": filepath.Join(root, "bin"), "EKSAUTH_CONFIG": "", "EKSAUTH_LISTEN": "127.0.0.1:0",
		"GITHUB_ACTION_PATH": root, "GITHUB_ENV": filepath.Join(dir, "env"), "GITHUB_PATH": filepath.Join(dir, "path"),
	}
	if assets := os.Getenv("KUBEBUILDER_ASSETS"); assets != "" {
		vars["KUBEBUILDER_ASSETS"] = assets
	}
	j.runner = client.New(dir, vars)
	return j
}

// steps are the commands of the action.
func (j *job) steps() []string {
	GinkgoHelper()
	var action struct {
		Runs struct {
			Steps []struct{ Run string }
		}
	}
	Expect(yaml.Unmarshal([]byte(readable(filepath.Join(j.root, "action.yml"))), &action)).To(Succeed())
	var commands []string
	for _, step := range action.Runs.Steps {
		commands = append(commands, step.Run)
	}
	Expect(commands).NotTo(BeEmpty())
	return commands
}

// nextStep is the runner as the files for later steps change it.
func (j *job) nextStep() *client.User {
	GinkgoHelper()
	vars := map[string]string{}
	for line := range strings.Lines(readable(filepath.Join(j.dir, "env"))) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		vars[name] = value
	}
	folders := strings.Fields(readable(filepath.Join(j.dir, "path")))
	vars["PATH"] = strings.Join(append(folders, j.runner.Var("PATH")), string(os.PathListSeparator))
	return j.runner.With(vars)
}
