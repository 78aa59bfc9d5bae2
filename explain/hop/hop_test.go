package hop

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func example() *Answer {
	a := New()
	a.Add(TokenFormat, OK, "493 bytes")
	a.Add(STS, Unknown, "not asked")
	a.Add(Mapping, Refused, "caller", Reason{Cause: 1, Text: "a path", Evidence: []string{"f:5: line"}, Fix: "mapRoles: |\n  - x"})
	a.User = &User{Username: "dev", Groups: []string{"a", "b"}}
	return a
}

func TestWrite(t *testing.T) {
	var out strings.Builder
	if err := example().Write(&out); err != nil {
		t.Fatal(err)
	}
	const want = `✓ H5 token         493 bytes
? H6 STS           not asked
✗ H7 mapping       caller
     a path [cause 1]
       f:5: line
     fix: mapRoles: |
            - x

In Kubernetes: user "dev", groups [a, b]
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

// TestJSON holds the form that scripts read.
func TestJSON(t *testing.T) {
	data, err := json.Marshal(example())
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"version":1,"steps":[{"hop":"H5","status":"ok","seen":"493 bytes"},{"hop":"H6","status":"unknown","seen":"not asked"},` +
		`{"hop":"H7","status":"refused","seen":"caller","reasons":[{"cause":1,"text":"a path","evidence":["f:5: line"],"fix":"mapRoles: |\n  - x"}]}],` +
		`"user":{"username":"dev","groups":["a","b"]}}`
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestRefusalIsTheFirst(t *testing.T) {
	if got := example().Refusal(); got == nil || got.Hop != Mapping {
		t.Errorf("got %+v", got)
	}
	if got := New().Refusal(); got != nil {
		t.Errorf("an answer without steps refuses: %+v", got)
	}
}
