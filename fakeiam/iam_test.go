package fakeiam_test

import (
	"bytes"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/fakeiam"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

const account = "534000000385"

// world is an IAM over one account and its people.
type world struct {
	dir     *directory.Directory
	service *fakeiam.Service
	server  *httptest.Server
	now     time.Time
	keys    map[string]directory.SeededKey
}

func newWorld(t testing.TB) *world { return newWorldOver(t, store.NewMemory()) }

func newWorldOver(t testing.TB, s store.Store) *world {
	t.Helper()
	w := &world{now: time.Now(), keys: map[string]directory.SeededKey{}}
	now := func() time.Time { return w.now }
	var err error
	w.dir, err = directory.Open(t.Context(), directory.Config{
		Store: s, SealingKey: bytes.Repeat([]byte{1}, directory.SealingKeySize), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := w.dir.Seed(t.Context(), []directory.SeedAccount{{ID: account, Users: []directory.SeedUser{
		{Name: "arseniy", Policies: []string{"AdministratorAccess"}}, {Name: "nobody"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		w.keys[k.User] = k
	}
	w.service, err = fakeiam.New(fakeiam.Config{Directory: w.dir, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(w.service)
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) client(id, secret, token string) *iam.Client {
	return iam.New(iam.Options{
		BaseEndpoint: aws.String(w.server.URL), Region: "us-east-1", RetryMaxAttempts: 3,
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, token),
	})
}

// as returns a client with a user's long-term key.
func (w *world) as(user string) *iam.Client {
	return w.client(w.keys[user].AccessKeyID, w.keys[user].SecretAccessKey, "")
}

// root returns a client of a new account's root user.
func (w *world) root(t *testing.T, id string) *iam.Client {
	t.Helper()
	key, err := w.dir.CreateAccount(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	return w.client(key.ID, key.Secret, "")
}

// ok fails the test on an error; it wraps calls whose answers do not matter or are looked at.
func ok[T any](t testing.TB) func(out T, err error) T {
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// refused checks code and message of an error; a message that ends in … may go on.
func refused(t *testing.T, err error, code, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Errorf("got %v, want %s: %s", err, code, message)
		return
	}
	head, open := strings.CutSuffix(message, "…")
	if api.ErrorCode() != code || !(api.ErrorMessage() == message || open && strings.HasPrefix(api.ErrorMessage(), head)) {
		t.Errorf("got  %s: %q\nwant %s: %q", api.ErrorCode(), api.ErrorMessage(), code, message)
	}
}
