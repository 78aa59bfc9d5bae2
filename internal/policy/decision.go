package policy

// Decision is the answer to a request, and why.
type Decision struct {
	Outcome Outcome
	// Layer is the policy type that decided: that which allowed, denied, or is missing an allow.
	Layer Layer
	// CrossAccount says that principal and resource are in different accounts.
	CrossAccount bool

	policy    *Policy
	statement *statement
}

// Allowed tells whether the request may go on.
func (d Decision) Allowed() bool { return d.Outcome == Allow }

// Match returns the statement that decided. There is none on an implicit deny and for the root user.
func (d Decision) Match() (m Match, ok bool) {
	if d.statement == nil {
		return Match{}, false
	}
	return newMatch(d.policy, d.statement, d.Layer), true
}

var layerNames = [...]string{
	IdentityLayer: "identity-based policy",
	BoundaryLayer: "permissions boundary",
	SessionLayer:  "session policy",
	ResourceLayer: "resource-based policy",
	TrustLayer:    "role trust policy",
}

// String gives the layer as AWS names it in its sentences.
func (l Layer) String() string {
	return layerNames[l]
}

// Sentence is AWS's message for a denied request. The reason is given within one account only.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func (d Decision) Sentence(r *Request) string {
	s := "User: " + r.Principal.display() + " is not authorized to perform: " + r.Action
	if r.Resource != "" {
		s += " on resource: " + r.Resource
	}
	if d.CrossAccount || d.Layer == NoLayer {
		return s
	}
	if d.Outcome == ExplicitDeny {
		return s + d.explicitReason()
	}
	return s + " because no " + d.Layer.String() + " allows the " + r.Action + " action"
}

// explicitReason ends with the denying policy's ARN, if it has one.
// https://aws.amazon.com/blogs/security/enhanced-access-denied-error-messages-with-policy-arns
func (d Decision) explicitReason() string {
	article := "a "
	switch d.Layer {
	case IdentityLayer:
		article = "an "
	case TrustLayer:
		article = "the "
	}
	s := " with an explicit deny in " + article + d.Layer.String()
	if d.policy != nil && d.policy.ARN != "" {
		s += ": " + d.policy.ARN
	}
	return s
}

func (p *Principal) display() string {
	switch {
	case p.Type == Anonymous:
		return "anonymous"
	case p.ARN == "":
		return p.Name
	default:
		return p.ARN
	}
}
