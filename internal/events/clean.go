package events

import (
	"regexp"
	"strings"
)

// What is kept of an event, so that memory stays bounded.
const (
	maxText   = 2048 // bytes of Text
	maxField  = 512  // bytes of any other field
	maxGroups = 64
	// searched is how many times the length that is kept is searched for secrets: cutting those out leaves less.
	searched = 4
)

var (
	// secrets finds what lets its bearer in: tokens, signatures, session tokens, bearer headers and JSON Web Tokens.
	secrets = regexp.MustCompile(`(?i)(k8s-aws-v1\.)[\w-]+` +
		`|(X-Amz-(?:Signature|Security-Token)(?:=|%3D|":"|:\s*))[^&\s"\\]+` +
		`|(Signature=)[0-9a-f]+` +
		`|(Bearer\s+)[\w.~+/=-]+` +
		`|(eyJ)[\w-]+\.[\w-]+\.[\w-]+`)
	// hints are in each text that has a secret, so that others need not be searched; by their first letter.
	hints = [256]string{'k': "k8s-aws-v1", 'x': "x-amz-s", 's': "signature=", 'b': "bearer", 'e': "eyj"}
)

// clean returns a text without secrets, cut to a length in bytes. What is far too long is not even looked at.
func clean(text string, longest int) string {
	text = text[:min(len(text), searched*longest)]
	if hinted(text) {
		text = secrets.ReplaceAllString(text, "$1$2$3$4$5[removed]")
	}
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// hinted tells whether a text has one of hints, in any letter case. It runs for each event and allocates nothing.
func hinted(text string) bool {
	for i := 0; i+1 < len(text); i++ {
		hint := hints[text[i]|0x20] // the letter in lower case
		if hint != "" && text[i+1]|0x20 == hint[1]|0x20 && len(text)-i >= len(hint) && strings.EqualFold(text[i:i+len(hint)], hint) {
			return true
		}
	}
	return false
}

// free are the fields that a client or a log line can fill with any text, but for Text and the groups.
func (e *Event) free() [10]*string {
	return [...]*string{
		&e.AccessKeyID, &e.ARN, &e.PrincipalID, &e.Operation, &e.Username, &e.Verb, &e.Resource, &e.Namespace, &e.Region, &e.UserAgent,
	}
}

// ours are the other fields but for those that are constants of the program.
func (e *Event) ours() [8]*string {
	return [...]*string{&e.Cluster, &e.Issued, &e.Token, &e.MadeFor, &e.RequestID, &e.Code, &e.SourceIP, &e.Service}
}

func (e *Event) clean() {
	e.Text = clean(e.Text, maxText)
	for _, field := range e.free() {
		*field = clean(*field, maxField)
	}
	if len(e.Groups) > maxGroups {
		e.Groups = append(e.Groups[:maxGroups:maxGroups], "…")
	}
	for i := range e.Groups {
		e.Groups[i] = clean(e.Groups[i], maxField)
	}
}
