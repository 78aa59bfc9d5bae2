package directory_test

import (
	"encoding/base32"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

func issue(t *testing.T, d *directory.Directory, s *directory.Session) directory.Credentials {
	t.Helper()
	c, err := d.Issue(account, s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func nodeSession(t *testing.T, d *directory.Directory) *directory.Session {
	t.Helper()
	role := directory.Get(d, directory.RoleKey(account, "node"))
	return &directory.Session{
		Kind: directory.RoleSession, PrincipalID: role.ID, Name: "i-0abc", Issued: start, Expires: start.Add(time.Hour),
	}
}

func TestASessionCarriesEverything(t *testing.T) {
	d, _, _ := people(t)
	s := nodeSession(t, d)
	s.MFA = start.Add(-time.Minute)
	s.SourceIdentity = "yaroslav"
	s.Tags = []directory.Tag{{Key: "team", Value: "пирог"}, {Key: "empty"}}
	s.Transitive = []string{"team"}
	s.Policy = `{"Version":"2012-10-17","Statement":[]}`
	s.PolicyARNs = []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}
	c := issue(t, d, s)
	secret, caller, err := d.Authenticate(t.Context(), c.AccessKeyID, c.SessionToken)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, caller.Session); diff != "" {
		t.Errorf("session (-issued +opened):\n%s", diff)
	}
	if secret != c.SecretAccessKey || len(secret) != 40 {
		t.Errorf("secret %q, issued %q", secret, c.SecretAccessKey)
	}
	if want := "arn:aws:sts::534000000385:assumed-role/node/i-0abc"; caller.ARN != want {
		t.Errorf("ARN %s, want %s", caller.ARN, want)
	}
	if want := "arn:aws:iam::534000000385:role/nodes/node"; caller.PrincipalARN() != want {
		t.Errorf("principal ARN %s, want %s", caller.PrincipalARN(), want)
	}
	if want := s.PrincipalID + ":i-0abc"; caller.UserID != want {
		t.Errorf("user ID %s, want %s", caller.UserID, want)
	}
}

func TestCredentialsThatAreRefused(t *testing.T) {
	d, keys, c := people(t)
	good := issue(t, d, nodeSession(t, d))
	other := issue(t, d, nodeSession(t, d))
	foreign := open(t, store.NewMemory(), c)
	cases := map[string]struct {
		key, token string
		want       string
		before     func()
	}{
		"an unknown key":                {key: "AKIAQNZGKIQYQNZGKIQY", want: "InvalidClientTokenId"},
		"no key":                        {want: "InvalidClientTokenId"},
		"an ID that is no key":          {key: account, want: "InvalidClientTokenId"},
		"a user's ID":                   {key: user(t, d, "arseniy").ID, want: "InvalidClientTokenId"},
		"a long-term key with a token":  {key: keys[0].AccessKeyID, token: good.SessionToken, want: "InvalidClientTokenId"},
		"a temporary key without token": {key: good.AccessKeyID, want: "InvalidClientTokenId"},
		"another session's token":       {key: good.AccessKeyID, token: other.SessionToken, want: "InvalidClientTokenId"},
		"a changed token":               {key: good.AccessKeyID, token: flip(good.SessionToken), want: "InvalidClientTokenId"},
		"a longer token":                {key: good.AccessKeyID, token: good.SessionToken + "A", want: "InvalidClientTokenId"},
		"a cut token":                   {key: good.AccessKeyID, token: good.SessionToken[:9], want: "InvalidClientTokenId"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) { refuses(t, d, tc.key, tc.token, tc.want) })
	}
	refuses(t, foreign, good.AccessKeyID, good.SessionToken, "InvalidClientTokenId")
	c.advance(time.Hour)
	refuses(t, d, good.AccessKeyID, good.SessionToken, "ExpiredToken")
}

func refuses(t *testing.T, d *directory.Directory, key, token, code string) {
	t.Helper()
	_, caller, err := d.Authenticate(t.Context(), key, token)
	var refused *directory.CredentialError
	if !errors.As(err, &refused) || refused.Code != code || caller != nil {
		t.Errorf("got %v and caller %v, want %s", err, caller, code)
	}
}

func flip(token string) string {
	last := "A"
	if strings.HasSuffix(token, "A") {
		last = "Q"
	}
	return token[:20] + last + token[21:]
}

func TestASessionEndsWithItsRole(t *testing.T) {
	d, _, _ := people(t)
	c := issue(t, d, nodeSession(t, d))
	err := d.Update(t.Context(), func(tx *directory.Tx) error {
		role := directory.Get(tx, directory.RoleKey(account, "node"))
		id, err := d.NewID(directory.RoleID, account)
		role.ID = id
		directory.Put(tx, role)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	refuses(t, d, c.AccessKeyID, c.SessionToken, "InvalidClientTokenId")
}

func TestAnInactiveKeyIsRefused(t *testing.T) {
	d, keys, _ := people(t)
	if _, caller, err := d.Authenticate(t.Context(), keys[0].AccessKeyID, ""); err != nil || caller.User.Name != "arseniy" {
		t.Fatalf("active key: %+v, %v", caller, err)
	}
	err := d.Update(t.Context(), func(tx *directory.Tx) error {
		u := directory.Get(tx, directory.UserKey(account, "arseniy"))
		u.Keys[0].Active = false
		directory.Put(tx, u)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	refuses(t, d, keys[0].AccessKeyID, "", "InvalidClientTokenId")
}

func TestAnEKSTokenOfTheLargestSessionIsAccepted(t *testing.T) {
	d, _, _ := people(t)
	s := nodeSession(t, d)
	s.Name, s.SourceIdentity = strings.Repeat("n", 64), strings.Repeat("s", 64)
	var largest directory.Credentials
	for i := range 50 {
		s.Tags = append(s.Tags, directory.Tag{Key: fmt.Sprintf("key-%d", i), Value: hash(i)})
		c, err := d.Issue(account, s)
		if errors.Is(err, directory.ErrPackedTooLarge) {
			if c.PackedSize <= 100 {
				t.Errorf("refused at %d percent", c.PackedSize)
			}
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		largest = c
	}
	if largest.PackedSize < 90 || largest.PackedSize > 100 {
		t.Errorf("the largest session uses %d percent", largest.PackedSize)
	}
	// What else is in an EKS token's URL, with the longest region.
	const rest = "https://sts.ap-southeast-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&" +
		"X-Amz-Credential=ASIAQNZGKIQY56JQ7WML%2F20260301%2Fap-southeast-2%2Fsts%2Faws4_request&X-Amz-Date=20260301T120000Z&" +
		"X-Amz-Expires=60&X-Amz-Security-Token=&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature="
	token := len("k8s-aws-v1.") + (len(rest)+64+len(largest.SessionToken))*4/3 + 1
	if token > 4096 {
		t.Errorf("the token has %d bytes", token)
	}
}

// hash is text that does not compress.
func hash(i int) string {
	return new(big.Int).Exp(big.NewInt(7), big.NewInt(int64(60+i)), nil).Text(36)
}

func TestKeyIDsCarryTheirAccount(t *testing.T) {
	d, keys, _ := people(t)
	for _, number := range []string{account, "000000000001", "999999999999"} {
		key, err := d.NewAccessKey(number)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := base32.StdEncoding.DecodeString(key.ID[4:])
		if err != nil {
			t.Fatal(err)
		}
		// The published recipe: six bytes, masked and shifted.
		six := new(big.Int).SetBytes(raw[:6]).Uint64()
		if got := fmt.Sprintf("%012d", six&0x7fffffffff80>>7); got != number {
			t.Errorf("%s carries %s, want %s", key.ID, got, number)
		}
		if got, ok := d.AccountOfKey(key.ID); !ok || got != number {
			t.Errorf("AccountOfKey(%s) = %s, %v", key.ID, got, ok)
		}
	}
	if got, ok := d.AccountOfKey("ASIAY34FZKBOKMUTVV7A"); !ok || got != "609629065308" { // published example
		t.Errorf("the published key is of %s, %v", got, ok)
	}
	if got, ok := d.AccountOfKey(keys[1].AccessKeyID); !ok || got != account {
		t.Errorf("a given key is of %s, %v", got, ok)
	}
	for _, id := range []string{"", account, "AKIAIOSFODNN7EXAMPLF", "AROAY34FZKBOKMUTVV7A", "ASIAY34FZKBOKMUTVV70"} {
		if got, ok := d.AccountOfKey(id); ok {
			t.Errorf("AccountOfKey(%q) = %s", id, got)
		}
	}
}
