package events

import (
	"net/http"
	"strings"
	"time"
)

const (
	// maxAttempts is how many attempts are joined at a time; an older one gets no more events.
	maxAttempts = 1024
	// lifetime is how long a token lets in, so that what comes later is another attempt
	// (https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster).
	lifetime = 15 * time.Minute
	// answerWithin is how soon the kube-apiserver answers 401 after the authenticator has refused. The authenticator's log
	// counts in whole seconds.
	answerWithin = 5 * time.Second
)

// ExplanationAgent is in the user agent of eksauth explain, whose own calls are no attempts to explain.
const ExplanationAgent = "eksauth-explain"

func (e *Event) explains() bool { return strings.Contains(e.UserAgent, ExplanationAgent) }

// attempt is one attempt to enter a cluster.
type attempt struct {
	number      uint64
	began       time.Time
	explanation bool
	token       string
	// names are the keys of joiner.byName under which the attempt is found.
	names []name
	// request is one more of them, that of the last request that STS refused.
	request name
	// refused is when the authenticator has refused; zero if it has not, or once the client was told.
	refused time.Time
	cluster string
}

// joiner finds the attempt that an event belongs to.
type joiner struct {
	last   uint64
	byName map[name]*attempt
	// order has the attempts that byName knows, the oldest first.
	order []*attempt
}

func newJoiner() joiner { return joiner{byName: map[name]*attempt{}} }

// name is one by which an attempt is found: an access key, a token, a request, a principal, an ARN or a client. The last three
// count in one cluster only. A name without a value is none.
type name struct {
	kind           byte
	value, cluster string
}

func keyName(id string) name               { return name{kind: 'k', value: id} }
func tokenName(fingerprint string) name    { return name{kind: 't', value: fingerprint} }
func requestName(id string) name           { return name{kind: 'r', value: id} }
func principalName(cluster, p string) name { return name{'p', p, cluster} }
func arnName(cluster, arn string) name     { return name{'a', strings.ToLower(arn), cluster} }
func clientName(e *Event) name             { return name{'c', e.SourceIP + " " + e.UserAgent, e.Cluster} }

// own is the name with texts of its own, so that no attempt keeps the request or the line that they were cut from.
func (n name) own() name {
	n.value, n.cluster = strings.Clone(n.value), strings.Clone(n.cluster)
	return n
}

// attempt returns an event's attempt; nil if it belongs to none.
func (j *joiner) attempt(e *Event) *attempt {
	switch e.Source {
	case Gateway:
		return j.call(e)
	case Authenticator:
		return j.decision(e)
	case APIServer:
		return j.request(e)
	}
	return nil
}

// call joins a call of STS: one that assumes a role, one that the authenticator makes for a token, or any other whose key
// STS refuses, with which nobody makes a token that lets in.
func (j *joiner) call(e *Event) *attempt {
	switch {
	case strings.HasPrefix(e.Operation, "AssumeRole"):
		a := j.find(e, keyName(e.AccessKeyID))
		if a == nil || a.token != "" || e.Issued == "" {
			a = j.begin(e)
		}
		j.known(a, keyName(e.Issued))
		return a
	case e.Token != "":
		a := j.find(e, tokenName(e.Token))
		if a == nil {
			if a = j.find(e, keyName(e.AccessKeyID)); a == nil || a.token != "" {
				a = j.begin(e)
			}
		}
		a.token = strings.Clone(e.Token)
		j.known(a, tokenName(e.Token), keyName(e.AccessKeyID))
		if e.Outcome == Refused {
			j.quoted(a, requestName(e.RequestID))
		}
		return a
	case e.Hop == "H1":
		return j.begin(e)
	}
	return nil
}

// decision joins a line of the authenticator's log.
func (j *joiner) decision(e *Event) *attempt {
	a := j.find(e, requestName(e.RequestID), keyName(e.AccessKeyID), principalName(e.Cluster, e.PrincipalID), arnName(e.Cluster, e.ARN))
	if a == nil {
		a = j.begin(e)
	}
	j.known(a, principalName(e.Cluster, e.PrincipalID), arnName(e.Cluster, canonical(e.ARN)), keyName(e.AccessKeyID))
	a.cluster = strings.Clone(e.Cluster)
	if a.refused = (time.Time{}); e.Outcome == Refused {
		a.refused = e.Time
	}
	return a
}

// request joins an event of the audit log: by the access key that the authenticator has put into the user, or if there is no
// user, by the refusal just before. A client that is told 401 though nobody has refused makes an attempt of its own.
func (j *joiner) request(e *Event) *attempt {
	if e.AccessKeyID != "" {
		return j.find(e, keyName(e.AccessKeyID))
	}
	if e.Status != http.StatusUnauthorized {
		return nil
	}
	if a := j.unanswered(e); a != nil {
		a.refused = time.Time{}
		return a
	}
	client := clientName(e)
	a := j.find(e, client)
	if a == nil || e.Time.Sub(a.began) > answerWithin {
		a = j.begin(e)
		j.known(a, client)
	}
	return a
}

// unanswered is the oldest attempt that the authenticator has just refused and of which no client was told yet.
func (j *joiner) unanswered(e *Event) *attempt {
	for _, a := range j.order {
		wait := e.Time.Sub(a.refused).Abs()
		if !a.refused.IsZero() && !a.explanation && a.cluster == e.Cluster && wait <= answerWithin {
			return a
		}
	}
	return nil
}

// find returns the attempt of the first name that has one.
func (j *joiner) find(e *Event, names ...name) *attempt {
	for _, name := range names {
		if a := j.byName[name]; name.value != "" && a != nil && e.Time.Sub(a.began) <= lifetime {
			return a
		}
	}
	return nil
}

func (j *joiner) begin(e *Event) *attempt {
	j.last++
	a := &attempt{number: j.last, began: e.Time, explanation: e.explains()}
	j.order = append(j.order, a)
	if len(j.order) > maxAttempts {
		j.forget(j.order[0])
		j.order = j.order[1:]
	}
	return a
}

// known lets the attempt be found by names from now on.
func (j *joiner) known(a *attempt, names ...name) {
	for _, name := range names {
		if name.value == "" || j.byName[name] == a {
			continue
		}
		name = name.own()
		j.byName[name] = a
		a.names = append(a.names, name)
	}
}

// quoted lets the attempt be found by the ID of a refused request, which the authenticator's log quotes. Of a token that is
// tried again and again only the last one counts.
func (j *joiner) quoted(a *attempt, request name) {
	if j.byName[a.request] == a {
		delete(j.byName, a.request)
	}
	a.request = request.own()
	j.byName[a.request] = a
}

func (j *joiner) forget(a *attempt) {
	for _, name := range append(a.names, a.request) {
		if j.byName[name] == a {
			delete(j.byName, name)
		}
	}
}

// canonical is the ARN of the role of a session's ARN, by which the authenticator's verdict names the caller; any other ARN
// is returned as it is (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
func canonical(arn string) string {
	before, rest, found := strings.Cut(arn, ":assumed-role/")
	role, _, hasSession := strings.Cut(rest, "/")
	if !found || !hasSession {
		return arn
	}
	return strings.Replace(before, ":sts:", ":iam:", 1) + ":role/" + role
}
