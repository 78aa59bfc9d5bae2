package events

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Hops of the authenticator's refusals, by how their text begins
// (sigs.k8s.io/aws-iam-authenticator, packages token and server).
var refusals = []struct{ prefix, hop string }{
	{"input token was not properly formatted", "H5"},
	{"sts getCallerIdentity", "H6"},
	{"invalid username", "H8"},
}

var bodyRequestID = regexp.MustCompile(`"RequestId":\s*"([^"]+)"`)

// ParseAuthenticatorLine reads a line of the authenticator's log. ok is false for lines that decide nothing. A refused
// request of which nobody knows the caller has neither ARN nor key.
func ParseAuthenticatorLine(line, cluster string) (e Event, ok bool) {
	if !strings.Contains(line, "path=/authenticate") {
		return Event{}, false
	}
	fields := logfmt(ContainerLine(line))
	e = Event{Source: Authenticator, Cluster: cluster, ARN: fields["arn"], AccessKeyID: fields["accesskeyid"]}
	e.Time, _ = time.Parse(time.RFC3339, fields["time"]) // without a time the recorder sets its own
	switch fields["msg"] {
	case "STS response":
		e.Hop, e.Outcome, e.PrincipalID = "H6", Allowed, fields["accountid"]+":"+fields["userid"]
	case "access granted":
		e.Hop, e.Outcome, e.Username = "H7", Allowed, fields["username"]
		e.Groups = strings.Fields(strings.Trim(fields["groups"], "[]"))
		e.PrincipalID = strings.TrimPrefix(fields["uid"], "aws-iam-authenticator:")
	case "access denied":
		e.Outcome, e.Text, e.Hop = Refused, fields["error"], refusalHop(fields["error"])
		if match := bodyRequestID.FindStringSubmatch(e.Text); match != nil {
			e.RequestID = match[1]
		}
	default:
		return Event{}, false
	}
	e.clean() // not every reader records what it has read
	return e, true
}

func refusalHop(text string) string {
	if strings.Contains(text, "renderTemplates error") {
		return "H8"
	}
	for _, r := range refusals {
		if strings.HasPrefix(text, r.prefix) {
			return r.hop
		}
	}
	return "H7"
}

// logfmt reads key=value pairs, of which values may be quoted as in Go.
func logfmt(line string) map[string]string {
	fields := map[string]string{}
	for line = strings.TrimLeft(line, " "); line != ""; line = strings.TrimLeft(line, " ") {
		key, rest, found := strings.Cut(line, "=")
		if !found {
			return fields
		}
		var value string
		if quoted, err := strconv.QuotedPrefix(rest); err == nil {
			value, _ = strconv.Unquote(quoted) // a quoted prefix can be unquoted
			rest = rest[len(quoted):]
		} else {
			value, rest, _ = strings.Cut(rest, " ")
		}
		fields[key], line = value, rest
	}
	return fields
}
