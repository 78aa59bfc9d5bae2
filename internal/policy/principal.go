package policy

import "strings"

// PrincipalType says what kind of principal makes a request.
type PrincipalType int

const (
	// Anonymous has not authenticated.
	Anonymous PrincipalType = iota
	// Root is an account's root user.
	Root
	// User is an IAM user, also with credentials from GetSessionToken.
	User
	// RoleSession is a session of a role.
	RoleSession
	// FederatedUser is a session from GetFederationToken.
	FederatedUser
	// Service is an AWS service.
	Service
	// Federated is an identity from an OpenID Connect or SAML provider, before it has a role.
	Federated
)

// String gives the value of aws:PrincipalType.
func (t PrincipalType) String() string {
	return [...]string{"Anonymous", "Account", "User", "AssumedRole", "FederatedUser", "Service", "Federated"}[t]
}

// Principal is who makes the request.
type Principal struct {
	Type    PrincipalType
	Account string // 12 digits; empty for services, providers and anonymous requests

	// ARN is the caller identity's ARN: of a session, arn:…:sts::ACCOUNT:assumed-role/ROLE/SESSION.
	ARN string
	// Entity is the ARN of the role, with its path, or of the user that a session comes from. Empty means ARN.
	Entity string
	// ID is the entity's unique ID (AIDA…, AROA…), without session name. A policy may name a principal by it.
	ID string
	// Name is the session name, the federated user's name, the service (ec2.amazonaws.com) or the provider's ARN or domain.
	Name string
}

func (p *Principal) entity() string {
	if p.Entity == "" {
		return p.ARN
	}
	return p.Entity
}

// condition is the value of aws:PrincipalArn: the role for a role session, otherwise the caller itself.
func (p *Principal) condition() string {
	if p.Type == RoleSession {
		return p.entity()
	}
	return p.ARN
}

// userID is the value of aws:userid, as the table of principal key values has it:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
func (p *Principal) userID() string {
	switch p.Type {
	case Root:
		return p.Account
	case RoleSession:
		return p.ID + ":" + p.Name
	case FederatedUser:
		return p.Account + ":" + p.Name
	default:
		return p.ID
	}
}

// isAWS tells whether the principal belongs to an account.
func (p *Principal) isAWS() bool {
	return p.Type == Root || p.Type == User || p.Type == RoleSession || p.Type == FederatedUser
}

// isRoot tells whether the principal has the root user's full access to its account.
func (p *Principal) isRoot() bool {
	return p.Type == Root || p.Type == FederatedUser && strings.HasSuffix(p.Entity, ":root")
}

// grant says how directly a statement names the principal, which decides the policies that still limit it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
type grant int

const (
	noGrant      grant = iota
	accountGrant       // names the account, which leaves the choice to its identity policies
	entityGrant        // names the session's role or user: boundary and session policies still limit
	directGrant        // names the caller itself, or everybody
)

type refKind int

const (
	refEverybody refKind = iota
	refAccount
	refARN
	refID
	refService
	refFederated
	refCanonical
)

// principalRef is one value of a Principal element. start and end are its offsets in the document's text.
type principalRef struct {
	kind       refKind
	value      string
	start, end int
}

// match compares with the principal. A wildcard in an Allow speaks of AWS principals only: services and identity
// providers have to be named, so that a role open to every account is not open to every workload as well.
func (r *principalRef) match(p *Principal, allow bool) grant {
	named := noGrant
	switch r.kind {
	case refEverybody:
		if !allow || p.isAWS() || p.Type == Anonymous {
			named = directGrant
		}
	case refAccount:
		if p.isAWS() && r.value == p.Account {
			named = accountGrant
		}
	case refARN:
		return r.matchARN(p)
	case refID:
		if p.isAWS() && p.ID != "" && r.value == p.ID {
			named = p.entityGrant()
		}
	case refService:
		named = p.named(Service, r.value)
	case refFederated:
		named = p.named(Federated, r.value)
	case refCanonical:
		// No service that eksauth serves knows canonical users.
	}
	return named
}

func (r *principalRef) matchARN(p *Principal) grant {
	switch {
	case !p.isAWS():
		return noGrant
	case r.value == p.ARN:
		return directGrant
	case r.value == p.entity():
		return entityGrant
	default:
		return noGrant
	}
}

func (p *Principal) entityGrant() grant {
	if p.Type == User {
		return directGrant
	}
	return entityGrant
}

func (p *Principal) named(t PrincipalType, name string) grant {
	if p.Type == t && p.Name == name {
		return directGrant
	}
	return noGrant
}

// principals is a Principal or NotPrincipal element.
type principals struct {
	not  bool
	refs []principalRef
}

func (ps *principals) match(p *Principal, allow bool) grant {
	if ps.not {
		return ps.matchNot(p)
	}
	best := noGrant
	for i := range ps.refs {
		best = max(best, ps.refs[i].match(p, allow))
	}
	return best
}

// matchNot applies NotPrincipal. To be exempt a caller has to be listed in every guise it has, account included, as AWS
// warns that otherwise the account's entry alone denies it:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func (ps *principals) matchNot(p *Principal) grant {
	if !p.isAWS() {
		for i := range ps.refs {
			if ps.refs[i].match(p, false) != noGrant {
				return noGrant
			}
		}
		return directGrant
	}
	var account, entity, caller bool
	for i := range ps.refs {
		r := &ps.refs[i]
		all := r.kind == refEverybody
		account = account || all || r.kind == refAccount && r.value == p.Account
		entity = entity || all || r.value == p.entity() || r.value == p.ID && p.ID != ""
		caller = caller || all || r.value == p.ARN || p.Type == User && r.value == p.ID
	}
	if p.Type == Root {
		entity, caller = true, true
	}
	if account && entity && caller {
		return noGrant
	}
	return directGrant
}
