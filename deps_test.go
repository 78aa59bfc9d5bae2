package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "github.com/eksauth/eksauth"

// allowed lists what each part of this module may import of this module. A part is a folder with what is below it, within
// which imports are free; a name that ends in "/" stands for every part below that folder. A package that is in no part
// fails the test: a new one gets its place on purpose.
var allowed = map[string][]string{
	"":             {"emulator"},
	"emulator":     {"fakests", "fakeiam", "fakeeks", "fakeec2", "faketrail", "localcluster", "kindconfig", "explain", "internal/"},
	"fakests":      {"internal/"},
	"fakeiam":      {"internal/"},
	"fakeeks":      {"internal/"},
	"fakeec2":      {"internal/"},
	"faketrail":    {"internal/"},
	"localcluster": {"internal/"},
	"kindconfig":   {"internal/"},
	"explain":      {"internal/"},

	"internal/gateway":   {"internal/awswire", "internal/sigv4", "internal/pki"},
	"internal/awswire":   {"internal/sigv4"},
	"internal/sigv4":     {},
	"internal/directory": {"internal/policy", "internal/store"},
	"internal/policy":    {},
	"internal/store":     {},
	"internal/fault":     {},
	"internal/events":    {},
	"internal/pki":       {},

	"internal/callers": {"internal/awswire", "internal/directory", "internal/policy", "internal/sigv4"},

	"internal/controlplane": {"internal/pki"},

	// The suite knows the program only from outside, as a user does.
	"e2e": {},

	// What makes pictures for the documentation.
	"scripts/recording": {},
}

// onlyFrom lists other people's modules that one package alone may import.
var onlyFrom = map[string]string{"sigs.k8s.io/kind": "kindconfig"}

// listed is the part of one package that `go list -json` prints and these rules need.
type listed struct {
	ImportPath   string
	Standard     bool
	Imports      []string
	TestImports  []string
	XTestImports []string
	Deps         []string
}

func TestDependenciesRunOneWay(t *testing.T) {
	packages := list(t, "-deps", "./...")
	if len(packages) < len(allowed)/2 {
		t.Fatalf("go list found only %d packages", len(packages))
	}
	for _, violation := range violations(packages) {
		t.Error(violation)
	}
}

// TestRulesRefuse holds that the rules see what they are there for.
func TestRulesRefuse(t *testing.T) {
	own := func(path string) string { return strings.TrimSuffix(module+"/"+path, "/") }
	tests := []struct {
		name string
		pkg  listed
		want []string
	}{
		{"main on a fake", listed{ImportPath: own(""), Imports: []string{own("fakests")}}, []string{"main may not import fakests"}},
		{"a sibling", listed{ImportPath: own("fakeiam"), Imports: []string{own("fakests")}}, []string{"fakeiam may not import fakests"}},
		{"a sibling in a test", listed{ImportPath: own("fakeiam"), XTestImports: []string{own("fakests")}}, []string{"fakeiam may not import fakests"}},
		{"upwards", listed{ImportPath: own("internal/store"), Imports: []string{own("internal/directory")}}, []string{"internal/store may not import internal/directory"}},
		{"the suite", listed{ImportPath: own("emulator"), TestImports: []string{own("e2e/client")}}, []string{"emulator may not import e2e/client"}},
		{"from the suite", listed{ImportPath: own("e2e/client"), Imports: []string{own("emulator")}}, []string{"e2e/client may not import emulator"}},
		{"a new package", listed{ImportPath: own("misc")}, []string{"misc has no place in the table of deps_test.go: give it one"}},
		{"kind elsewhere", listed{ImportPath: own("emulator"), Imports: []string{"sigs.k8s.io/kind/pkg/cluster"}}, []string{"emulator may not import sigs.k8s.io/kind/pkg/cluster: only kindconfig may"}},
		{"kind at home", listed{ImportPath: own("kindconfig"), Imports: []string{"sigs.k8s.io/kind/pkg/cluster"}}, nil},
		{"a folder of one's own", listed{ImportPath: own("emulator/config"), Imports: []string{own("emulator/home")}}, nil},
		{"a folder of another part", listed{ImportPath: own("fakeiam"), Imports: []string{own("emulator/home")}}, []string{"fakeiam may not import emulator/home"}},
		{"a folder of a part below", listed{ImportPath: own("internal/gateway"), Imports: []string{own("internal/awswire/model")}}, nil},
		{"a layer down", listed{ImportPath: own("fakeiam"), Imports: []string{own("internal/directory"), "net/http"}}, nil},
		{"sigv4 on the SDK", listed{ImportPath: own("internal/sigv4"), Deps: []string{"crypto/hmac", "example.org/signer"}}, []string{"internal/sigv4 depends on example.org/signer: it may use the standard library only"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			packages := []listed{test.pkg, {ImportPath: "crypto/hmac", Standard: true}, {ImportPath: "example.org/signer"}}
			if diff := cmp.Diff(test.want, violations(packages)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// violations returns one line for each import that the rules forbid, sorted.
func violations(packages []listed) []string {
	standard := map[string]bool{}
	for _, p := range packages {
		standard[p.ImportPath] = p.Standard
	}
	var found []string
	for _, p := range packages {
		from, own := inModule(p.ImportPath)
		if !own {
			continue
		}
		found = append(found, importViolations(from, p)...)
		if from == "internal/sigv4" {
			for _, dep := range p.Deps {
				if !standard[dep] {
					found = append(found, fmt.Sprintf("%s depends on %s: it may use the standard library only", from, dep))
				}
			}
		}
	}
	sort.Strings(found)
	return found
}

// importViolations checks what one package and its tests import directly; every package is checked, so chains are as well.
func importViolations(from string, p listed) []string {
	part, known := partOf(from)
	if !known {
		return []string{from + " has no place in the table of deps_test.go: give it one"}
	}
	var found []string
	for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
		if to, own := inModule(imported); own && !mayImport(part, to) {
			found = append(found, fmt.Sprintf("%s may not import %s", nameOf(from), nameOf(to)))
		}
		for foreign, owner := range onlyFrom {
			if within(imported, foreign) && part != owner {
				found = append(found, fmt.Sprintf("%s may not import %s: only %s may", nameOf(from), imported, owner))
			}
		}
	}
	return found
}

func mayImport(part, folder string) bool {
	if to, known := partOf(folder); known && to == part {
		return true
	}
	return slices.ContainsFunc(allowed[part], func(place string) bool { return within(folder, strings.TrimSuffix(place, "/")) })
}

// inModule returns the folder of a package of this module.
func inModule(path string) (folder string, own bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}

// partOf returns the entry of the table that governs a folder: its own, or that of the nearest folder above it.
func partOf(folder string) (part string, known bool) {
	for part = folder; part != "" && part != "."; part = path.Dir(part) {
		if _, known := allowed[part]; known {
			return part, true
		}
	}
	return "", folder == ""
}

func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

func nameOf(folder string) string {
	if folder == "" {
		return "main"
	}
	return folder
}

func list(t *testing.T, args ...string) []listed {
	t.Helper()
	fields := "-json=ImportPath,Standard,Imports,TestImports,XTestImports,Deps"
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", fields}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	var packages []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("decode the output of go list: %v", err)
		}
		packages = append(packages, p)
	}
}
