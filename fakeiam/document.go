package fakeiam

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
)

// refused gives the engine's refusal of a document IAM's type.
func refused(err error) error {
	refusal, ok := errors.AsType[*policy.Error](err)
	switch {
	case !ok:
		return err
	case refusal.Code == "LimitExceeded":
		return limitExceeded("%s", refusal.Message)
	}
	return &types.MalformedPolicyDocumentException{Message: aws.String(refusal.Message)}
}

func parse(kind policy.Kind, text *string) (*policy.Document, error) {
	doc, err := policy.Parse(kind, aws.ToString(text))
	return doc, refused(err)
}

func setTrust(tx *directory.Tx, role *directory.Role, text string) error {
	return refused(directory.SetTrust(tx, role, text))
}

// setBoundary makes a managed policy the boundary; empty removes it.
func (s *Service) setBoundary(ctx context.Context, tx *directory.Tx, boundary *string, arn string) error {
	err := directory.SetBoundary(tx, boundary, arn)
	if errors.Is(err, directory.ErrNotFound) || arn != "" && !s.inReach(ctx, arn) {
		return noSuchEntity("Scope ARN: %s does not exist or is not attachable.", arn)
	}
	return err
}

func boundaryDetail(arn string) *types.AttachedPermissionsBoundary {
	if arn == "" {
		return nil
	}
	return &types.AttachedPermissionsBoundary{
		PermissionsBoundaryArn:  aws.String(arn),
		PermissionsBoundaryType: types.PermissionsBoundaryAttachmentTypePolicy,
	}
}
