package fakeec2

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/internal/awswire"
	"github.com/eksauth/eksauth/internal/directory"
)

// refusal makes an error with one of the codes of
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.
func refusal(code, format string, args ...any) error {
	return &awswire.Error{Code: code, Message: fmt.Sprintf(format, args...), Fault: smithy.FaultClient}
}

func invalidValue(format string, args ...any) error {
	return refusal("InvalidParameterValue", format, args...)
}

func notFound(ids []string) error {
	if len(ids) == 1 {
		return refusal("InvalidInstanceID.NotFound", "The instance ID '%s' does not exist", ids[0])
	}
	return refusal("InvalidInstanceID.NotFound", "The instance IDs '%s' do not exist", strings.Join(ids, ", "))
}

// dryRun is what a request with DryRun set gets instead of being done, once it is known to be allowed.
func dryRun() error {
	return &awswire.Error{
		Code: "DryRunOperation", Message: "Request would have succeeded, but DryRun flag is set.",
		Status: http.StatusPreconditionFailed, Fault: smithy.FaultClient,
	}
}

// unauthorized puts a denial in EC2's words. A denied change comes with a message that only whoever may decode it can read
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html).
func (s *Service) unauthorized(err error, encoded bool) error {
	denied, ok := errors.AsType[*directory.DeniedError](err)
	if !ok {
		return err
	}
	message := "You are not authorized to perform this operation. " + denied.ErrorMessage()
	if encoded {
		secret, err := s.cfg.Directory.EncodeDenial(denied)
		if err != nil {
			return fmt.Errorf("encode a denial: %w", err)
		}
		message += ". Encoded authorization failure message: " + secret
	}
	return &awswire.Error{Code: "UnauthorizedOperation", Message: message, Status: http.StatusForbidden, Fault: smithy.FaultClient}
}
