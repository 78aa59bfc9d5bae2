package policy

import "testing"

// logicRow is one decision by several policy types. Statements are allow or deny for everything, unless spelt out.
type logicRow struct {
	page, name string
	principal  Principal
	owner      string // of the resource; empty means the principal's account
	identity   string
	boundary   string
	session    string
	resource   string
	want       Outcome
	layer      Layer
}

const (
	allowAll = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	denyAll  = `{"Effect":"Deny","Action":"*","Resource":"*"}`
	allowEC2 = `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`
)

func grantTo(principal string) string {
	return `{"Effect":"Allow","Principal":` + principal + `,"Action":"*","Resource":"*"}`
}

func trusts(principal string) string {
	return `{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}`
}

func (row *logicRow) decide(t *testing.T, kind Kind, action string) Decision {
	t.Helper()
	set := Set{
		Identity: policies(t, Managed, row.identity),
		Session:  policies(t, Session, row.session),
		Resource: policies(t, kind, row.resource),
	}
	if b := policies(t, Managed, row.boundary); len(b) > 0 {
		set.Boundary = &b[0]
	}
	r := Request{Principal: row.principal, Action: action, Resource: role, ResourceAccount: row.owner}
	return Evaluate(&r, &set)
}

func runLogic(t *testing.T, kind Kind, action string, rows []logicRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := row.decide(t, kind, action); got.Outcome != row.want || got.Layer != row.layer {
				t.Errorf("%v by %v, want %v by %v; see %s", got.Outcome, got.Layer, row.want, row.layer, row.page)
			}
		})
	}
}

func TestEvaluationWithinAnAccount(t *testing.T) {
	user, ci := userAlice(), deployerSession()
	toUser, toRole, toSession := grantTo(`{"AWS":"`+alice+`"}`), grantTo(`{"AWS":"`+role+`"}`), grantTo(`{"AWS":"`+session+`"}`)
	toAccount, toAll := grantTo(`{"AWS":"`+root+`"}`), grantTo(`"*"`)
	denyResource := `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`
	runLogic(t, Resource, "s3:GetObject", []logicRow{
		{page: pageLogic, name: "nothing", principal: user, want: ImplicitDeny, layer: IdentityLayer},
		{page: pageBasics, name: "identity allows", principal: user, identity: allowAll, want: Allow, layer: IdentityLayer},
		{page: pageBasics, name: "identity allows something else", principal: user, identity: allowEC2, want: ImplicitDeny, layer: IdentityLayer},
		{page: pageDenies, name: "identity allows and denies", principal: user, identity: allowAll + "," + denyAll, want: ExplicitDeny, layer: IdentityLayer},
		{page: pageBasics, name: "resource allows the user", principal: user, resource: toUser, want: Allow, layer: ResourceLayer},
		{page: pageBasics, name: "resource allows another", principal: user, resource: toRole, want: ImplicitDeny, layer: IdentityLayer},
		{page: pagePrincipal, name: "resource allows the account", principal: user, resource: toAccount, want: ImplicitDeny, layer: IdentityLayer},
		{page: pagePrincipal, name: "resource allows the account, and identity allows", principal: user, identity: allowAll, resource: toAccount, want: Allow, layer: IdentityLayer},
		{page: pageDenies, name: "resource denies", principal: user, identity: allowAll, resource: denyResource, want: ExplicitDeny, layer: ResourceLayer},
		{page: pageDenies, name: "identity denies what the resource allows", principal: user, identity: denyAll, resource: toUser, want: ExplicitDeny, layer: IdentityLayer},
		{page: pageBoundaries, name: "boundary allows too", principal: user, identity: allowAll, boundary: allowAll, want: Allow, layer: IdentityLayer},
		{page: pageBoundaries, name: "boundary does not allow", principal: user, identity: allowAll, boundary: allowEC2, want: ImplicitDeny, layer: BoundaryLayer},
		{page: pageBoundaries, name: "boundary grants nothing", principal: user, boundary: allowAll, want: ImplicitDeny, layer: IdentityLayer},
		{page: pageBoundaries, name: "boundary denies", principal: user, identity: allowAll, boundary: denyAll, want: ExplicitDeny, layer: BoundaryLayer},
		{page: pageSessions, name: "session policy allows too", principal: ci, identity: allowAll, session: allowAll, want: Allow, layer: IdentityLayer},
		{page: pageSessions, name: "session policy does not allow", principal: ci, identity: allowAll, session: allowEC2, want: ImplicitDeny, layer: SessionLayer},
		{page: pageSessions, name: "session policy grants nothing", principal: ci, session: allowAll, want: ImplicitDeny, layer: IdentityLayer},
		{page: pageSessions, name: "session policy denies", principal: ci, identity: allowAll, session: denyAll, want: ExplicitDeny, layer: SessionLayer},
		{page: pageSessions, name: "identity, boundary and session policy allow", principal: ci, identity: allowAll, boundary: allowAll, session: allowAll, want: Allow, layer: IdentityLayer},
		{page: pageSessions, name: "boundary and session policy do not allow", principal: ci, identity: allowAll, boundary: allowEC2, session: allowEC2, want: ImplicitDeny, layer: BoundaryLayer},

		// The table of resource-based policies and implicit denies in other policy types.
		{page: pageLogic, name: "user named by the resource is not limited by its boundary", principal: user, boundary: allowEC2, resource: toUser, want: Allow, layer: ResourceLayer},
		{page: pageLogic, name: "role named by the resource", principal: ci, resource: toRole, want: Allow, layer: ResourceLayer},
		{page: pageLogic, name: "role named by the resource is limited by its boundary", principal: ci, boundary: allowEC2, resource: toRole, want: ImplicitDeny, layer: BoundaryLayer},
		{page: pageLogic, name: "role named by the resource is limited by session policies", principal: ci, session: allowEC2, resource: toRole, want: ImplicitDeny, layer: SessionLayer},
		{page: pageLogic, name: "session named by the resource", principal: ci, resource: toSession, want: Allow, layer: ResourceLayer},
		{page: pageLogic, name: "session named by the resource is not limited by boundary", principal: ci, boundary: allowEC2, resource: toSession, want: Allow, layer: ResourceLayer},
		{page: pageLogic, name: "session named by the resource is not limited by session policies", principal: ci, session: allowEC2, resource: toSession, want: Allow, layer: ResourceLayer},
		{page: pageLogic, name: "session named by the resource, boundary denies", principal: ci, boundary: denyAll, resource: toSession, want: ExplicitDeny, layer: BoundaryLayer},
		{page: pageLogic, name: "everybody named by the resource", principal: ci, boundary: allowEC2, session: allowEC2, resource: toAll, want: Allow, layer: ResourceLayer},
		{page: pageLogic, name: "role and session named, session counts", principal: ci, session: allowEC2, resource: toRole + "," + toSession, want: Allow, layer: ResourceLayer},
		{page: pageLogic, name: "federated user's user named by the resource is limited by session policies", principal: federatedBob(), session: allowEC2, resource: toUser, want: ImplicitDeny, layer: SessionLayer},
		{page: pageLogic, name: "federated user named by the resource", principal: federatedBob(), resource: grantTo(`{"AWS":"arn:aws:sts::111122223333:federated-user/bob"}`), want: Allow, layer: ResourceLayer},
		{page: pageSessions, name: "federated user without session policies", principal: federatedBob(), identity: allowAll, want: ImplicitDeny, layer: SessionLayer},
		{page: pageSessions, name: "federated user with session policies", principal: federatedBob(), identity: allowAll, session: allowAll, want: Allow, layer: IdentityLayer},

		{page: pageSessions, name: "federated user of the root user needs session policies only", principal: Principal{Type: FederatedUser, Account: account, ARN: "arn:aws:sts::111122223333:federated-user/r", Entity: root}, session: allowAll, want: Allow, layer: NoLayer},
		{page: pageLogic, name: "root user needs no policy", principal: rootUser(), want: Allow, layer: NoLayer},
		{page: pageLogic, name: "root user is denied by a resource", principal: rootUser(), resource: denyResource, want: ExplicitDeny, layer: ResourceLayer},
		{page: pageLogic, name: "service needs the resource's policy", principal: Principal{Type: Service, Name: "ec2.amazonaws.com"}, identity: allowAll, want: ImplicitDeny, layer: ResourceLayer},
	})
}

func TestEvaluationAcrossAccounts(t *testing.T) {
	toUser, toAccount := grantTo(`{"AWS":"`+alice+`"}`), grantTo(`{"AWS":"`+account+`"}`)
	runLogic(t, Resource, "s3:GetObject", []logicRow{
		{page: pageCrossAccount, name: "both sides allow the user", principal: userAlice(), owner: other, identity: allowAll, resource: toUser, want: Allow, layer: ResourceLayer},
		{page: pageCrossAccount, name: "both sides, by the account", principal: userAlice(), owner: other, identity: allowAll, resource: toAccount, want: Allow, layer: ResourceLayer},
		{page: pageCrossAccount, name: "resource alone", principal: userAlice(), owner: other, resource: toUser, want: ImplicitDeny, layer: IdentityLayer},
		{page: pageCrossAccount, name: "everybody at the resource, nothing at the user", principal: userAlice(), owner: other, resource: grantTo(`"*"`), want: ImplicitDeny, layer: IdentityLayer},
		{page: pageCrossAccount, name: "identity alone", principal: userAlice(), owner: other, identity: allowAll, want: ImplicitDeny, layer: ResourceLayer},
		{page: pageCrossAccount, name: "boundary does not allow", principal: userAlice(), owner: other, identity: allowAll, boundary: allowEC2, resource: toUser, want: ImplicitDeny, layer: BoundaryLayer},
		{page: pageCrossAccount, name: "session policy does not allow", principal: deployerSession(), owner: other, identity: allowAll, session: allowEC2, resource: toAccount, want: ImplicitDeny, layer: SessionLayer},
		{page: pageCrossAccount, name: "resource denies", principal: userAlice(), owner: other, identity: allowAll, resource: `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`, want: ExplicitDeny, layer: ResourceLayer},
		{page: pageCrossAccount, name: "root user needs the resource", principal: rootUser(), owner: other, want: ImplicitDeny, layer: ResourceLayer},
		{page: pageCrossAccount, name: "root user with the resource", principal: rootUser(), owner: other, resource: toAccount, want: Allow, layer: ResourceLayer},
	})
}

func TestEvaluationOfTrustPolicies(t *testing.T) {
	toUser, toRole := trusts(`{"AWS":"`+alice+`"}`), trusts(`{"AWS":"`+role+`"}`)
	toAccount := trusts(`{"AWS":"arn:aws:iam::111122223333:root"}`)
	ec2 := Principal{Type: Service, Name: "ec2.amazonaws.com"}
	runLogic(t, Trust, "sts:AssumeRole", []logicRow{
		{page: pageBasics, name: "identity alone does not do", principal: userAlice(), identity: allowAll, resource: toRole, want: ImplicitDeny, layer: TrustLayer},
		{page: pageBasics, name: "trusts the user itself", principal: userAlice(), resource: toUser, want: Allow, layer: TrustLayer},
		{page: pageBasics, name: "trusts the account, identity allows", principal: userAlice(), identity: allowAll, resource: toAccount, want: Allow, layer: TrustLayer},
		{page: pageBasics, name: "trusts the account, identity does not allow", principal: userAlice(), resource: toAccount, want: ImplicitDeny, layer: IdentityLayer},
		{page: pageBasics, name: "trusts the account, identity denies", principal: userAlice(), identity: allowAll + "," + denyAll, resource: toAccount, want: ExplicitDeny, layer: IdentityLayer},
		{page: pageBasics, name: "trusts the role of the session", principal: deployerSession(), resource: toRole, want: Allow, layer: TrustLayer},
		{page: pageBasics, name: "trusts the role, session policy does not allow", principal: deployerSession(), session: allowEC2, resource: toRole, want: ImplicitDeny, layer: SessionLayer},
		{page: pageBasics, name: "root user has to be trusted too", principal: rootUser(), resource: toRole, want: ImplicitDeny, layer: TrustLayer},
		{page: pageCrossAccount, name: "other account's role trusts the account", principal: userAlice(), owner: other, identity: allowAll, resource: toAccount, want: Allow, layer: TrustLayer},
		{page: pageCrossAccount, name: "other account's role trusts the user, identity does not allow", principal: userAlice(), owner: other, resource: toUser, want: ImplicitDeny, layer: IdentityLayer},
		{page: pageCrossAccount, name: "other account's role trusts another", principal: userAlice(), owner: other, identity: allowAll, resource: toRole, want: ImplicitDeny, layer: TrustLayer},
		{page: pageBasics, name: "trusts the service", principal: ec2, resource: trusts(`{"Service":"ec2.amazonaws.com"}`), want: Allow, layer: TrustLayer},
		{page: pageBasics, name: "trusts another service", principal: ec2, resource: trusts(`{"Service":"eks.amazonaws.com"}`), want: ImplicitDeny, layer: TrustLayer},
		{page: pageBasics, name: "trust policy denies", principal: userAlice(), identity: allowAll, resource: toUser + `,{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}`, want: ExplicitDeny, layer: TrustLayer},
	})
}
