package online

import (
	"fmt"
	"strings"

	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/mapping"
	"github.com/eksauth/eksauth/explain/token"
)

// recordedSTS says why STS refused a token that is not kept: its signature was tried for the other clusters at the time.
func (w *walk) recordedSTS(a attempt, reason hop.Reason) []hop.Reason {
	if a.asked == nil || a.asked.Code == "" { // the authenticator did not reach STS
		reason.Cause, reason.Fix = stsCause(reason.Text)
		return []hop.Reason{reason}
	}
	reason.Cause, reason.Fix = stsCause(a.asked.Code + ": " + a.asked.Text)
	reason.Text = a.asked.Code + ": " + firstSentence(a.asked.Text)
	reason.Evidence = append(reason.Evidence, clocks(a.asked.Text)...)
	if reason.Cause != 40 || a.asked.Code != mismatch {
		return []hop.Reason{reason}
	}
	return w.mismatchReasons(reason, a.asked.Text, a.asked.MadeFor)
}

// mismatch is STS's code for a signature that is not that of the request.
const mismatch = "SignatureDoesNotMatch"

// mismatchReasons says what a signature was made over instead: another cluster's name if that is known, else that or another
// secret.
func (w *walk) mismatchReasons(reason hop.Reason, message, madeFor string) []hop.Reason {
	fix := "aws eks get-token --cluster-name " + w.Cluster.Name
	if madeFor != "" {
		reason.Cause, reason.Text = 38, fmt.Sprintf("the token was made for the cluster %q, not for %q", madeFor, w.Cluster.Name)
		reason.Evidence = append(reason.Evidence, mapping.Beside(token.ClusterHeader+":"+madeFor, token.ClusterHeader+":"+w.Cluster.Name)...)
		reason.Fix = fix
		return []hop.Reason{reason}
	}
	wrongSecret := hop.Reason{Cause: 40, Text: "or the secret does not belong to the key", Fix: reason.Fix}
	reason.Cause, reason.Fix = 38, fix
	reason.Text += " Either the token was made for another cluster, which this stack does not have"
	reason.Evidence = append(reason.Evidence, "STS wants a signature over "+token.ClusterHeader+": "+w.Cluster.Name)
	reason.Evidence = append(reason.Evidence, canonical(message)...)
	return []hop.Reason{reason, wrongSecret}
}

// stsEvidence is what STS's message shows beside its reason.
func stsEvidence(message string) []string { return append(clocks(message), canonical(message)...) }

// canonical is the canonical request that STS computed, out of its message: the signature is of another one. A session token
// in it is left out.
func canonical(message string) []string {
	_, rest, found := strings.Cut(message, "The Canonical String for this request should have been\n'")
	text, _, ended := strings.Cut(rest, "'\n")
	if !found || !ended {
		return nil
	}
	lines := []string{"it computed the signature over this request, the client over another:"}
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, "  "+withoutSession(line))
	}
	return lines
}

// withoutSession cuts a session token out of a line of a canonical request, in the query or as a header.
func withoutSession(line string) string {
	lower := strings.ToLower(line)
	for _, name := range []string{"x-amz-security-token=", "x-amz-security-token:"} {
		if i := strings.Index(lower, name); i >= 0 {
			i += len(name)
			_, rest, more := strings.Cut(line[i:], "&")
			if line = line[:i] + "…"; more {
				line += "&" + rest
			}
			return line
		}
	}
	return line
}

// clocks are the two times in STS's refusal of a date, out of its message: "Signature expired: T is now earlier than …
// (NOW - 15 min.)".
func clocks(message string) []string {
	client, now := datesIn(message)
	if client.IsZero() || now.IsZero() {
		return nil
	}
	return clockDifference(client, now)
}
