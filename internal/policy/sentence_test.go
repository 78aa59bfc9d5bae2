package policy

import "testing"

func TestSentence(t *testing.T) {
	const who = "User: " + alice + " is not authorized to perform: eks:DescribeCluster on resource: " + cluster
	allow := Policy{Name: "allow", Doc: parse(t, Managed, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)}
	deny := Policy{Name: "deny", ARN: "arn:aws:iam::111122223333:policy/deny", Doc: parse(t, Managed, `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"eks:*","Resource":"*"}}`)}
	inline := Policy{Name: "inline", Doc: deny.Doc}
	none := Policy{Name: "none", Doc: parse(t, Managed, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`)}
	trust := func(effect, account string) []Policy {
		return []Policy{{Name: "trust", Doc: parse(t, Trust, `{"Version":"2012-10-17","Statement":{"Effect":"`+effect+`","Action":"sts:AssumeRole","Principal":{"AWS":"`+account+`"}}}`)}}
	}
	resource := Policy{Name: "resource", Doc: parse(t, Resource, `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"eks:*","Resource":"*"}}`)}
	tests := []struct {
		name, action, owner, want string
		set                       Set
	}{
		{name: "no identity policy", want: who + " because no identity-based policy allows the eks:DescribeCluster action"},
		{name: "no boundary", set: Set{Identity: []Policy{allow}, Boundary: &none}, want: who + " because no permissions boundary allows the eks:DescribeCluster action"},
		{name: "no session policy", set: Set{Identity: []Policy{allow}, Session: []Policy{none}}, want: who + " because no session policy allows the eks:DescribeCluster action"},
		{name: "identity denies", set: Set{Identity: []Policy{allow, inline}}, want: who + " with an explicit deny in an identity-based policy"},
		{name: "managed policy denies", set: Set{Identity: []Policy{allow, deny}}, want: who + " with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/deny"},
		{name: "boundary denies", set: Set{Identity: []Policy{allow}, Boundary: &deny}, want: who + " with an explicit deny in a permissions boundary: arn:aws:iam::111122223333:policy/deny"},
		{name: "session policy denies", set: Set{Identity: []Policy{allow}, Session: []Policy{allow, inline}}, want: who + " with an explicit deny in a session policy"},
		{name: "resource denies", set: Set{Identity: []Policy{allow}, Resource: []Policy{resource}}, want: who + " with an explicit deny in a resource-based policy"},
		{name: "another account's resource", owner: "999999999999", set: Set{Identity: []Policy{allow}}, want: who},
		{name: "trust policy names another", action: "sts:AssumeRole", set: Set{Identity: []Policy{allow}, Resource: trust("Allow", "999999999999")},
			want: "User: " + alice + " is not authorized to perform: sts:AssumeRole on resource: " + cluster + " because no role trust policy allows the sts:AssumeRole action"},
		{name: "trust policy denies", action: "sts:AssumeRole", set: Set{Identity: []Policy{allow}, Resource: trust("Deny", "111122223333")},
			want: "User: " + alice + " is not authorized to perform: sts:AssumeRole on resource: " + cluster + " with an explicit deny in the role trust policy"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.action == "" {
				test.action = "eks:DescribeCluster"
			}
			r := Request{Principal: userAlice(), Action: test.action, Resource: cluster, ResourceAccount: test.owner}
			d := Evaluate(&r, &test.set)
			if d.Allowed() {
				t.Fatalf("allowed, want denied")
			}
			if got := d.Sentence(&r); got != test.want {
				t.Errorf("sentence\n got %s\nwant %s", got, test.want)
			}
		})
	}
}
