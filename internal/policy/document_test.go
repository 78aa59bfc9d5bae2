package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestContextKeys(t *testing.T) {
	d := parse(t, Managed, doc(
		`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::home/${aws:username}/*","Condition":{"StringEquals":{"aws:RequestTag/team":"${aws:PrincipalTag/team, 'none'}","AWS:UserName":"x"}}},`+
			`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${*}","Condition":{"ForAllValues:ArnLike":{"aws:SourceArn":"arn:aws:s3:::${aws:userid}"},"Null":{"aws:TokenIssueTime":"true"}}}`))
	want := []string{"aws:PrincipalTag/team", "aws:RequestTag/team", "aws:SourceArn", "aws:TokenIssueTime", "aws:userid", "aws:username"}
	if diff := cmp.Diff(want, d.ContextKeys()); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	old := parse(t, Inline, `{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}"}}`)
	if diff := cmp.Diff([]string{}, old.ContextKeys()); diff != "" {
		t.Errorf("a document of version 2008-10-17 has no variables (-want +got):\n%s", diff)
	}
}

func TestPrincipalsAreRewritten(t *testing.T) {
	const text = `{ "Version": "2012-10-17",
  "Statement": [ {"Effect": "Allow", "Action": "sts:AssumeRole",
    "Principal": {"Service": "ec2.amazonaws.com", "AWS": ["` + alice + `", "111122223333", "` + role + `"]}},
    {"Action": "sts:AssumeRole", "Principal": {"AWS": "AROAFORMERDEPLOYER12"}, "Effect": "Deny"} ] }`
	d := parse(t, Trust, text)
	if diff := cmp.Diff([]string{alice, role, "AROAFORMERDEPLOYER12"}, d.Principals()); diff != "" {
		t.Errorf("principals (-want +got):\n%s", diff)
	}
	ids := map[string]string{alice: "AIDAALICEALICEALICE1", role: "AROADEPLOYERDEPLOYER", "AROAFORMERDEPLOYER12": "AROAFORMERDEPLOYER12"}
	stored := d.RewritePrincipals(func(p string) string { return ids[p] })
	want := strings.NewReplacer(alice, "AIDAALICEALICEALICE1", role, "AROADEPLOYERDEPLOYER").Replace(text)
	if diff := cmp.Diff(want, stored); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	arns := map[string]string{"AIDAALICEALICEALICE1": alice, "AROADEPLOYERDEPLOYER": role, "AROAFORMERDEPLOYER12": "AROAFORMERDEPLOYER12"}
	shown := parse(t, Trust, stored).RewritePrincipals(func(p string) string { return arns[p] })
	if diff := cmp.Diff(text, shown); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
}

// The figures are those of IAM's own answers: for AdministratorAccess, whose statement begins after the bracket in line 3, and for
// the example of simulate-custom-policy in the AWS CLI's reference.
func TestStatementPositions(t *testing.T) {
	const administrator = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}"
	const example = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}`
	tests := []struct {
		name, text string
		start, end Position
	}{
		{"statement in a list", administrator, Position{3, 17}, Position{8, 6}},
		{"statement alone", example, Position{1, 38}, Position{1, 167}},
		{"second statement", doc(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}, ` + allowAll), Position{1, 87}, Position{1, 135}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := Request{Principal: userAlice(), Action: "dynamodb:CreateBackup", Resource: "*", Context: keys("aws:CurrentTime=2019-04-25T11:00:00Z")}
			set := Set{Identity: []Policy{{Doc: parse(t, Managed, test.text)}}}
			m, ok := Evaluate(&r, &set).Match()
			if !ok || m.Start != test.start || m.End != test.end {
				t.Errorf("match %v from %v to %v, want %v to %v", ok, m.Start, m.End, test.start, test.end)
			}
		})
	}
}
