package policy

import (
	"strings"
	"testing"
)

// The pages of the IAM User Guide that the tables follow, under https://docs.aws.amazon.com/IAM/latest/UserGuide/.
const (
	pageAction       = "reference_policies_elements_action.html"
	pageNotAction    = "reference_policies_elements_notaction.html"
	pageResource     = "reference_policies_elements_resource.html"
	pageNotResource  = "reference_policies_elements_notresource.html"
	pageVersion      = "reference_policies_elements_version.html"
	pageVariables    = "reference_policies_variables.html"
	pageOperators    = "reference_policies_elements_condition_operators.html"
	pageCondition    = "reference_policies_elements_condition.html"
	pageMultivalued  = "reference_policies_condition-single-vs-multi-valued-context-keys.html"
	pagePrincipal    = "reference_policies_elements_principal.html"
	pageNotPrincipal = "reference_policies_elements_notprincipal.html"
	pageLogic        = "reference_policies_evaluation-logic_policy-eval-denyallow.html"
	pageBasics       = "reference_policies_evaluation-logic_policy-eval-basics.html"
	pageDenies       = "reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html"
	pageCrossAccount = "reference_policies_evaluation-logic-cross-account.html"
	pageBoundaries   = "access_policies_boundaries.html"
	pageSessions     = "access_policies.html#policies_session"
	pageExternalID   = "id_roles_common-scenarios_third-party.html"
	pageTags         = "access_tags.html"
	pageGlobalKeys   = "reference_policies_condition-keys.html"
)

const (
	account = "111122223333"
	other   = "444455556666"
	cluster = "arn:aws:eks:eu-west-1:111122223333:cluster/dev"
	role    = "arn:aws:iam::111122223333:role/team/deployer"
	session = "arn:aws:sts::111122223333:assumed-role/deployer/ci"
	alice   = "arn:aws:iam::111122223333:user/dev/alice"
	root    = "arn:aws:iam::111122223333:root"
)

func userAlice() Principal {
	return Principal{Type: User, Account: account, ARN: alice, ID: "AIDAALICEALICEALICE1"}
}

func deployerSession() Principal {
	return Principal{Type: RoleSession, Account: account, ARN: session, Entity: role, ID: "AROADEPLOYERDEPLOYER", Name: "ci"}
}

func rootUser() Principal {
	return Principal{Type: Root, Account: account, ARN: root, ID: account}
}

func federatedBob() Principal {
	return Principal{
		Type: FederatedUser, Account: account, ARN: "arn:aws:sts::111122223333:federated-user/bob", Entity: alice,
		ID: "AIDAALICEALICEALICE1", Name: "bob",
	}
}

// doc wraps statements into a document.
func doc(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

func parse(t testing.TB, kind Kind, text string) *Document {
	t.Helper()
	d, err := Parse(kind, text)
	if err != nil {
		t.Fatalf("parse %s: %v", text, err)
	}
	return d
}

// policies parses statements, one policy each; an empty one is left out.
func policies(t testing.TB, kind Kind, statements ...string) []Policy {
	t.Helper()
	var all []Policy
	for _, s := range statements {
		if s != "" {
			all = append(all, Policy{Name: "policy", Doc: parse(t, kind, doc(s))})
		}
	}
	return all
}

// keys reads a context written as "key=value; key=value|value".
func keys(text string) Context {
	c := Context{}
	for _, pair := range strings.Split(text, ";") {
		if name, value, found := strings.Cut(strings.TrimSpace(pair), "="); found {
			c.Set(name, strings.Split(value, "|")...)
		}
	}
	return c
}

// elementRow is one decision by a single identity policy.
type elementRow struct {
	page, name, statement string
	action, resource      string
	context               string
	want                  Outcome
}

func runElements(t *testing.T, rows []elementRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			r := Request{Principal: userAlice(), Action: row.action, Resource: row.resource, Context: keys(row.context)}
			got := Evaluate(&r, &Set{Identity: policies(t, Inline, row.statement)})
			if got.Outcome != row.want {
				t.Errorf("%s on %s with %q: %v, want %v\n%s\nsee %s", row.action, row.resource, row.context, got.Outcome, row.want, row.statement, row.page)
			}
		})
	}
}
