package policy

import (
	"fmt"
	"testing"
)

// twenty are twenty attached policies of ten statements each; only the last statement of the last allows.
func twenty(t testing.TB) []Policy {
	var all []Policy
	for i := range 20 {
		statements := ""
		for j := range 9 {
			statements += fmt.Sprintf(`{"Effect":"Allow","Action":["s%d:Get*","s%d:List*","s%d:Describe*"],"Resource":"arn:aws:s3:::bucket-%d-%d/*"},`, j, j, j, i, j)
		}
		last := fmt.Sprintf(`{"Effect":"Allow","Action":"eks:Describe*","Resource":"arn:aws:eks:*:*:cluster/%d-*","Condition":{"StringLike":{"aws:PrincipalTag/team":["a*","b*"]}}}`, i)
		all = append(all, policies(t, Managed, statements+last)...)
	}
	return all
}

func BenchmarkEvaluate(b *testing.B) {
	set := Set{Identity: twenty(b)}
	r := Request{Principal: userAlice(), Action: "eks:DescribeCluster", Resource: "arn:aws:eks:eu-west-1:111122223333:cluster/19-dev", Context: keys("aws:PrincipalTag/team=blue")}
	b.ReportAllocs()
	for b.Loop() {
		if !Evaluate(&r, &set).Allowed() {
			b.Fatal("not allowed")
		}
	}
}

func BenchmarkParse(b *testing.B) {
	text := twenty(b)[0].Doc.Text()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(Managed, text); err != nil {
			b.Fatal(err)
		}
	}
}

func TestEvaluateAllocatesLittle(t *testing.T) {
	set := Set{Identity: twenty(t)}
	r := Request{Principal: userAlice(), Action: "eks:DescribeCluster", Resource: "arn:aws:eks:eu-west-1:111122223333:cluster/19-dev", Context: keys("aws:PrincipalTag/team=blue")}
	if n := testing.AllocsPerRun(100, func() { Evaluate(&r, &set) }); n > 4 {
		t.Errorf("a decision over 20 policies allocates %v times, want at most 4", n)
	}
}
