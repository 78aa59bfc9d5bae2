package fakeiam_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/eksauth/eksauth/internal/store"
)

// away is a store that can be out of reach.
type away struct {
	store.Store
	err error
}

func (a *away) Commit(ctx context.Context, ops ...store.Op) (int64, error) {
	if a.err != nil {
		return 0, a.err
	}
	return a.Store.Commit(ctx, ops...)
}

func TestAStoreThatIsAwayFailsWritesAndNotReads(t *testing.T) {
	s := &away{Store: store.NewMemory()}
	w := newWorldOver(t, s)
	c := w.as("arseniy")
	s.err = store.ErrUnavailable
	_, err := c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("olga")})
	refused(t, err, "ServiceFailure", "The request processing has failed because of an unknown error, exception or failure.")
	var answer *awshttp.ResponseError
	if !errors.As(err, &answer) || answer.HTTPStatusCode() != http.StatusServiceUnavailable {
		t.Errorf("status of %v", err)
	}
	ok[*iam.GetUserOutput](t)(c.GetUser(t.Context(), &iam.GetUserInput{}))
	s.err = nil
	ok[*iam.CreateUserOutput](t)(c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("olga")}))
	s.err = store.ErrConflict
	_, err = c.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("olga")})
	refused(t, err, "ConcurrentModification", "…")
}
