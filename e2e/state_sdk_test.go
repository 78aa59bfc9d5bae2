package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
)

// keyPair is a key, or a session if it has a token.
type keyPair struct{ id, secret, token string }

func (k keyPair) provider() aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(k.id, k.secret, k.token)
}

func (a newAccount) root() keyPair { return keyPair{id: a.AccessKeyID, secret: a.SecretAccessKey} }

// oneShot closes each connection after its answer: there are as many clients here as keys, and none may keep one open.
var oneShot = awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.DisableKeepAlives = true })

// iam and sts are clients that try once, so that a refusal is the service's own.
func (s *service) iam(k keyPair) *iam.Client {
	return iam.New(iam.Options{BaseEndpoint: &s.address, Region: region, Credentials: k.provider(), RetryMaxAttempts: 1, HTTPClient: oneShot})
}

func (s *service) sts(k keyPair) *sts.Client {
	return sts.New(sts.Options{BaseEndpoint: &s.address, Region: region, Credentials: k.provider(), RetryMaxAttempts: 1, HTTPClient: oneShot})
}

// whoami returns the ARN that STS knows a key by.
func (s *service) whoami(ctx context.Context, k keyPair) (string, error) {
	out, err := s.sts(k).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Arn), nil
}

// newKey makes a user with a key.
func (s *service) newKey(ctx context.Context, by keyPair, user string) (keyPair, error) {
	client := s.iam(by)
	if _, err := client.CreateUser(ctx, &iam.CreateUserInput{UserName: &user}); err != nil {
		return keyPair{}, err
	}
	made, err := client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &user})
	if err != nil {
		return keyPair{}, err
	}
	return keyPair{id: *made.AccessKey.AccessKeyId, secret: *made.AccessKey.SecretAccessKey}, nil
}

// refuseWith matches an answer of a service with an HTTP status and an error code.
func refuseWith(status int, code string) types.GomegaMatcher {
	return WithTransform(func(err error) string {
		var response *awshttp.ResponseError
		var api smithy.APIError
		if errors.As(err, &response) && errors.As(err, &api) {
			return fmt.Sprint(response.HTTPStatusCode(), " ", api.ErrorCode())
		}
		return fmt.Sprint("no refusal: ", err)
	}, Equal(fmt.Sprint(status, " ", code)))
}
