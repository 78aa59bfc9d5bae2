package message

import (
	"errors"
	"regexp"
	"strings"

	"github.com/eksauth/eksauth/explain/hop"
)

// ErrUnknown says that no known cause prints such a text.
var ErrUnknown = errors.New("no cause in docs/CAUSES.md has this text: explain the attempt itself, by eksauth explain --profile")

// known is a text that one cause alone has.
type known struct {
	hop   string
	cause int
	text  *regexp.Regexp
	fix   string
}

// Explain finds the cause of a text. Of several that fit the first in the order of the hops counts.
func Explain(text string) (*hop.Answer, error) {
	for _, k := range texts {
		found := k.text.FindStringIndex(text)
		if found == nil {
			continue
		}
		answer := hop.New()
		answer.Add(k.hop, hop.Refused, "by what was printed", hop.Reason{
			Cause: k.cause, Text: line(text, found[0]), Fix: k.fix,
		})
		return answer, nil
	}
	if strings.Contains(text, "You must be logged in to the server") || strings.Contains(text, "asked for the client to provide credentials") {
		return nil, errors.New("kubectl alone cannot know why the cluster refuses: explain the attempt, by eksauth explain --profile, or give " +
			"the line of the authenticator's log")
	}
	return nil, ErrUnknown
}

// line is the line of a text in which an offset is.
func line(text string, at int) string {
	start := strings.LastIndexByte(text[:at], '\n') + 1
	found, _, _ := strings.Cut(text[start:], "\n")
	return strings.TrimSpace(found)
}
