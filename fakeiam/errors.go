package fakeiam

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/store"
)

// The sentences of IAM's errors are those that its API answers; they are quoted all over the public issue trackers of its
// clients, such as https://github.com/hashicorp/terraform-provider-aws/issues.

func noSuchEntity(format string, args ...any) error {
	return &types.NoSuchEntityException{Message: aws.String(fmt.Sprintf(format, args...))}
}

// notFound is for users, groups and roles, which IAM names alike.
func notFound(kind, name string) error {
	return noSuchEntity("The %s with name %s cannot be found.", kind, name)
}

func alreadyExists(format string, args ...any) error {
	return &types.EntityAlreadyExistsException{Message: aws.String(fmt.Sprintf(format, args...))}
}

// mustFirst refuses to delete what still has something.
func mustFirst(what string) error {
	return deleteConflict("Cannot delete entity, must " + what + " first.")
}

func deleteConflict(message string) error {
	return &types.DeleteConflictException{Message: aws.String(message)}
}

func limitExceeded(format string, args ...any) error {
	return &types.LimitExceededException{Message: aws.String(fmt.Sprintf(format, args...))}
}

func quotaExceeded(quota string, limit int) error {
	return limitExceeded("Cannot exceed quota for %s: %d", quota, limit)
}

func invalidInput(format string, args ...any) error {
	return &types.InvalidInputException{Message: aws.String(fmt.Sprintf(format, args...))}
}

func invalidValue(format string, args ...any) error {
	return &awswire.Error{Code: "ValidationError", Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

// update changes the directory and tells the client of a store that is away or contended.
func (s *Service) update(ctx context.Context, change func(tx *directory.Tx) error) error {
	err := s.dir.Update(ctx, change)
	switch {
	case errors.Is(err, store.ErrConflict):
		return &types.ConcurrentModificationException{Message: aws.String(
			"The request was rejected because multiple requests to change this object were submitted simultaneously.")}
	case errors.Is(err, store.ErrUnavailable):
		return &awswire.Error{Code: "ServiceFailure", Status: http.StatusServiceUnavailable, Fault: smithy.FaultServer,
			Message: "The request processing has failed because of an unknown error, exception or failure."}
	}
	return err
}

func randOr(random io.Reader) io.Reader {
	if random == nil {
		return rand.Reader
	}
	return random
}
