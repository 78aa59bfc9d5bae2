package events

import (
	"encoding/json"
	"net/http"
	"time"
)

// auditEvent is the part of an audit event that tells who wanted what and got it
// (https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/).
type auditEvent struct {
	Stage      string `json:"stage"`
	RequestURI string `json:"requestURI"`
	Verb       string `json:"verb"`
	User       struct {
		Username string              `json:"username"`
		Groups   []string            `json:"groups"`
		Extra    map[string][]string `json:"extra"`
	} `json:"user"`
	SourceIPs []string `json:"sourceIPs"`
	UserAgent string   `json:"userAgent"`
	ObjectRef *struct {
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
		APIGroup    string `json:"apiGroup"`
	} `json:"objectRef"`
	ResponseStatus *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"responseStatus"`
	Received    time.Time         `json:"requestReceivedTimestamp"`
	Answered    time.Time         `json:"stageTimestamp"`
	Annotations map[string]string `json:"annotations"`
}

// ParseAuditLine reads a line of the kube-apiserver's audit log. ok is false for what concerns no caller of AWS: requests of
// the control plane itself, and lines that are no answered request.
func ParseAuditLine(line []byte, cluster string) (e Event, ok bool) {
	var a auditEvent
	if json.Unmarshal(line, &a) != nil || !a.answered() {
		return Event{}, false
	}
	key := first(a.User.Extra["accessKeyId"])
	if key == "" && a.ResponseStatus.Code != http.StatusUnauthorized {
		return Event{}, false
	}
	e = Event{
		Source: APIServer, Cluster: cluster, Time: a.Answered, Took: a.Answered.Sub(a.Received), AccessKeyID: key,
		ARN: first(a.User.Extra["arn"]), Username: a.User.Username, Groups: a.User.Groups, Status: a.ResponseStatus.Code,
		Verb: a.Verb, Resource: a.RequestURI, SourceIP: first(a.SourceIPs), UserAgent: a.UserAgent,
	}
	if ref := a.ObjectRef; ref != nil {
		e.Resource, e.Namespace = resource(ref.Resource, ref.APIGroup, ref.Subresource, ref.Name), ref.Namespace
	}
	e.verdict(a)
	return e, true
}

// answered tells whether the event is the last one of a request. That of a request that authentication has refused says that
// the answer has started, and no other follows (k8s.io/apiserver, WithFailedAuthenticationAudit).
func (a *auditEvent) answered() bool {
	return a.ResponseStatus != nil &&
		(a.Stage == "ResponseComplete" || a.Stage == "ResponseStarted" && a.ResponseStatus.Code == http.StatusUnauthorized)
}

// verdict says at which hop the request ended. What fails behind authorization is nobody's refusal.
func (e *Event) verdict(a auditEvent) {
	switch {
	case e.Status == http.StatusUnauthorized:
		e.Hop, e.Outcome, e.Text = "H4", Refused, a.ResponseStatus.Message
	case a.Annotations["authorization.k8s.io/decision"] == "forbid" || e.Status == http.StatusForbidden:
		e.Hop, e.Outcome, e.Text = "H9", Refused, a.Annotations["authorization.k8s.io/reason"]
	default:
		e.Hop, e.Outcome, e.Text = "H9", Allowed, a.Annotations["authorization.k8s.io/reason"]
	}
}

// resource writes an object as kubectl does: deployments.apps/scale name.
func resource(kind, group, subresource, name string) string {
	if group != "" {
		kind += "." + group
	}
	if subresource != "" {
		kind += "/" + subresource
	}
	if name != "" {
		kind += " " + name
	}
	return kind
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
