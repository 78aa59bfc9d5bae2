package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
)

// scenarioResult is how one scenario went.
type scenarioResult struct {
	Cause                             int
	Title, Error, Impossible, Skipped string
	Steps                             []struct{ Phase, Command string }
}

const (
	// causesToProduce is how many of the catalogue's causes a stack has to produce at least.
	causesToProduce = 58
	// scenariosWithin bounds all of them, also on a machine with much else to do.
	scenariosWithin = 15 * time.Minute
)

// The scenarios are how it is known that the explanations, and docs/CAUSES.md, are right.
var _ = Describe("The scenarios", func() {
	if !slices.Contains(kinds(), local) {
		return
	}
	Describe("on a local cluster", Label(local, "scenario"), Ordered, ContinueOnFailure, func() {
		w := &world{}
		BeforeAll(func() { w.start(local); requireAWS(w.user) })
		scenarioSpecs(w)
	})
})

func scenarioSpecs(w *world) {
	It("reproduces every cause, and explanation and repair are right", func() {
		before := w.traces()
		var results []scenarioResult
		output := w.scenarios("run", "--all", "-o", "json")
		Expect(json.Unmarshal(output, &results)).To(Succeed(), string(output))
		produced := 0
		for _, r := range results {
			Expect(r.Error+r.Skipped).To(BeEmpty(), "cause %d, %s", r.Cause, r.Title)
			if r.Impossible == "" {
				produced++
			}
		}
		Expect(produced).To(BeNumerically(">=", causesToProduce))
		Expect(w.traces()).To(Equal(before), "what is left behind")
	})

	It("can run again on the same stack, and shows each step", func() {
		output := string(w.scenarios("run", "1"))
		Expect(output).To(SatisfyAll(
			ContainSubstring("$ kubectl --context dev get pods\n     error: You must be logged in to the server (Unauthorized)\n"),
			ContainSubstring("[cause 1]"), ContainSubstring("No resources found in default namespace."), MatchRegexp(`(?m)^✓  1  `),
		))
	})

	It("leaves nothing behind when it is interrupted", func() {
		before := w.traces()
		cmd, output := w.startScenario()
		Expect(cmd.Process.Signal(syscall.SIGINT)).To(Succeed())
		Expect(cmd.Wait()).To(HaveOccurred())
		Expect(w.traces()).To(Equal(before), string(output.Contents()))
	})

	It("removes what a run that was killed has left, and runs once at a time", func() {
		before := w.traces()
		cmd, _ := w.startScenario()
		refused, err := w.scenario(context.Background(), "run", "1").CombinedOutput()
		Expect(err).To(HaveOccurred())
		Expect(string(refused)).To(ContainSubstring("scenarios run on this stack already"))
		Expect(cmd.Process.Kill()).To(Succeed())
		Expect(cmd.Wait()).To(HaveOccurred())
		Expect(w.traces()).NotTo(Equal(before))
		w.scenarios("run", "12")
		Expect(w.traces()).To(Equal(before))
	})
}

// startScenario starts a scenario and waits until it is in the middle.
func (w *world) startScenario() (*exec.Cmd, *gbytes.Buffer) {
	GinkgoHelper()
	cmd, output := w.scenario(context.Background(), "run", "1"), gbytes.NewBuffer()
	cmd.Stdout, cmd.Stderr = output, output
	Expect(cmd.Start()).To(Succeed())
	Eventually(output).Should(gbytes.Say("what goes wrong"))
	return cmd, output
}

// scenario is eksauth scenario, by the user of the stack.
func (w *world) scenario(ctx context.Context, command string, args ...string) *exec.Cmd {
	GinkgoHelper()
	stack, ok := w.stack.(*localStack)
	Expect(ok).To(BeTrue(), "a stack on this machine")
	path, err := program()
	Expect(err).NotTo(HaveOccurred())
	cmd := exec.CommandContext(ctx, path, append([]string{"scenario", command, "--name", stack.name}, args...)...)
	for name, value := range stack.user.Vars() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// scenarios runs eksauth scenario to its end and returns what it printed.
func (w *world) scenarios(command string, args ...string) []byte {
	GinkgoHelper()
	ctx, cancel := context.WithTimeout(context.Background(), scenariosWithin)
	defer cancel()
	cmd := w.scenario(ctx, command, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	Expect(err).NotTo(HaveOccurred(), "%s%s", stdout.String(), stderr.String())
	return stdout.Bytes()
}

// traces is what scenarios might leave: accounts, clusters, instances, faults, files.
func (w *world) traces() []string {
	GinkgoHelper()
	stack, _ := w.stack.(*localStack)
	path, err := program()
	Expect(err).NotTo(HaveOccurred())
	var found []string
	for _, command := range [][]string{{"account", "list"}, {"node", "list"}, {"fault", "list"}} {
		found = append(found, succeeded(stack.user.Run(path, append(command, "--name", stack.name)...)))
	}
	var status struct{ Clusters []struct{ Name string } }
	decode(stack.user.Run(path, "status", "--name", stack.name, "-o", "json"), &status)
	for _, cluster := range status.Clusters {
		found = append(found, cluster.Name)
	}
	files, err := filepath.Glob(filepath.Join(stack.home, stack.name, "*"))
	Expect(err).NotTo(HaveOccurred())
	return append(found, files...)
}
