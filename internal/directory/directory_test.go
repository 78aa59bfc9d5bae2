package directory_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

const account = "534000000385"

// clock is a clock that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, s store.Store, c *clock) *directory.Directory {
	t.Helper()
	d, err := directory.Open(t.Context(), directory.Config{
		Store: s, SealingKey: bytes.Repeat([]byte{7}, directory.SealingKeySize), Now: c.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// people is a directory with one user and one role.
func people(t *testing.T) (*directory.Directory, []directory.SeededKey, *clock) {
	t.Helper()
	c := &clock{now: start}
	d := open(t, store.NewMemory(), c)
	return d, seed(t, d), c
}

func seed(t *testing.T, d *directory.Directory) []directory.SeededKey {
	t.Helper()
	keys, err := d.Seed(t.Context(), []directory.SeedAccount{{
		ID: account,
		Users: []directory.SeedUser{
			{Name: "arseniy", Policies: []string{"AdministratorAccess"}},
			{Name: "yaroslav", Path: "/ops/", AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI"},
		},
		Roles: []directory.SeedRole{{Name: "node", Path: "/nodes/", Trust: `{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func user(t *testing.T, d *directory.Directory, name string) *directory.User {
	t.Helper()
	u := directory.Get(d, directory.UserKey(account, name))
	if u == nil {
		t.Fatalf("user %s is not there", name)
	}
	return u
}

func TestSeedIsIdempotent(t *testing.T) {
	d, keys, _ := people(t)
	if len(keys) != 2 || keys[1].AccessKeyID != "AKIAIOSFODNN7EXAMPLE" || keys[0].SecretAccessKey == "" {
		t.Fatalf("keys of the first seeding: %+v", keys)
	}
	before := *user(t, d, "arseniy")
	again := seed(t, d)
	if diff := cmp.Diff(keys, again); diff != "" {
		t.Errorf("keys of the second seeding (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(before, *user(t, d, "arseniy")); diff != "" {
		t.Errorf("user (-first +second):\n%s", diff)
	}
	if got, want := user(t, d, "yaroslav").ARN(), "arn:aws:iam::534000000385:user/ops/yaroslav"; got != want {
		t.Errorf("ARN %s, want %s", got, want)
	}
}

func TestNamesDifferInMoreThanLetterCase(t *testing.T) {
	d, _, _ := people(t)
	if got := user(t, d, "ARSENIY").Name; got != "arseniy" {
		t.Errorf("ARSENIY is %s", got)
	}
}

func TestAnswersOfTheDirectoryAreNotChangedByATransaction(t *testing.T) {
	d, _, _ := people(t)
	failed := errors.New("stop")
	err := d.Update(t.Context(), func(tx *directory.Tx) error {
		u := directory.Get(tx, directory.UserKey(account, "arseniy"))
		u.Tags = append(u.Tags, directory.Tag{Key: "a", Value: "b"})
		u.Keys[0].Active = false
		directory.Put(tx, u)
		return failed
	})
	if !errors.Is(err, failed) {
		t.Fatalf("update: %v", err)
	}
	if u := user(t, d, "arseniy"); len(u.Tags) != 0 || !u.Keys[0].Active {
		t.Errorf("an aborted transaction changed %+v", u)
	}
}

func TestIndexesFollowChanges(t *testing.T) {
	d, keys, _ := people(t)
	old := user(t, d, "arseniy")
	err := d.Update(t.Context(), func(tx *directory.Tx) error {
		u := directory.Get(tx, directory.UserKey(account, "arseniy"))
		directory.Delete(tx, directory.UserKey(account, "arseniy"))
		u.Name, u.Keys, u.Attached = "senya", nil, []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}
		directory.Put(tx, u)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := directory.Get(d, directory.UserKey(account, "arseniy")); got != nil {
		t.Errorf("the old name still gives %+v", got)
	}
	if got := d.ByID(keys[0].AccessKeyID); got != nil {
		t.Errorf("the removed key still gives %+v", got)
	}
	if got, ok := d.ByID(old.ID).(*directory.User); !ok || got.Name != "senya" {
		t.Errorf("the ID gives %+v", got)
	}
	if got := d.Referring("arn:aws:iam::aws:policy/AdministratorAccess"); len(got) != 0 {
		t.Errorf("the detached policy still has %v", got)
	}
	if got := d.Referring("arn:aws:iam::aws:policy/ReadOnlyAccess"); len(got) != 1 {
		t.Errorf("the attached policy has %v", got)
	}
}

func TestListIsSortedAndResumes(t *testing.T) {
	d, _, _ := people(t)
	var all []string
	for i := range 600 { // more than one chunk
		name := fmt.Sprintf("u%03d", (i*7)%600)
		if err := d.Update(t.Context(), func(tx *directory.Tx) error {
			directory.Put(tx, &directory.User{Resource: directory.Resource{Account: account, Name: name, ID: name}})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	for u := range directory.List(d, directory.AllUsers(account), directory.UserKey(account, "u099")) {
		all = append(all, u.Name)
	}
	if len(all) != 501 || all[0] != "u100" || all[499] != "u599" || all[500] != "yaroslav" {
		t.Errorf("%d names from %s to %s", len(all), all[0], all[len(all)-1])
	}
}

// TestCountsAreExactUnderConcurrency has two directories over one store, as two replicas have.
func TestCountsAreExactUnderConcurrency(t *testing.T) {
	s, c := store.NewMemory(), &clock{now: start}
	replicas := []*directory.Directory{open(t, s, c), open(t, s, c)}
	seed(t, replicas[0])
	full := errors.New("two keys are the limit")
	var mu sync.Mutex
	var made, refused int
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			err := replicas[i%2].Update(context.Background(), func(tx *directory.Tx) error {
				u := directory.Get(tx, directory.UserKey(account, "arseniy"))
				if len(u.Keys) == 2 {
					return full
				}
				u.Keys = append(u.Keys, directory.AccessKey{ID: fmt.Sprintf("AKIA%d", i)})
				directory.Put(tx, u)
				return nil
			})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				made++
			case errors.Is(err, full):
				refused++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if made != 1 || refused != 7 || len(user(t, replicas[1], "arseniy").Keys) != 2 {
		t.Errorf("%d made, %d refused, keys %v", made, refused, user(t, replicas[1], "arseniy").Keys)
	}
}

func TestAccountsComeAndGo(t *testing.T) {
	d, keys, _ := people(t)
	key, err := d.CreateAccount(t.Context(), "111122223333", "elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	if _, caller, err := d.Authenticate(t.Context(), key.ID, ""); err != nil || caller.ARN != "arn:aws:iam::111122223333:root" {
		t.Errorf("root key: %+v, %v", caller, err)
	}
	for name, again := range map[string][2]string{"account": {"111122223333", ""}, "alias": {"111122224444", "elsewhere"}} {
		if _, err := d.CreateAccount(t.Context(), again[0], again[1]); !errors.Is(err, directory.ErrExists) {
			t.Errorf("the same %s again: %v", name, err)
		}
	}
	if _, err := d.CreateAccount(t.Context(), "1234", ""); err == nil {
		t.Error("an account of four digits was made")
	}
	if err := d.DeleteAccount(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Authenticate(t.Context(), keys[0].AccessKeyID, ""); err == nil {
		t.Error("a key of a deleted account works")
	}
	if directory.Get(d, directory.UserKey(account, "arseniy")) != nil {
		t.Error("a user of a deleted account is there")
	}
	if err := d.DeleteAccount(t.Context(), account); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("delete again: %v", err)
	}
}
