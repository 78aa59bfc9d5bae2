package online

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/token"
)

// stsReasons finds out why STS has refused the token: for a wrong signature, whether it is good for another cluster.
func (w *walk) stsReasons(ctx context.Context, reason hop.Reason) []hop.Reason {
	reason.Cause, reason.Fix = stsCause(reason.Text)
	code, message := refusalOf(reason.Text)
	if code != "" {
		reason.Text = code + ": " + firstSentence(message)
		before, _, _ := strings.Cut(reason.Evidence[0], " Body: ")
		reason.Evidence = []string{before}
	}
	reason.Evidence = append(reason.Evidence, clocks(message)...)
	if reason.Cause != 40 || !strings.Contains(reason.Text, mismatch) {
		return []hop.Reason{reason}
	}
	if problem := w.damage(); problem != nil {
		reason.Cause, reason.Text, reason.Fix = problem.Cause, problem.Text, problem.Fix
		return []hop.Reason{reason}
	}
	madeFor := ""
	if i := slices.IndexFunc(w.Others, func(other string) bool { return w.goodFor(ctx, other) }); i >= 0 {
		madeFor = w.Others[i]
	}
	return w.mismatchReasons(reason, message, madeFor)
}

// damage is what shows in the token itself of why its signature cannot be good, such as that its end is cut off; nil for
// nothing.
func (w *walk) damage() *token.Problem {
	parsed, err := token.Parse(w.token)
	if err != nil {
		return nil
	}
	for _, problem := range parsed.CheckSTS(w.Now()) {
		if strings.HasPrefix(problem.Text, mismatch) {
			return &problem
		}
	}
	return nil
}

// refusalOf reads the error in the body of STS's answer, which the authenticator quotes.
func refusalOf(text string) (code, message string) {
	_, body, _ := strings.Cut(text, "Body: ")
	var answer struct {
		Error struct{ Code, Message string }
	}
	if json.Unmarshal([]byte(body), &answer) != nil {
		return "", ""
	}
	return answer.Error.Code, answer.Error.Message
}

// firstSentence leaves out what STS adds for those who write a signer.
func firstSentence(message string) string {
	message, _, _ = strings.Cut(message, "\n")
	if i := strings.Index(message, ". "); i >= 0 {
		return message[:i+1]
	}
	return message
}
