package inventory

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

func script(t *testing.T, c Collection) string {
	t.Helper()
	var b strings.Builder
	if err := c.Script(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestEveryCommandOnlyReads holds it of each word after aws and kubectl, whatever is added to the script.
func TestEveryCommandOnlyReads(t *testing.T) {
	text := regexp.MustCompile(`(?m)^#.*$|^ *#.*$`).ReplaceAllString(script(t, Collection{}), "")
	calls := regexp.MustCompile(`\b(aws|kubectl) ([^\n|&;)>]*)`).FindAllStringSubmatch(text, -1)
	reads := map[string]*regexp.Regexp{
		// update-kubeconfig writes the file that it is told to, and asks AWS by DescribeCluster alone.
		"aws":     regexp.MustCompile(`^(iam|eks|cloudtrail) (get|list|describe|lookup)-[a-z-]+ |^eks update-kubeconfig --name "\$cluster" --kubeconfig "\$cluster/`),
		"kubectl": regexp.MustCompile(`^--kubeconfig "\$cluster/.kubeconfig" get `),
	}
	if len(calls) < 10 {
		t.Fatalf("found %d commands in:\n%s", len(calls), text)
	}
	for _, call := range calls {
		if !reads[call[1]].MatchString(call[2]) {
			t.Errorf("%s %s: it may not only read", call[1], call[2])
		}
	}
}

func TestTheScriptQuotesWhatItIsGiven(t *testing.T) {
	const hostile = `it's; rm -rf $HOME`
	text := script(t, Collection{Cluster: hostile, Region: hostile, Profile: hostile})
	check := exec.CommandContext(t.Context(), "sh", "-n")
	check.Stdin = strings.NewReader(text)
	if out, err := check.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	head, _, _ := strings.Cut(text, "export AWS_PAGER")
	_, assignments, _ := strings.Cut(head, "umask 077")
	assign := exec.CommandContext(t.Context(), "sh", "-c", assignments+`
printf '%s|%s' "$AWS_PROFILE" "$AWS_REGION"`)
	if out, err := assign.Output(); err != nil || string(out) != hostile+"|"+hostile {
		t.Errorf("got %s, %v", out, err)
	}
}
