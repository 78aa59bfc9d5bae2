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
	// hints are in each text that has a secret, so that others need not be searched.
	hints = []string{"k8s-aws-v1", "x-amz-s", "signature=", "bearer", "eyj"}
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

// hinted tells whether a text has one of hints, in any letter case. It runs for each field of each event and allocates nothing.
func hinted(text string) bool {
	for i := range len(text) {
		switch text[i] | 0x20 { // the letter in lower case
		case 'k', 'x', 's', 'b', 'e':
			for _, hint := range hints {
				if len(text)-i >= len(hint) && strings.EqualFold(text[i:i+len(hint)], hint) {
					return true
				}
			}
		}
	}
	return false
}

// fields are all that a client or a log line can fill with any text, but for Text and the groups.
func (e *Event) fields() [18]*string {
	return [...]*string{
		&e.Cluster, &e.AccessKeyID, &e.Issued, &e.Token, &e.MadeFor, &e.ARN, &e.PrincipalID, &e.Service, &e.Operation, &e.Region, &e.RequestID,
		&e.Code, &e.Username, &e.Verb, &e.Resource, &e.Namespace, &e.SourceIP, &e.UserAgent,
	}
}

func (e *Event) clean() {
	e.Text = clean(e.Text, maxText)
	for _, field := range e.fields() {
		*field = clean(*field, maxField)
	}
	if len(e.Groups) > maxGroups {
		e.Groups = append(e.Groups[:maxGroups:maxGroups], "…")
	}
	for i := range e.Groups {
		e.Groups[i] = clean(e.Groups[i], maxField)
	}
}

// detach copies all texts into one, so that no event keeps the request or the line of which they are parts, tokens included.
// It returns the size of the texts in bytes.
func (e *Event) detach() int {
	fields := e.fields()
	size := len(e.Text)
	for _, field := range fields {
		size += len(*field)
	}
	for _, group := range e.Groups {
		size += len(group)
	}
	var all strings.Builder
	all.Grow(size)
	own := func(text *string) {
		start := all.Len()
		all.WriteString(*text)
		*text = all.String()[start:]
	}
	own(&e.Text)
	for _, field := range fields {
		own(field)
	}
	e.Groups = append([]string(nil), e.Groups...)
	for i := range e.Groups {
		own(&e.Groups[i])
	}
	return size
}
