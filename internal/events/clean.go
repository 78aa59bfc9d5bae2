package events

import (
	"regexp"
	"strings"
)

// maxText is how long a text in an event may be, in bytes, so that memory stays bounded.
const maxText = 2048

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

// clean returns a text without secrets, cut to maxText.
func clean(text string) string {
	if text == "" {
		return text
	}
	if hinted(text) {
		text = secrets.ReplaceAllString(text, "$1$2$3$4$5[removed]")
	}
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "…"
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

// clean cleans the fields that a client or a log line can fill with any text.
func (e *Event) clean() {
	for _, field := range []*string{&e.Text, &e.UserAgent, &e.Resource, &e.Username, &e.ARN, &e.AccessKeyID, &e.Operation, &e.Namespace} {
		*field = clean(*field)
	}
	for i := range e.Groups {
		e.Groups[i] = clean(e.Groups[i])
	}
}
