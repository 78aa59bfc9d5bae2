package lint

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var written = File{Name: "a,b.yaml", Findings: []Finding{
	{Line: 8, Column: 16, Severity: Error, Rule: "role-path", Cause: 1, Message: "100% wrong", Fix: "rolearn: x"},
	{Severity: Note, Rule: "no-aws-auth", Message: "nothing"},
}}

func TestWrite(t *testing.T) {
	tests := map[string]string{
		"text": "a,b.yaml:8:16: error: 100% wrong [role-path, cause 1]\n    fix: rolearn: x\na,b.yaml: note: nothing [no-aws-auth]\n",
		"github": "::error file=a%2Cb.yaml,line=8,col=16,title=role-path%2C cause 1::100%25 wrong%0Afix: rolearn: x\n" +
			"::notice file=a%2Cb.yaml,title=no-aws-auth::nothing\n",
	}
	for format, want := range tests {
		var out strings.Builder
		if err := Write(&out, format, written); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
}

func TestWriteJSONReadsBack(t *testing.T) {
	var out strings.Builder
	if err := Write(&out, "json", written); err != nil {
		t.Fatal(err)
	}
	var got File
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(written, got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}

func TestWriteSARIF(t *testing.T) {
	var out strings.Builder
	if err := Write(&out, "sarif", written); err != nil {
		t.Fatal(err)
	}
	var got sarif
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	run := got.Runs[0]
	for i, result := range run.Results {
		if id := run.Tool.Driver.Rules[result.RuleIndex].ID; id != result.RuleID {
			t.Errorf("result %d has the rule %s and the index of %s", i, result.RuleID, id)
		}
	}
	location := run.Results[0].Locations[0].PhysicalLocation
	if diff := cmp.Diff(&sarifRegion{8, 16}, location.Region); diff != "" || location.ArtifactLocation.URI != "a,b.yaml" {
		t.Errorf("%s: region (-want +got):\n%s", location.ArtifactLocation.URI, diff)
	}
	if run.Results[1].Locations[0].PhysicalLocation.Region != nil {
		t.Error("a finding about the whole file has a region")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestWriteReportsAFailure(t *testing.T) {
	for _, format := range Formats {
		if err := Write(full{}, format, written); err == nil || !strings.Contains(err.Error(), "no space left") {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func TestRulesHaveNamesOfTheirOwn(t *testing.T) {
	form, seen := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`), map[string]bool{}
	for _, r := range Rules() {
		if !form.MatchString(r.Name) || seen[r.Name] || r.Summary == "" || r.Cause < 0 || r.Cause > 64 {
			t.Errorf("rule %+v", r)
		}
		seen[r.Name] = true
	}
}
