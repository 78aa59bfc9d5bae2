package scenario

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestStep holds that a step which is otherwise than it has to be is an error that says so.
func TestStep(t *testing.T) {
	tests := []struct {
		name string
		step Step
		want string
	}{
		{"it works", run("true"), ""},
		{"it does not", run("echo no; exit 4"), "attempt: echo no; exit 4: exit code 4: no"},
		{"it fails as it has to", fails("echo 'User x cannot'; false", "User … cannot"), ""},
		{"it works and must not", fails("echo in"), "it works, and it should not: in"},
		{"it fails by another text", fails("echo other; false", "User … cannot"), `it does not say "User … cannot": other`},
		{"it prints another text", works("echo other", "this"), `it does not say "this": other`},
		{"a file alone", Step{File: "note", Text: "on $REGION"}, ""},
		{"it becomes so", works("echo x >> count; test $(wc -l < count) -ge 3"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := shellWorld(t)
			w.Settle, w.Region = time.Millisecond, "eu-west-1"
			a := &attempt{world: w}
			err := a.step(t.Context(), "attempt", tt.step)
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if len(a.result.Steps) != 1 || a.result.Steps[0].Command != tt.step.Run {
				t.Errorf("recorded %+v", a.result.Steps)
			}
		})
	}
}

// TestAttemptIsKeptForItsExplanation holds that eksauth explain --error reads what the client has printed, on either stream.
func TestAttemptIsKeptForItsExplanation(t *testing.T) {
	a := &attempt{world: shellWorld(t)}
	if err := a.step(t.Context(), "attempt", fails("echo one; echo two >&2; false")); err != nil {
		t.Fatal(err)
	}
	printed, err := os.ReadFile(a.file("error.txt"))
	if err != nil || !strings.Contains(string(printed), "one") || !strings.Contains(string(printed), "two") {
		t.Errorf("got %q, %v", printed, err)
	}
}

func TestReadLog(t *testing.T) {
	w := shellWorld(t)
	w.Settle = time.Millisecond
	w.files.Log = w.file("log")
	if err := os.WriteFile(w.files.Log, []byte("before: denied\nafter: error=\"a \\\"b\\\"\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := &attempt{world: w, logged: int64(len("before: denied\n")), scenario: Scenario{Logged: []string{`a "b"`}}}
	if err := a.readLog(t.Context()); err != nil {
		t.Error(err)
	}
	a.scenario.Logged = []string{"denied"}
	if err := a.readLog(t.Context()); err == nil || !strings.Contains(err.Error(), `nobody logs "denied"`) {
		t.Errorf("what was logged before: %v", err)
	}
}
