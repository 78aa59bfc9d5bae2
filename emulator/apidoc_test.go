package emulator

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/fakeeks/accesspolicy"
	"github.com/eksauth/eksauth/internal/awswire"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

// TestAPIDocument holds that docs/API.md says of every operation what the code offers.
// go test ./emulator -run TestAPIDocument -update writes it.
func TestAPIDocument(t *testing.T) {
	const path = "../docs/API.md"
	want := apiDocument(t, startFakes(t))
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(have)); diff != "" {
		t.Errorf("docs/API.md is out of date, run go test ./emulator -run TestAPIDocument -update (-want +got):\n%s", diff)
	}
}

func apiDocument(t *testing.T, env *Environment) string {
	t.Helper()
	services, err := env.services(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# Operations\n\nEvery operation of the API models of STS, IAM and EKS, and whether eksauth offers it. One that it does not offer is\n" +
		"answered with an error in AWS's shape that says so. This page is generated from the code; a test compares them.\n")
	for _, section := range []struct{ id, name string }{{"sts", "STS"}, {"iam", "IAM"}, {"eks", "EKS"}} {
		lister, ok := services[section.id].(interface{ Operations() []awswire.Operation })
		if !ok {
			t.Fatalf("%s does not list its operations", section.name)
		}
		operations := lister.Operations()
		offered := 0
		var rows strings.Builder
		for _, o := range operations {
			answer := "no"
			if o.Offered {
				answer = "yes"
				offered++
			}
			fmt.Fprintf(&rows, "| %s | %s |\n", o.Name, answer)
		}
		fmt.Fprintf(&b, "\n## %s: %d of %d\n\n| operation | offered |\n|---|---|\n%s", section.name, offered, len(operations), rows.String())
	}
	b.WriteString(accessPolicies())
	return b.String()
}

// accessPolicies says of each access policy where what it allows is taken from.
func accessPolicies() string {
	var b strings.Builder
	b.WriteString("\n## Access policies\n\nAll that AWS lists or documents. What each allows is the table of AWS's documentation; where that has only words, the narrowest\n" +
		"reading of them; and nothing at all where nothing is documented.\n\n| access policy | allows what | for |\n|---|---|---|\n")
	sources := map[string]string{"table": "the table says", "words": "the words say, at the least", "none": "nothing: AWS documents no permissions"}
	for _, p := range accesspolicy.All() {
		whom := "all principals"
		if p.ServiceLinkedOnly {
			whom = "service-linked roles"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", p.Name, sources[p.Source], whom)
	}
	return b.String()
}
