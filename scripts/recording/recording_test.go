package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// most is how large a picture may be, in bytes: whoever opens the README loads it.
const most = 200 << 10

// TestPicturesAreOfTheirSessions holds that each picture was made from its session as it is now, and is shown.
func TestPicturesAreOfTheirSessions(t *testing.T) {
	const root = "../../"
	sessions, err := filepath.Glob(root + "docs/images/*.session")
	if err != nil || len(sessions) == 0 {
		t.Fatalf("no sessions: %v", err)
	}
	readme := read(t, root+"README.md")
	for _, path := range sessions {
		base := strings.TrimSuffix(path, ".session")
		t.Run(filepath.Base(base), func(t *testing.T) {
			c, err := decode(read(t, base+".cast"))
			if err != nil {
				t.Fatal(err)
			}
			if c.Env[digestName] != digest(read(t, path)) {
				t.Errorf("the cast is not of this session: run scripts/recording.sh %s", filepath.Base(base))
			}
			picture := read(t, base+".svg")
			if diff := cmp.Diff(string(c.svg()), string(picture)); diff != "" {
				t.Errorf("the picture is not of the cast: go run ./scripts/recording draw %s (-want +got):\n%s", base+".cast", diff)
			}
			if len(picture) > most {
				t.Errorf("the picture has %d bytes, more than %d", len(picture), most)
			}
			if !strings.Contains(string(readme), strings.TrimPrefix(base, root)+".svg") {
				t.Error("README.md does not show the picture")
			}
		})
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestASessionIsPlayed(t *testing.T) {
	s, err := parse("= A title\n# see\n! true\n$ echo one;\n> echo two\n$ echo 'error: <no>' >&2; exit 3\n")
	if err != nil {
		t.Fatal(err)
	}
	c := &cast{Version: 2, Width: columns, Title: s.title}
	now := time.Unix(0, 0)
	if err := s.play(t.Context(), c, func() time.Time { now = now.Add(100 * time.Millisecond); return now }); err != nil {
		t.Fatal(err)
	}
	back, err := decode(c.encode())
	if err != nil {
		t.Fatal(err)
	}
	second := time.Second
	want := []row{
		{0, "# see", "remark"}, {second, "$ echo one;", "typed"}, {second, "> echo two", "typed"},
		{1460 * time.Millisecond, "one", "plain"}, {1460 * time.Millisecond, "two", "plain"},
		{2460 * time.Millisecond, "$ echo 'error: <no>' >&2; exit 3", "typed"}, {3160 * time.Millisecond, "error: <no>", "bad"},
	}
	if diff := cmp.Diff(want, back.rows(), cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	for d := xml.NewDecoder(strings.NewReader(string(back.svg()))); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the picture is not XML: %v", err)
		}
	}
}

func TestWrongSessionsSayWhere(t *testing.T) {
	for want, source := range map[string]string{
		"line 2 begins with none of":  "# see\necho",
		"line 1 continues no command": "> echo",
	} {
		if _, err := parse(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v does not say %q", source, err, want)
		}
	}
	s, err := parse("! echo gone; false\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.play(t.Context(), &cast{}, time.Now); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("a hidden command that fails: error %v", err)
	}
}

func TestLongLinesAreWrapped(t *testing.T) {
	if diff := cmp.Diff([]string{strings.Repeat("é", columns), "é"}, wrap(strings.Repeat("é", columns+1))); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}
