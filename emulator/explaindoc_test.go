package emulator

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/internal/events"
)

// TestExplainDocument holds that every field that scripts can read is described, and every hop.
func TestExplainDocument(t *testing.T) {
	text, err := os.ReadFile("../docs/EXPLAIN.md")
	if err != nil {
		t.Fatal(err)
	}
	answers, recorded, found := strings.Cut(string(text), "\n## Events\n")
	if !found {
		t.Fatal("docs/EXPLAIN.md has no section on events")
	}
	for _, of := range []struct {
		text  string
		value any
	}{{answers, hop.Answer{}}, {answers, hop.Step{}}, {answers, hop.Reason{}}, {answers, hop.User{}}, {recorded, events.Event{}}} {
		for field := range reflect.TypeOf(of.value).Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !strings.Contains(of.text, "`"+name+"`") {
				t.Errorf("docs/EXPLAIN.md does not describe %s of %T", name, of.value)
			}
		}
	}
	for _, name := range []string{"H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8", "H9"} {
		if !strings.Contains(answers, "\n| "+name+" |") {
			t.Errorf("docs/EXPLAIN.md does not describe %s", name)
		}
	}
}
