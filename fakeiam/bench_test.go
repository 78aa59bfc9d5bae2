package fakeiam_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/eksauth/eksauth/internal/directory"
)

// BenchmarkListUsers reads one page of 100 in the middle of 10,000 users, over HTTP and with the SDK.
func BenchmarkListUsers(b *testing.B) {
	w := newWorld(b)
	for from := 0; from < 10_000; from += 100 {
		err := w.dir.Update(b.Context(), func(tx *directory.Tx) error {
			for i := from; i < from+100; i++ {
				resource, err := w.dir.NewResource(tx, directory.UserID, account, fmt.Sprintf("user-%05d", i), "", nil)
				if err != nil {
					return err
				}
				directory.Put(tx, &directory.User{Resource: resource})
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	c := w.as("arseniy")
	in := &iam.ListUsersInput{MaxItems: aws.Int32(100)}
	for range 50 {
		in.Marker = ok[*iam.ListUsersOutput](b)(c.ListUsers(b.Context(), in)).Marker
	}
	for b.Loop() {
		ok[*iam.ListUsersOutput](b)(c.ListUsers(b.Context(), in))
	}
}
