package online

import (
	"context"
	"encoding/json"
	"fmt"
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
	if reason.Cause != 40 || !strings.Contains(reason.Text, "SignatureDoesNotMatch") {
		return []hop.Reason{reason}
	}
	reason.Evidence = append(reason.Evidence, "STS wants a signature over "+token.ClusterHeader+": "+w.Cluster.Name)
	for _, other := range w.Others {
		if w.goodFor(ctx, other) {
			reason.Cause, reason.Text = 38, fmt.Sprintf("the token was made for the cluster %q, not for %q", other, w.Cluster.Name)
			reason.Fix = "aws eks get-token --cluster-name " + w.Cluster.Name
			return []hop.Reason{reason}
		}
	}
	wrongSecret := hop.Reason{Cause: 40, Text: "or the secret does not belong to the key", Fix: reason.Fix}
	reason.Cause, reason.Fix = 38, "aws eks get-token --cluster-name "+w.Cluster.Name
	reason.Text += " Either the token was made for another cluster, which this stack does not have"
	return []hop.Reason{reason, wrongSecret}
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
