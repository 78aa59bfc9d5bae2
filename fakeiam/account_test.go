package fakeiam_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"
)

func TestAccountAliases(t *testing.T) {
	w := newWorld(t)
	c, other := w.as("arseniy"), w.root(t, "111122223333")
	create := func(c *iam.Client, alias string) error {
		_, err := c.CreateAccountAlias(t.Context(), &iam.CreateAccountAliasInput{AccountAlias: aws.String(alias)})
		return err
	}
	if err := create(c, "pirog"); err != nil {
		t.Fatal(err)
	}
	refused(t, create(other, "pirog"), "EntityAlreadyExists", "The account alias pirog already exists.")
	if err := create(c, "kulich"); err != nil {
		t.Fatal(err)
	}
	if err := create(other, "pirog"); err != nil {
		t.Errorf("a freed alias: %v", err)
	}
	got := ok[*iam.ListAccountAliasesOutput](t)(c.ListAccountAliases(t.Context(), &iam.ListAccountAliasesInput{})).AccountAliases
	if diff := cmp.Diff([]string{"kulich"}, got); diff != "" {
		t.Errorf("aliases (-want +got):\n%s", diff)
	}
	ok[*iam.DeleteAccountAliasOutput](t)(c.DeleteAccountAlias(t.Context(), &iam.DeleteAccountAliasInput{AccountAlias: aws.String("kulich")}))
}

func TestAccountSummaryAndDetails(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	createPolicy(t, c, "mine", listUsers)
	ok[*iam.CreateRoleOutput](t)(c.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("node"), AssumeRolePolicyDocument: aws.String(trustEC2)}))
	summary := ok[*iam.GetAccountSummaryOutput](t)(c.GetAccountSummary(t.Context(), &iam.GetAccountSummaryInput{})).SummaryMap
	for name, want := range map[string]int32{"Users": 2, "Roles": 1, "Policies": 1, "Groups": 0, "AccessKeysPerUserQuota": 2} {
		if summary[name] != want {
			t.Errorf("%s = %d, want %d", name, summary[name], want)
		}
	}
	var users, roles, policies []string
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(c, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		page := ok[*iam.GetAccountAuthorizationDetailsOutput](t)(pages.NextPage(t.Context()))
		for _, u := range page.UserDetailList {
			users = append(users, *u.UserName)
		}
		for _, r := range page.RoleDetailList {
			roles = append(roles, *r.RoleName)
		}
		for _, p := range page.Policies {
			policies = append(policies, *p.PolicyName)
		}
	}
	want := [][]string{{"arseniy", "nobody"}, {"node"}, {"mine", "AdministratorAccess"}}
	if diff := cmp.Diff(want, [][]string{users, roles, policies}); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
}

func TestSimulations(t *testing.T) {
	w := newWorld(t)
	c := w.as("arseniy")
	ok[*iam.PutUserPolicyOutput](t)(c.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{
		UserName: aws.String("nobody"), PolicyName: aws.String("look"), PolicyDocument: aws.String(listUsers)}))
	out := ok[*iam.SimulatePrincipalPolicyOutput](t)(c.SimulatePrincipalPolicy(t.Context(), &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: aws.String("arn:aws:iam::534000000385:user/nobody"), ActionNames: []string{"iam:ListUsers", "iam:ListRoles"},
	}))
	decisions := map[string]types.PolicyEvaluationDecisionType{}
	for _, r := range out.EvaluationResults {
		decisions[*r.EvalActionName] = r.EvalDecision
	}
	want := map[string]types.PolicyEvaluationDecisionType{"iam:ListUsers": "allowed", "iam:ListRoles": "implicitDeny"}
	if diff := cmp.Diff(want, decisions); diff != "" {
		t.Errorf("decisions (-want +got):\n%s", diff)
	}
	if matched := out.EvaluationResults[0].MatchedStatements; len(matched) != 1 || *matched[0].SourcePolicyId != "look" {
		t.Errorf("matched %+v", matched)
	}
	custom := ok[*iam.SimulateCustomPolicyOutput](t)(c.SimulateCustomPolicy(t.Context(), &iam.SimulateCustomPolicyInput{
		ActionNames: []string{"eks:DescribeCluster"}, ResourceArns: []string{"arn:aws:eks:us-east-2:534000000385:cluster/a"},
		PolicyInputList: []string{`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"eks:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}}]}`},
		ContextEntries:  []types.ContextEntry{{ContextKeyName: aws.String("aws:PrincipalTag/team"), ContextKeyType: "string", ContextKeyValues: []string{"red"}}},
	})).EvaluationResults
	if len(custom) != 1 || custom[0].EvalDecision != "explicitDeny" || len(custom[0].ResourceSpecificResults) != 1 {
		t.Errorf("custom %+v", custom)
	}
	keys := ok[*iam.GetContextKeysForCustomPolicyOutput](t)(c.GetContextKeysForCustomPolicy(t.Context(), &iam.GetContextKeysForCustomPolicyInput{
		PolicyInputList: []string{`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}"}]}`},
	})).ContextKeyNames
	if diff := cmp.Diff([]string{"aws:username"}, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}
