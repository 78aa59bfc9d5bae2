package fakests

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/eksauth/eksauth/internal/directory"
)

func credentials(c directory.Credentials) *types.Credentials {
	return &types.Credentials{
		AccessKeyId: aws.String(c.AccessKeyID), SecretAccessKey: aws.String(c.SecretAccessKey),
		SessionToken: aws.String(c.SessionToken), Expiration: aws.Time(c.Expires),
	}
}

// packedSize is absent where nothing was packed.
func packedSize(c directory.Credentials) *int32 {
	if c.PackedSize == 0 {
		return nil
	}
	return aws.Int32(int32(c.PackedSize))
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
