package offline

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/mapping"
)

// made is a token of a moment; nobody here checks its signature.
func made(at time.Time) string {
	at = at.UTC()
	return "k8s-aws-v1." + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil,
		"https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256"+
			"&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%%2F%s%%2Feu-west-1%%2Fsts%%2Faws4_request&X-Amz-Date=%s&X-Amz-Expires=60"+
			"&X-Amz-SignedHeaders=host%%3Bx-k8s-aws-id&X-Amz-Signature=%s",
		at.Format("20060102"), at.Format("20060102T150405Z"), strings.Repeat("a", 64)))
}

// hops is an answer as "H5 ok, H7 refused 17".
func hops(a *hop.Answer) string {
	var out []string
	for _, step := range a.Steps {
		text := step.Hop + " " + string(step.Status)
		if len(step.Reasons) > 0 {
			text += fmt.Sprintf(" %d", step.Reasons[0].Cause)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestExplain(t *testing.T) {
	now := time.Now()
	const dev = "arn:aws:sts::111122223333:assumed-role/dev/yaroslav"
	mapRoles := func(username string) *mapping.AWSAuth {
		return &mapping.AWSAuth{Name: "f", Text: "mapRoles: |\n  - rolearn: arn:aws:iam::111122223333:role/dev\n    username: " + username + "\n    groups: ['{{AccountID}}']\n"}
	}
	entries := &mapping.AccessEntries{Name: "e", Text: "[{principalArn: 'arn:aws:iam::111122223333:role/dev', username: 'e:{{SessionName}}'}]"}
	tests := []struct {
		name string
		q    Question
		want string
		user *hop.User
	}{
		{"good token", Question{Token: made(now)}, "H5 ok, H6 unknown, H7 unknown", nil},
		{"expired", Question{Token: made(now.Add(-time.Hour))}, "H5 refused 36, H6 unknown, H7 unknown", nil},
		{"ahead", Question{Token: made(now.Add(time.Hour))}, "H5 ok, H6 refused 37, H7 unknown", nil},
		{"another partition", Question{Token: made(now), Partition: "aws-cn"}, "H5 refused 48, H6 unknown, H7 unknown", nil},
		{"the caller's partition", Question{Token: made(now), ARN: "arn:aws-cn:iam::111122223333:user/x"}, "H5 refused 48, H6 unknown, H7 unknown", nil},
		{"no token", Question{Token: "ya29.x"}, "H5 refused 0, H7 unknown", nil},
		{"mapping without a caller", Question{Token: made(now), AWSAuth: mapRoles("x")}, "H5 ok, H6 unknown, H7 unknown", nil},
		{"mapped", Question{ARN: dev, AWSAuth: mapRoles("dev:{{SessionName}}")}, "H7 ok, H8 ok, H9 unknown", &hop.User{Username: "dev:yaroslav", Groups: []string{"111122223333"}}},
		{"no session name", Question{ARN: "arn:aws:iam::111122223333:role/dev", AWSAuth: mapRoles("dev:{{SessionName}}")}, "H7 ok, H8 unknown, H9 unknown",
			&hop.User{Username: "dev:{{SessionName}}", Groups: []string{"111122223333"}}},
		{"not mapped", Question{ARN: "arn:aws:iam::111122223333:user/x", AWSAuth: mapRoles("x")}, "H7 refused 17", nil},
		{"55 a node's role", Question{ARN: dev, AWSAuth: mapRoles("system:node:{{EC2PrivateDNSName}}")}, "H7 ok, H8 refused 55, H9 unknown", nil},
		{"58 no username", Question{ARN: dev, AWSAuth: mapRoles("''")}, "H7 ok, H8 refused 58, H9 unknown", &hop.User{Groups: []string{"111122223333"}}},
		{"24 the entry wins", Question{ARN: dev, AWSAuth: mapRoles("x"), Entries: entries}, "H7 ok 24, H8 ok, H9 unknown", &hop.User{Username: "e:yaroslav", Groups: []string{}}},
		{"not in the entries", Question{ARN: "arn:aws:iam::111122223333:role/ops", Entries: entries}, "H7 refused 17", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.q.Now = now
			a, err := Explain(tt.q)
			if err != nil {
				t.Fatal(err)
			}
			if got := hops(a); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if diff := cmp.Diff(tt.user, a.User); diff != "" {
				t.Errorf("user (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExplainNothing(t *testing.T) {
	if _, err := Explain(Question{}); err == nil || !strings.Contains(err.Error(), "nothing to explain") {
		t.Errorf("got %v", err)
	}
	if _, err := Explain(Question{ARN: "x"}); err == nil {
		t.Error("a caller without an ARN: want an error")
	}
}

// TestNoSecretIsPrinted holds that an explanation can be shown to anybody.
func TestNoSecretIsPrinted(t *testing.T) {
	now := time.Now()
	token := made(now.Add(-time.Hour))
	for _, text := range []string{token, token[:len(token)-9], token + token, "ya29." + token} {
		a, err := Explain(Question{Token: text, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := a.Write(&out); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), strings.Repeat("a", 20)) || strings.Contains(out.String(), token[20:60]) {
			t.Errorf("the answer has a part of the token:\n%s", &out)
		}
	}
}
