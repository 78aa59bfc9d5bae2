package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// principalRow is one decision by a resource's policy alone, across accounts or for principals without identity
// policies; identity policies allow everything.
type principalRow struct {
	page, name, element string
	principal           Principal
	want                Outcome
}

func TestPrincipalElement(t *testing.T) {
	service := Principal{Type: Service, Name: "ec2.amazonaws.com"}
	provider := Principal{Type: Federated, Name: "arn:aws:iam::111122223333:oidc-provider/oidc.example.com"}
	foreignRoot := Principal{Type: Root, Account: other, ARN: "arn:aws:iam::444455556666:root"}
	rows := []principalRow{
		{pagePrincipal, "account by number", `"Principal":{"AWS":"111122223333"}`, userAlice(), Allow},
		{pagePrincipal, "account by ARN", `"Principal":{"AWS":"arn:aws:iam::111122223333:root"}`, userAlice(), Allow},
		{pagePrincipal, "account stands for its roles' sessions", `"Principal":{"AWS":"arn:aws:iam::111122223333:root"}`, deployerSession(), Allow},
		{pagePrincipal, "account stands for its root user", `"Principal":{"AWS":"arn:aws:iam::111122223333:root"}`, rootUser(), Allow},
		{pagePrincipal, "another account", `"Principal":{"AWS":"444455556666"}`, userAlice(), ImplicitDeny},
		{pagePrincipal, "another account's root user", `"Principal":{"AWS":"111122223333"}`, foreignRoot, ImplicitDeny},
		{pagePrincipal, "user", `"Principal":{"AWS":"` + alice + `"}`, userAlice(), Allow},
		{pagePrincipal, "user without path", `"Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}`, userAlice(), ImplicitDeny},
		{pagePrincipal, "user in another case", `"Principal":{"AWS":"arn:aws:iam::111122223333:user/dev/Alice"}`, userAlice(), ImplicitDeny},
		{pagePrincipal, "user by unique ID", `"Principal":{"AWS":"AIDAALICEALICEALICE1"}`, userAlice(), Allow},
		{pagePrincipal, "deleted user's unique ID", `"Principal":{"AWS":"AIDAOLDALICEOLDALICE"}`, userAlice(), ImplicitDeny},
		{pagePrincipal, "one of several users", `"Principal":{"AWS":["arn:aws:iam::111122223333:user/bob","` + alice + `"]}`, userAlice(), Allow},
		{pagePrincipal, "role", `"Principal":{"AWS":"` + role + `"}`, deployerSession(), Allow},
		{pagePrincipal, "role without its path", `"Principal":{"AWS":"arn:aws:iam::111122223333:role/deployer"}`, deployerSession(), ImplicitDeny},
		{pagePrincipal, "role by unique ID", `"Principal":{"AWS":"AROADEPLOYERDEPLOYER"}`, deployerSession(), Allow},
		{pagePrincipal, "recreated role's former ID", `"Principal":{"AWS":"AROAFORMERDEPLOYER12"}`, deployerSession(), ImplicitDeny},
		{pagePrincipal, "role session", `"Principal":{"AWS":"` + session + `"}`, deployerSession(), Allow},
		{pagePrincipal, "another session of the role", `"Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/deployer/cd"}`, deployerSession(), ImplicitDeny},
		{pagePrincipal, "federated user", `"Principal":{"AWS":"arn:aws:sts::111122223333:federated-user/bob"}`, federatedBob(), Allow},
		{pagePrincipal, "another federated user", `"Principal":{"AWS":"arn:aws:sts::111122223333:federated-user/carol"}`, federatedBob(), ImplicitDeny},
		{pagePrincipal, "everybody", `"Principal":"*"`, userAlice(), Allow},
		{pagePrincipal, "everybody in AWS", `"Principal":{"AWS":"*"}`, deployerSession(), Allow},
		{pagePrincipal, "everybody includes who has not signed", `"Principal":"*"`, Principal{Type: Anonymous}, Allow},
		{pagePrincipal, "an account does not include who has not signed", `"Principal":{"AWS":"111122223333"}`, Principal{Type: Anonymous}, ImplicitDeny},
		{pagePrincipal, "service", `"Principal":{"Service":"ec2.amazonaws.com"}`, service, Allow},
		{pagePrincipal, "one of several services", `"Principal":{"Service":["eks.amazonaws.com","ec2.amazonaws.com"]}`, service, Allow},
		{pagePrincipal, "another service", `"Principal":{"Service":"eks.amazonaws.com"}`, service, ImplicitDeny},
		{pagePrincipal, "service is no account's principal", `"Principal":{"Service":"ec2.amazonaws.com"}`, userAlice(), ImplicitDeny},
		{pagePrincipal, "everybody in AWS is no service", `"Principal":{"AWS":"*"}`, service, ImplicitDeny},
		{pagePrincipal, "identity provider", `"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.example.com"}`, provider, Allow},
		{pagePrincipal, "another identity provider", `"Principal":{"Federated":"accounts.google.com"}`, provider, ImplicitDeny},
		{pagePrincipal, "several families of principals", `"Principal":{"AWS":"444455556666","Service":"ec2.amazonaws.com"}`, service, Allow},
		{pagePrincipal, "canonical user of another kind of service", `"Principal":{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, userAlice(), ImplicitDeny},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			statement := `{"Effect":"Allow",` + row.element + `,"Action":"*","Resource":"*"}`
			r := Request{Principal: row.principal, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", ResourceAccount: "999999999999"}
			set := Set{Identity: policies(t, Inline, `{"Effect":"Allow","Action":"*","Resource":"*"}`), Resource: policies(t, Resource, statement)}
			if row.principal.Type == FederatedUser {
				set.Session = set.Identity
			}
			if got := Evaluate(&r, &set).Outcome; got != row.want {
				t.Errorf("%v, want %v\n%s\nsee %s", got, row.want, statement, row.page)
			}
		})
	}
}

func TestNotPrincipalDenies(t *testing.T) {
	tests := []principalRow{
		{pageNotPrincipal, "user and account are exempt", `{"AWS":["` + alice + `","111122223333"]}`, userAlice(), Allow},
		{pageNotPrincipal, "user without its account", `{"AWS":"` + alice + `"}`, userAlice(), ExplicitDeny},
		{pageNotPrincipal, "account without its user", `{"AWS":"111122223333"}`, userAlice(), ExplicitDeny},
		{pageNotPrincipal, "another user", `{"AWS":["arn:aws:iam::111122223333:user/bob","111122223333"]}`, userAlice(), ExplicitDeny},
		{pageNotPrincipal, "session, role and account are exempt", `{"AWS":["` + session + `","` + role + `","` + root + `"]}`, deployerSession(), Allow},
		{pageNotPrincipal, "role without its session", `{"AWS":["` + role + `","` + root + `"]}`, deployerSession(), ExplicitDeny},
		{pageNotPrincipal, "root user by its account", `{"AWS":"` + root + `"}`, rootUser(), Allow},
		{pageNotPrincipal, "service is exempt", `{"Service":"ec2.amazonaws.com"}`, Principal{Type: Service, Name: "ec2.amazonaws.com"}, Allow},
		{pageNotPrincipal, "another service", `{"Service":"ec2.amazonaws.com"}`, Principal{Type: Service, Name: "eks.amazonaws.com"}, ExplicitDeny},
	}
	for _, row := range tests {
		t.Run(row.name, func(t *testing.T) {
			resource := policies(t, Resource,
				`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","eks.amazonaws.com"]},"Action":"*","Resource":"*"}`,
				`{"Effect":"Deny","NotPrincipal":`+row.element+`,"Action":"*","Resource":"*"}`)
			r := Request{Principal: row.principal, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}
			if got := Evaluate(&r, &Set{Resource: resource}).Outcome; got != row.want {
				t.Errorf("%v, want %v; see %s", got, row.want, row.page)
			}
		})
	}
}

func TestPrincipalKeys(t *testing.T) {
	tests := []struct {
		name      string
		principal Principal
		want      Context
	}{
		{"user", userAlice(), keys("aws:PrincipalIsAWSService=false; aws:PrincipalArn=" + alice + "; aws:PrincipalAccount=111122223333; aws:PrincipalType=User; aws:userid=AIDAALICEALICEALICE1; aws:username=alice")},
		{"role session", deployerSession(), keys("aws:PrincipalIsAWSService=false; aws:PrincipalArn=" + role + "; aws:PrincipalAccount=111122223333; aws:PrincipalType=AssumedRole; aws:userid=AROADEPLOYERDEPLOYER:ci")},
		{"root user", rootUser(), keys("aws:PrincipalIsAWSService=false; aws:PrincipalArn=" + root + "; aws:PrincipalAccount=111122223333; aws:PrincipalType=Account; aws:userid=111122223333")},
		{"federated user", federatedBob(), keys("aws:PrincipalIsAWSService=false; aws:PrincipalArn=arn:aws:sts::111122223333:federated-user/bob; aws:PrincipalAccount=111122223333; aws:PrincipalType=FederatedUser; aws:userid=111122223333:bob")},
		{"service", Principal{Type: Service, Name: "ec2.amazonaws.com"}, keys("aws:PrincipalIsAWSService=true; aws:PrincipalServiceName=ec2.amazonaws.com")},
		{"anonymous", Principal{}, keys("aws:PrincipalType=Anonymous")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := Context{}
			got.SetPrincipal(&test.principal)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("keys differ from %s#principaltable (-want +got):\n%s", pageVariables, diff)
			}
		})
	}
}
