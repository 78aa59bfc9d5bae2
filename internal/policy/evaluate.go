package policy

// Request is the question put to the engine: may this principal do this action on this resource?
type Request struct {
	Principal Principal
	Action    string // eks:DescribeCluster
	Resource  string // an ARN, or * for actions that know no resource
	// ResourceAccount is the account that owns the resource. Empty means the principal's own.
	ResourceAccount string
	Context         Context
}

// Policy is a document and the names that answers give it.
type Policy struct {
	Doc  *Document
	Name string // SourcePolicyId in a simulation
	ARN  string // of a managed policy; empty for an inline one
}

// Set holds all policies that apply to a request.
type Set struct {
	Identity []Policy // of the user and its groups, or of the role
	Boundary *Policy  // nil if the user or role has none
	Session  []Policy // passed when the session was made; none means that the session is not limited
	Resource []Policy // attached to the resource; a role's trust policy if the action is to assume it
}

// Layer names the policy type that decided.
type Layer int

const (
	// NoLayer means that no policy decided, as when the root user is allowed.
	NoLayer Layer = iota
	IdentityLayer
	BoundaryLayer
	SessionLayer
	ResourceLayer
	TrustLayer
)

// Outcome is the answer.
type Outcome int

const (
	ImplicitDeny Outcome = iota
	ExplicitDeny
	Allow
)

// String gives the outcome as SimulatePrincipalPolicy writes it.
func (o Outcome) String() string {
	return [...]string{"implicitDeny", "explicitDeny", "allowed"}[o]
}

// verdict is what the policies of one layer say.
type verdict struct {
	grant    grant
	deny     bool
	policy   *Policy    // of the deciding statement; nil on an implicit deny
	deciding *statement // the first that denies, or the one that grants most directly
}

// evaluation is a request with the work done that every statement needs.
type evaluation struct {
	*Request
	resource arn
	isARN    bool
}

// Evaluate decides by the policy evaluation logic of the IAM User Guide: an explicit deny anywhere wins; then, in one
// account, the identity policies or the resource's must allow, and boundary and session policies must not stand in the
// way; across accounts both sides must allow. A role's trust policy must always allow.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func Evaluate(r *Request, set *Set) Decision {
	e := evaluation{Request: r}
	e.resource, e.isARN = splitARN(r.Resource)
	var l layers
	l.trust = hasTrust(set.Resource)
	l.identity = e.layer(set.Identity)
	l.session = e.layer(set.Session)
	l.resource = e.layer(set.Resource)
	if set.Boundary != nil {
		l.boundary = e.policy(set.Boundary, verdict{})
	}
	l.assume(&r.Principal, set)
	d := l.decide(r)
	d.CrossAccount = r.crossAccount()
	return d
}

func (r *Request) crossAccount() bool {
	return r.Principal.isAWS() && r.ResourceAccount != "" && r.ResourceAccount != r.Principal.Account
}

func hasTrust(policies []Policy) bool {
	for i := range policies {
		if policies[i].Doc.kind == Trust {
			return true
		}
	}
	return false
}

func (e *evaluation) layer(policies []Policy) verdict {
	var v verdict
	for i := range policies {
		v = e.policy(&policies[i], v)
	}
	return v
}

// policy adds a policy to what the layer said before. The first statement that denies settles it.
func (e *evaluation) policy(p *Policy, v verdict) verdict {
	for i := range p.Doc.statements {
		s := &p.Doc.statements[i]
		if v.deny || !s.deny && v.grant == directGrant {
			continue
		}
		g := e.applies(s)
		if g == noGrant || !s.deny && g <= v.grant {
			continue
		}
		v.policy, v.deciding, v.deny = p, s, s.deny
		v.grant = g
	}
	return v
}

// applies tells whether a statement speaks of the request, and how directly of its principal.
func (e *evaluation) applies(s *statement) grant {
	if !e.actionIn(s) {
		return noGrant
	}
	g := directGrant
	if s.principals != nil {
		g = s.principals.match(&e.Principal, !s.deny)
	}
	if g == noGrant || !e.resourceIn(s) {
		return noGrant
	}
	for i := range s.conditions {
		if !s.conditions[i].holds(e.Context, !s.deny) {
			return noGrant
		}
	}
	return g
}

func (e *evaluation) actionIn(s *statement) bool {
	for i := range s.actions {
		if glob(s.actions[i].text, e.Action, true) {
			return !s.notAction
		}
	}
	return s.notAction
}

// resourceIn applies Resource or NotResource. A variable without value matches nothing, and an Allow must not live on
// that.
func (e *evaluation) resourceIn(s *statement) bool {
	if len(s.resources) == 0 {
		return true
	}
	unresolved := false
	for i := range s.resources {
		matched, resolved := s.resources[i].match(e.resource, e.isARN, e.Context)
		if matched {
			return !s.notResource
		}
		unresolved = unresolved || !resolved
	}
	if unresolved && !s.deny {
		return false
	}
	return s.notResource
}
