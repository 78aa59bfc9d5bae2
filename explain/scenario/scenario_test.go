package scenario

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eksauth/eksauth/explain/hop"
)

// section returns what docs/CAUSES.md says of a cause.
func section(t *testing.T, cause int) string {
	t.Helper()
	catalogue, err := os.ReadFile("../../docs/CAUSES.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(catalogue), fmt.Sprintf("\n## %d. ", cause))
	if !found {
		t.Fatalf("docs/CAUSES.md has no section of cause %d", cause)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

// TestEachCauseHasItsScenario holds that no cause is forgotten, and how many may be impossible.
func TestEachCauseHasItsScenario(t *testing.T) {
	const causes, wanted = 64, 58
	possible := 0
	all := All()
	if len(all) != causes {
		t.Errorf("%d scenarios, want %d", len(all), causes)
	}
	for i, s := range all {
		if s.Cause != i+1 {
			t.Errorf("scenario %d is of cause %d", i+1, s.Cause)
		}
		if s.Impossible == "" {
			possible++
		}
	}
	if possible < wanted {
		t.Errorf("%d causes are produced, want at least %d", possible, wanted)
	}
}

// quoted is what may be another name in the catalogue.
var quoted = regexp.MustCompile(`"[^"]*"`)

// TestTheCatalogueSaysWhatIsShown holds that what a scenario checks is what the catalogue promises, and that the reason for
// having none is there as well.
func TestTheCatalogueSaysWhatIsShown(t *testing.T) {
	for _, s := range All() {
		text := section(t, s.Cause)
		for _, field := range []string{"Hop", "Symptom", "Reason", "Fix", "Scenario"} {
			if !strings.Contains(text, "\n- "+field+": ") {
				t.Errorf("cause %d: docs/CAUSES.md does not say the %s", s.Cause, field)
			}
		}
		if s.Impossible != "" {
			if !strings.Contains(text, "- Scenario: none: "+s.Impossible) {
				t.Errorf("cause %d: docs/CAUSES.md does not say why it has no scenario: %q", s.Cause, s.Impossible)
			}
			continue
		}
		if !strings.Contains(text, fmt.Sprintf("- Scenario: `eksauth scenario run %d`", s.Cause)) {
			t.Errorf("cause %d: docs/CAUSES.md does not name the scenario", s.Cause)
		}
		if hops := strings.SplitN(text, "\n- ", 3)[1]; s.Hop != "" && !strings.Contains(hops, s.Hop) {
			t.Errorf("cause %d: the scenario is refused at %s, and docs/CAUSES.md has %q", s.Cause, s.Hop, hops)
		}
		for _, shown := range slices.Concat(s.Attempt.Shows, s.Logged) {
			if shown != "access granted" && !strings.Contains(text, shown) && !strings.Contains(text, quoted.ReplaceAllString(shown, `"…"`)) {
				t.Errorf("cause %d: docs/CAUSES.md does not have %q", s.Cause, shown)
			}
		}
	}
}

// TestEachScenarioIsWhole holds that nothing is left out by mistake.
func TestEachScenarioIsWhole(t *testing.T) {
	for _, s := range All() {
		switch {
		case s.Impossible != "":
			if s.Attempt.Run != "" {
				t.Errorf("cause %d is impossible and has an attempt", s.Cause)
			}
			continue
		case s.Title == "" || s.Attempt.Run == "" || s.Explain == "" || s.Mode == "":
			t.Errorf("cause %d lacks its title, attempt, explanation or mode", s.Cause)
		case !s.Harmless && len(s.Repair) == 0 && s.Access.Run == "":
			t.Errorf("cause %d is not repaired", s.Cause)
		case !s.Harmless && s.Hop != "" && !s.Attempt.Fails:
			t.Errorf("cause %d is refused at %s, and its attempt works", s.Cause, s.Hop)
		}
		for _, step := range slices.Concat(s.Break, []Step{s.Attempt, s.Access}, s.Repair, s.Undo) {
			if strings.Contains(step.Run+step.Text, "%!") || step.Run == "" && step.Fails {
				t.Errorf("cause %d has the step %+v", s.Cause, step)
			}
		}
	}
}

func TestInOrderMakesEachClusterOnce(t *testing.T) {
	var modes []Mode
	for _, s := range inOrder(All()) {
		if s.Mode != "" && (len(modes) == 0 || modes[len(modes)-1] != s.Mode) {
			modes = append(modes, s.Mode)
		}
	}
	if !slices.Equal(modes, []Mode{configMap, bothWays, apiOnly}) {
		t.Errorf("modes in the order %v", modes)
	}
}

func TestMisses(t *testing.T) {
	answer := func(at string, status hop.Status, cause int) *hop.Answer {
		a := hop.New()
		a.Add(at, status, "", hop.Reason{Text: "another"}, hop.Reason{Cause: cause})
		return a
	}
	refusedAt := Scenario{Cause: 7, Hop: "H7"}
	tests := []struct {
		name     string
		scenario Scenario
		answer   *hop.Answer
		want     string
	}{
		{"the cause", refusedAt, answer("H7", hop.Refused, 7), ""},
		{"another cause", refusedAt, answer("H7", hop.Refused, 17), "it names H7 and cause 17"},
		{"another hop", refusedAt, answer("H6", hop.Refused, 7), "it names H6 and cause 7"},
		{"no refusal", refusedAt, answer("H7", hop.OK, 7), "it finds no refusal"},
		{"a mention", Scenario{Cause: 34}, answer("H6", hop.OK, 34), ""},
		{"no mention", Scenario{Cause: 34}, answer("H6", hop.OK, 0), "no hop mentions cause 34"},
		{"harmless", Scenario{Cause: 12, Harmless: true}, answer("H7", hop.OK, 0), ""},
		{"harmless, and refused", Scenario{Cause: 12, Harmless: true}, answer("H7", hop.Refused, 0), "it has a refusal at H7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.scenario.misses(tt.answer); got != tt.want && (tt.want == "" || !strings.HasPrefix(got, tt.want)) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	const text = `error: User "a" cannot list resource "pods" [x]` + "\nand more"
	for pattern, want := range map[string]bool{
		`User "a"`: true, `User … cannot … [x]`: true, "User…more": false, "[y]": false, `User "…" can`: true, "": true,
	} {
		if got := missing(text, []string{"error", pattern}) == ""; got != want {
			t.Errorf("%q is shown: %t, want %t", pattern, got, want)
		}
	}
}

func TestWriteShowsTheWholeScenario(t *testing.T) {
	for _, s := range All() {
		var out bytes.Buffer
		if err := s.Write(&out); err != nil {
			t.Fatal(err)
		}
		for _, text := range append([]string{s.Title, s.Impossible, s.Attempt.Run, s.Explain, s.Access.Run}, s.Attempt.Shows...) {
			if !strings.Contains(out.String(), strings.ReplaceAll(text, "\n", "\n     ")) {
				t.Errorf("cause %d is shown without %q", s.Cause, text)
			}
		}
	}
}
