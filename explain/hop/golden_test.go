package hop

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFormOfJSON holds the form that scripts read; docs/EXPLAIN.md promises that it stays.
func TestFormOfJSON(t *testing.T) {
	a := New()
	a.Attempt = 4
	a.Add(STS, OK, "arn:aws:iam::111122223333:user/yaroslav")
	a.Add(Mapping, Refused, "arn:aws:iam::111122223333:user/yaroslav", Reason{
		Cause: 17, Text: "identity is not mapped", Evidence: []string{"aws-auth:5: - userarn: x"}, Fix: "- userarn: y",
	}, Reason{Text: "or not"})
	a.User = &User{Username: "yaroslav", Groups: []string{"developers"}}
	want, err := os.ReadFile("testdata/answer.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("form of an answer (-want +got):\n%s", diff)
	}
	empty, err := json.Marshal(New())
	if err != nil {
		t.Fatal(err)
	}
	if string(empty) != `{"version":1,"steps":[]}` {
		t.Errorf("an answer without steps is %s", empty)
	}
}

func TestMerge(t *testing.T) {
	before, after := New(), New()
	before.Add(Client, OK, "the plugin")
	before.Add(Credentials, OK, "the key")
	after.Add(Mapping, OK, "the user")
	after.Merge(before)
	var got []string
	for _, step := range after.Steps {
		got = append(got, step.Hop)
	}
	if diff := cmp.Diff([]string{"H1", "H2", "H7"}, got); diff != "" {
		t.Errorf("hops (-want +got):\n%s", diff)
	}
	if len(before.Steps) != 2 {
		t.Error("what was found before has changed")
	}
}
