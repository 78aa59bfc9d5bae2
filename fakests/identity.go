package fakests

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/eksauth/eksauth/internal/callers"
)

// GetCallerIdentity implements STS's operation of that name, as do all the exported methods below and in the other files.
func (s *Service) GetCallerIdentity(ctx context.Context, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	caller := callers.From(ctx)
	return &sts.GetCallerIdentityOutput{
		Account: aws.String(caller.Account), Arn: aws.String(caller.ARN), UserId: aws.String(caller.UserID),
	}, nil
}

// GetAccessKeyInfo answers for keys of any account, also for keys that do not exist but carry an account.
func (s *Service) GetAccessKeyInfo(_ context.Context, in *sts.GetAccessKeyInfoInput) (*sts.GetAccessKeyInfoOutput, error) {
	account, ok := s.dir.AccountOfKey(aws.ToString(in.AccessKeyId))
	if !ok {
		return nil, invalidValue("Invalid Access Key Id: %s", aws.ToString(in.AccessKeyId))
	}
	return &sts.GetAccessKeyInfoOutput{Account: aws.String(account)}, nil
}

// DecodeAuthorizationMessage tells why a request was denied, to whoever may ask, in the account of the denied caller.
func (s *Service) DecodeAuthorizationMessage(ctx context.Context, in *sts.DecodeAuthorizationMessageInput) (*sts.DecodeAuthorizationMessageOutput, error) {
	decoded, ok := s.dir.DecodeDenial(callers.From(ctx).Account, aws.ToString(in.EncodedMessage))
	if !ok {
		return nil, &types.InvalidAuthorizationMessageException{Message: aws.String("Message is not valid")}
	}
	return &sts.DecodeAuthorizationMessageOutput{DecodedMessage: aws.String(decoded)}, nil
}
