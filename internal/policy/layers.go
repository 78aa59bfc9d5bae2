package policy

// layers holds the verdict of each policy type.
type layers struct {
	identity, boundary, session, resource verdict

	trust          bool // resource is a role's trust policy
	identityAllows bool
	boundaryAllows bool
	sessionAllows  bool
	attachable     bool // the principal can have policies of its own
}

// assume fills in what each layer says where the principal has no policy of the kind.
func (l *layers) assume(p *Principal, set *Set) {
	l.attachable = p.isAWS()
	l.identityAllows = l.identity.grant != noGrant || p.isRoot()
	l.boundaryAllows = l.boundary.grant != noGrant || set.Boundary == nil
	l.sessionAllows = l.session.grant != noGrant
	if len(set.Session) == 0 {
		// A federated user without session policies has no permissions but those that resources grant it:
		// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
		l.sessionAllows = p.Type != FederatedUser
	}
}

func (l *layers) resourceLayer() Layer {
	if l.trust {
		return TrustLayer
	}
	return ResourceLayer
}

func (l *layers) decide(r *Request) Decision {
	if d, denied := l.explicitDeny(); denied {
		return d
	}
	switch {
	case !l.attachable:
		return l.byResource(l.resource.grant != noGrant)
	case r.crossAccount():
		return l.acrossAccounts()
	default:
		return l.withinAccount()
	}
}

func (l *layers) explicitDeny() (Decision, bool) {
	switch {
	case l.identity.deny:
		return l.identity.decision(ExplicitDeny, IdentityLayer), true
	case l.resource.deny:
		return l.resource.decision(ExplicitDeny, l.resourceLayer()), true
	case l.boundary.deny:
		return l.boundary.decision(ExplicitDeny, BoundaryLayer), true
	case l.session.deny:
		return l.session.decision(ExplicitDeny, SessionLayer), true
	default:
		return Decision{}, false
	}
}

func (l *layers) byResource(allowed bool) Decision {
	if allowed {
		return l.resource.decision(Allow, l.resourceLayer())
	}
	return Decision{Outcome: ImplicitDeny, Layer: l.resourceLayer()}
}

func (l *layers) acrossAccounts() Decision {
	if d, ok := l.byPrincipal(false); !ok {
		return d
	}
	return l.byResource(l.resource.grant != noGrant)
}

// withinAccount lets a resource's policy take the place of identity policies, as far as it names the caller directly.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func (l *layers) withinAccount() Decision {
	if l.resource.grant == directGrant {
		return l.byResource(true)
	}
	named := l.resource.grant == entityGrant
	d, ok := l.byPrincipal(named)
	if !ok {
		return d
	}
	if named || l.trust {
		return l.byResource(l.resource.grant != noGrant)
	}
	return d
}

// byPrincipal asks the policies on the principal's side; granted means that its identity policies need not allow.
func (l *layers) byPrincipal(granted bool) (Decision, bool) {
	switch {
	case !granted && !l.identityAllows:
		return Decision{Outcome: ImplicitDeny, Layer: IdentityLayer}, false
	case !l.boundaryAllows:
		return Decision{Outcome: ImplicitDeny, Layer: BoundaryLayer}, false
	case !l.sessionAllows:
		return Decision{Outcome: ImplicitDeny, Layer: SessionLayer}, false
	case l.identity.grant == noGrant:
		return Decision{Outcome: Allow}, true
	default:
		return l.identity.decision(Allow, IdentityLayer), true
	}
}

func (v *verdict) decision(o Outcome, layer Layer) Decision {
	return Decision{Outcome: o, Layer: layer, policy: v.policy, statement: v.deciding}
}
