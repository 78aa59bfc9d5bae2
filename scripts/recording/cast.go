package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// columns is the width of the terminal, in characters: what README.md's column shows at a readable size.
const columns = 100

// digestName is the variable in the cast's header that has the SHA-256 of the session's file.
const digestName = "SESSION_SHA256"

func digest(source []byte) string {
	sum := sha256.Sum256(source)
	return hex.EncodeToString(sum[:])
}

// cast is a recording in asciinema's second format (https://docs.asciinema.org/manual/asciicast/v2/).
type cast struct {
	Version int               `json:"version"`
	Width   int               `json:"width"`
	Height  int               `json:"height"`
	Title   string            `json:"title"`
	Env     map[string]string `json:"env"`

	events []event
	clock  time.Duration
}

// event is something printed at a time from the beginning.
type event struct {
	at   time.Duration
	text string
}

func (c *cast) wait(d time.Duration) { c.clock += d }

// print keeps a text that comes after some time. A text ends with a line.
func (c *cast) print(after time.Duration, text string) {
	c.wait(after.Round(time.Millisecond))
	if text == "" {
		return
	}
	text = strings.TrimSuffix(text, "\n") + "\n"
	c.events = append(c.events, event{c.clock, strings.ReplaceAll(text, "\n", "\r\n")})
}

func (c *cast) encode() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(c) // strings and numbers can be encoded
	for _, event := range c.events {
		_ = e.Encode([]any{float64(event.at.Milliseconds()) / 1000, "o", event.text})
	}
	return b.Bytes()
}

func decode(data []byte) (*cast, error) {
	var c cast
	for i, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		if i == 0 {
			if err := json.Unmarshal(line, &c); err != nil || c.Version != 2 {
				return nil, fmt.Errorf("the header is not that of a cast of version 2: %s", line)
			}
			continue
		}
		var at float64
		var kind, text string
		if err := json.Unmarshal(line, &[]any{&at, &kind, &text}); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		c.events = append(c.events, event{time.Duration(at * float64(time.Second)).Round(time.Millisecond), text})
	}
	return &c, nil
}

// row is one row of the terminal and when it is printed.
type row struct {
	at    time.Duration
	text  string
	style string
}

// rows is the terminal's whole content at the end: it scrolls nothing away.
func (c *cast) rows() []row {
	var rows []row
	for _, event := range c.events {
		for line := range strings.SplitSeq(strings.TrimSuffix(event.text, "\r\n"), "\r\n") {
			style := styleOf(line)
			for _, part := range wrap(line) {
				rows = append(rows, row{event.at, part, style})
			}
		}
	}
	return rows
}

// wrap cuts a line as a terminal does.
func wrap(line string) []string {
	characters := []rune(line)
	var parts []string
	for len(characters) > columns {
		parts, characters = append(parts, string(characters[:columns])), characters[columns:]
	}
	return append(parts, string(characters))
}

// styleOf tells what a line is by how it begins.
func styleOf(line string) string {
	for _, known := range []struct{ prefix, style string }{
		{command, "typed"}, {further, "typed"}, {remark, "remark"}, {"✓", "good"}, {"✗", "bad"}, {"error:", "bad"}, {"Error from server", "bad"},
		{"     fix:", "good"},
	} {
		if strings.HasPrefix(line, known.prefix) {
			return known.style
		}
	}
	return "plain"
}
