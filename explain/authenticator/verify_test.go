package authenticator

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"
)

// made is a token of a moment; nobody here checks its signature.
func made(at time.Time) string {
	return "k8s-aws-v1." + base64.RawURLEncoding.EncodeToString([]byte("https://sts.us-east-2.amazonaws.com/?Action=GetCallerIdentity"+
		"&X-Amz-Date="+at.UTC().Format("20060102T150405Z")+"&X-Amz-Expires=60&X-Amz-SignedHeaders=x-k8s-aws-id"))
}

// TestCheckTokenStopsBeforeSTS holds that a good token ends at the call of STS, which is not made.
func TestCheckTokenStopsBeforeSTS(t *testing.T) {
	usual := http.DefaultTransport
	if err := CheckToken(made(time.Now()), "aws", "us-east-2"); err != nil {
		t.Errorf("a good token: %v", err)
	}
	if err := CheckToken(made(time.Now().Add(-time.Hour)), "aws", "us-east-2"); err == nil || !strings.Contains(err.Error(), "is expired") {
		t.Errorf("an old token: %v", err)
	}
	if http.DefaultTransport != usual {
		t.Error("the default transport was not put back")
	}
}

func TestFind(t *testing.T) {
	caller := &Identity{CanonicalARN: "arn:aws:iam::111122223333:role/dev", AccountID: "111122223333"}
	role := func(username string) Role {
		return Role{RoleARN: "arn:aws:iam::111122223333:role/DEV", Username: username}
	}
	tests := map[string]Mappings{
		"last":              {Roles: []Role{role("first"), role("last")}},
		"role":              {Roles: []Role{role("role")}, Users: []User{{UserARN: caller.CanonicalARN, Username: "user"}}},
		"user":              {Users: []User{{UserARN: caller.CanonicalARN, Username: "user"}}, Accounts: []string{"111122223333"}},
		"":                  {Accounts: []string{"444455556666"}},
		caller.CanonicalARN: {Accounts: []string{"111122223333"}},
	}
	for want, mappings := range tests {
		got := ""
		if found := mappings.Find(caller); found != nil {
			got = found.Username
		}
		if got != want {
			t.Errorf("username %q, want %q", got, want)
		}
	}
}
