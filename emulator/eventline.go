package emulator

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/eksauth/eksauth/internal/events"
)

const (
	eventFormat = "%-12s  %-7s  %-4s  %-14s  %s\n"
	// eventText is how much of a reason stands in a line, in characters; the JSON form has all.
	eventText = 160
)

var eventHead = fmt.Sprintf(eventFormat, "TIME", "ATTEMPT", "HOP", "SOURCE", "WHAT")

// eventLine writes an event for people.
func eventLine(e events.Event) string {
	attempt, mark := "-", " "
	if e.Attempt != 0 {
		attempt = strconv.FormatUint(e.Attempt, 10)
	}
	switch e.Outcome {
	case events.Allowed:
		mark = "✓"
	case events.Refused:
		mark = "✗"
	}
	return fmt.Sprintf(eventFormat, e.Time.Local().Format("15:04:05.000"), attempt, mark+" "+e.Hop, e.Source, eventWhat(e))
}

// eventWhat says what happened.
func eventWhat(e events.Event) string {
	var parts []string
	switch e.Source {
	case events.Gateway:
		parts = callParts(e)
	case events.Authenticator:
		parts = decisionParts(e)
	case events.APIServer:
		parts = requestParts(e)
	}
	if e.Cluster != "" {
		parts = append(parts, "cluster "+e.Cluster)
	}
	if e.Explanation {
		parts = append(parts, "asked by eksauth explain")
	}
	return strings.Map(visible, strings.Join(parts, ", "))
}

// visible replaces what a terminal would take for a command: a client chooses its texts itself.
func visible(r rune) rune {
	if unicode.IsControl(r) {
		return '�'
	}
	return r
}

func callParts(e events.Event) []string {
	operation := e.Operation
	if operation == "" {
		operation = "call"
	}
	parts := []string{strings.TrimSpace(e.Service + " " + operation + " " + e.Resource)}
	if e.ARN != "" {
		parts = append(parts, e.ARN)
	}
	if e.AccessKeyID != "" {
		parts = append(parts, "key "+e.AccessKeyID)
	}
	if e.Issued != "" {
		parts = append(parts, "gets key "+e.Issued)
	}
	if e.Token != "" {
		parts = append(parts, "token "+e.Token)
	}
	if e.Outcome == events.Refused {
		code := e.Code
		if code != "" {
			code += ": "
		}
		return append(parts, fmt.Sprintf("%d %s%s", e.Status, code, shortText(e.Text)))
	}
	return append(parts, fmt.Sprintf("%d in %s", e.Status, e.Took.Round(10*time.Microsecond)))
}

func decisionParts(e events.Event) []string {
	var parts []string
	if e.ARN != "" {
		parts = append(parts, e.ARN)
	}
	switch {
	case e.Outcome == events.Refused:
		parts = append(parts, "access denied: "+shortText(e.Text))
	case e.Hop == "H6":
		parts = append(parts, "STS knows the caller")
	default:
		parts = append(parts, fmt.Sprintf("user %q, groups [%s]", e.Username, strings.Join(e.Groups, ", ")))
	}
	return parts
}

func requestParts(e events.Event) []string {
	what := e.Verb + " " + e.Resource
	if e.Namespace != "" {
		what += " -n " + e.Namespace
	}
	parts := []string{what}
	if e.Username != "" || e.AccessKeyID != "" {
		parts = append(parts, fmt.Sprintf("user %q", e.Username))
	}
	return append(parts, strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, shortText(e.Text))))
}

// shortText is the first line of a text, not too long.
func shortText(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	if short := []rune(text); len(short) > eventText {
		return string(short[:eventText]) + "…"
	}
	return text
}
