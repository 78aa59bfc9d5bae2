package online

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// TestCausesByTheirCircumstances holds that a refusal which has a usual cause gets its own where more is known.
func TestCausesByTheirCircumstances(t *testing.T) {
	const (
		notMapped = "identity is not mapped"
		role      = "arn:aws:iam::111122223333:role/dev"
		instance  = "arn:aws:sts::111122223333:assumed-role/dev/i-0123456789abcdef0"
		entry     = `{"mapUsers":[{"userarn":"` + callerARN + `","username":"yaro","groups":["dev"]}]}`
		upToH8    = "H1 ok, H4 ok, H5 ok, H6 ok, H7 ok, H8 ok, "
		upToH6    = "H1 ok, H4 ok, H5 ok, H6 ok, "
	)
	noTrust := [2]string{"AccessDenied", "not authorized to perform: sts:AssumeRole"}
	other := strings.ReplaceAll(working, "yaroslav", "other")
	byRole := func(q *Question) { q.Profile.RoleARN = role }
	list := func(q *Question) { q.Want = &Want{Verb: "list", Resource: "pods", Namespace: "a"} }
	widgets := func(q *Question) { q.Want = &Want{Verb: "list", Resource: "widgets", Group: "example.com"} }
	tests := []struct {
		name   string
		stack  stack
		change func(*Question)
		want   string
	}{
		{"8 groups that are no list", stack{username: "yaro", awsAuth: working + "    groups: dev\n"}, list, upToH8 + "H9 refused 8"},
		{"11 mapped twice", stack{username: "yaro", awsAuth: working + "  - userarn: " + callerARN + "\n    username: z\n"}, list, upToH8 + "H9 refused 11"},
		{"15 the account", stack{username: callerARN, awsAuth: "mapAccounts: |\n  - '111122223333'\n"}, list, upToH8 + "H9 refused 15"},
		{"24 the entry wins", stack{username: "yaro", awsAuth: working, entries: entry}, list, upToH8 + "H9 refused 24"},
		{"60 in the mode API", stack{username: "yaro", awsAuth: working, entries: entry, mode: `{"backendMode":"DynamicFile"}`}, list, upToH8 + "H9 refused 60"},
		{"61 a custom resource", stack{username: "yaro", awsAuth: other, entries: entry}, widgets, upToH8 + "H9 refused 61"},
		{"60 a custom resource without an entry", stack{username: "yaro", awsAuth: working}, widgets, upToH8 + "H9 refused 60"},
		{"59 as a node", stack{username: "system:node:ip-10-0-0-1"}, list, upToH8 + "H9 refused 59"},
		{"57 a node", stack{denial: notMapped, awsAuth: other, session: instance}, nil, upToH6 + "H7 refused 57"},
		{"20 the creator", stack{denial: notMapped}, func(q *Question) { q.Cluster.Creator = callerARN }, upToH6 + "H7 refused 20"},
		{"17 the creator whose entry was deleted", stack{denial: notMapped, awsAuth: other}, func(q *Question) { q.Cluster.Creator, q.Cluster.CreatorEnters = callerARN, true }, upToH6 + "H7 refused 17"},
		{"30 no keys", stack{}, func(q *Question) { q.Profile = &Profile{} }, "H1 refused 30"},
		{"33 MFA", stack{stsError: noTrust, trust: `{"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`}, byRole, "H1 ok, H3 refused 33"},
		{"33 a device in the profile", stack{stsError: noTrust}, func(q *Question) { byRole(q); q.Profile.MFASerial = "x" }, "H1 ok, H3 refused 33"},
		{"31 no such role", stack{stsError: noTrust, noRole: true}, byRole, "H1 ok, H3 refused 31"},
		{"18 the creator's role is gone", stack{stsError: noTrust, noRole: true}, func(q *Question) { byRole(q); q.Cluster.Creator, q.Cluster.CreatorEnters = role, true }, "H1 ok, H3 refused 18"},
		{"34 let in and denied", stack{username: "yaro", denied: true}, nil, "H1 ok, H4 ok, H5 ok, H6 ok 34, H7 ok, H8 ok, H9 unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := tt.stack.question(t)
			if tt.change != nil {
				tt.change(&q)
			}
			a, err := Explain(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if got := story(a); got != tt.want {
				t.Errorf("got  %s\nwant %s\n%+v", got, tt.want, a.Refusal())
			}
		})
	}
}

// TestKeysOfTheEnvironment holds that a profile that was meant is named only if it is somebody else.
func TestKeysOfTheEnvironment(t *testing.T) {
	q := (&stack{denial: "identity is not mapped", awsAuth: working, session: "arn:aws:iam::111122223333:user/boris"}).question(t)
	q.Profile.Hides = &Profile{Name: "yaroslav", Keys: aws.Credentials{AccessKeyID: "AKIAI44QH8DHBEXAMPLE", SecretAccessKey: "s"}}
	a, err := Explain(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	reason := a.Refusal().Reasons[0]
	if reason.Cause != 29 || reason.Evidence[1] != "wanted: "+callerARN || !strings.HasPrefix(reason.Fix, "unset AWS_ACCESS_KEY_ID") {
		t.Errorf("got %+v", reason)
	}
	q = (&stack{denial: "identity is not mapped"}).question(t)
	q.Profile.Hides = &Profile{Name: "same", Keys: q.Profile.Keys}
	if a, err = Explain(t.Context(), q); err != nil || a.Refusal().Reasons[0].Cause == 29 {
		t.Errorf("keys of the same user: %v, %+v", err, a.Refusal())
	}
}
