package lint

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryRuleIsInTheCatalogue holds docs/CAUSES.md to what the rules name, and to say of a cause that a lint finds it exactly
// if one does.
func TestEveryRuleIsInTheCatalogue(t *testing.T) {
	text, err := os.ReadFile("../../docs/CAUSES.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, section := range strings.Split(string(text), "\n## ")[1:] {
		number, rest, _ := strings.Cut(section, ".")
		if strings.Contains(rest, "- Found by: `eksauth lint`") {
			found[number] = true
		}
	}
	want := map[string]bool{}
	for _, rule := range Rules() {
		if rule.Cause > 0 {
			want[fmt.Sprint(rule.Cause)] = true
		}
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("causes that a lint finds (-rules +catalogue):\n%s", diff)
	}
}
