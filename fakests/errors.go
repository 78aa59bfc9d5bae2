package fakests

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
	"github.com/eksauth/eksauth/internal/policy"
	"github.com/eksauth/eksauth/internal/store"
)

func accessDenied(format string, args ...any) error {
	return &awswire.Error{Code: "AccessDenied", Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

func invalidValue(format string, args ...any) error {
	return &awswire.Error{Code: "ValidationError", Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

// refusedDocument gives the engine's refusal of a session policy STS's type.
func refusedDocument(err error) error {
	if refusal, ok := errors.AsType[*policy.Error](err); ok {
		return &types.MalformedPolicyDocumentException{Message: aws.String(refusal.Message)}
	}
	return err
}

// refusedSize tells how much too large a session is, in STS's sentences
// (https://github.com/aws-actions/configure-aws-credentials/issues/1803 quotes that about tags).
func refusedSize(err error, session *directory.Session, packed int) error {
	if !errors.Is(err, directory.ErrPackedTooLarge) {
		return err
	}
	message := fmt.Sprintf("Packed size of session tags consumes %d%% of allotted space.", packed)
	if session.Policy != "" || len(session.PolicyARNs) > 0 {
		message = fmt.Sprintf("Packed policy consumes %d%% of allotted space, please use smaller policy.", packed)
	}
	return &types.PackedPolicyTooLargeException{Message: aws.String(message)}
}

// invalidRequest is STS's answer to session tags that do not fit; SDKs have no type for it.
func invalidRequest(message string) error {
	return &awswire.Error{Code: "InvalidParameterValue", Message: message, Fault: smithy.FaultClient}
}

// unavailable tells of a store that is away: a code that cannot be used up cannot be accepted.
func unavailable(err error) error {
	if errors.Is(err, store.ErrUnavailable) {
		return &awswire.Error{Code: "ServiceUnavailable", Message: "The request has failed due to a temporary failure of the server.",
			Fault: smithy.FaultServer}
	}
	return err
}
