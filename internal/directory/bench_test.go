package directory_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

// crowd is a directory with n users, each with a key.
func crowd(b *testing.B, n int) *directory.Directory {
	b.Helper()
	d, err := directory.Open(b.Context(), directory.Config{
		Store: store.NewMemory(), SealingKey: bytes.Repeat([]byte{7}, directory.SealingKeySize), Now: func() time.Time { return start },
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(d.Close)
	if _, err := d.Seed(b.Context(), []directory.SeedAccount{{ID: account}}); err != nil {
		b.Fatal(err)
	}
	for from := 0; from < n; from += 100 {
		err := d.Update(b.Context(), func(tx *directory.Tx) error {
			for i := from; i < from+100; i++ {
				resource, err := d.NewResource(tx, directory.UserID, account, fmt.Sprintf("user-%06d", i), "", nil)
				if err != nil {
					return err
				}
				key := directory.AccessKey{ID: fmt.Sprintf("AKIA%016d", i), Secret: "secret", Active: true}
				directory.Put(tx, &directory.User{Resource: resource, Keys: []directory.AccessKey{key}})
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return d
}

// overSizes runs a benchmark over directories of growing size.
func overSizes(b *testing.B, run func(b *testing.B, d *directory.Directory, n int)) {
	for _, n := range []int{100, 1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("users=%d", n), func(b *testing.B) {
			d := crowd(b, n)
			b.ReportAllocs()
			b.ResetTimer()
			run(b, d, n)
		})
	}
}

func BenchmarkUserByName(b *testing.B) {
	overSizes(b, func(b *testing.B, d *directory.Directory, n int) {
		key := directory.UserKey(account, fmt.Sprintf("user-%06d", n/2))
		for b.Loop() {
			if directory.Get(d, key) == nil {
				b.Fatal("the user is not there")
			}
		}
	})
}

func BenchmarkAuthenticate(b *testing.B) {
	overSizes(b, func(b *testing.B, d *directory.Directory, n int) {
		id := fmt.Sprintf("AKIA%016d", n/2)
		for b.Loop() {
			if _, _, err := d.Authenticate(b.Context(), id, ""); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCreateUserInMemory(b *testing.B) {
	overSizes(b, func(b *testing.B, d *directory.Directory, _ int) {
		for i := 0; b.Loop(); i++ {
			if err := createUser(b.Context(), d, fmt.Sprintf("new-%d", i)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCreateUserInEtcd(b *testing.B) {
	d, _ := startEtcd(b).replica(b)
	if _, err := d.Seed(b.Context(), []directory.SeedAccount{{ID: account}}); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if err := createUser(b.Context(), d, fmt.Sprintf("new-%d", i)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSession(b *testing.B) {
	d := crowd(b, 100)
	u := directory.Get(d, directory.UserKey(account, "user-000001"))
	s := &directory.Session{
		Kind: directory.UserSession, PrincipalID: u.ID, Issued: start, Expires: start.Add(time.Hour),
		Tags: []directory.Tag{{Key: "team", Value: "blue"}},
	}
	c, err := d.Issue(account, s)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("issue", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.Issue(account, s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := d.Authenticate(b.Context(), c.AccessKeyID, c.SessionToken); err != nil {
				b.Fatal(err)
			}
		}
	})
}
