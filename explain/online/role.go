package online

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/eksauth/eksauth/explain/authenticator"
	"github.com/eksauth/eksauth/explain/hop"
)

// refusedRole records that STS gives no session of the profile's role. STS does not say why it denies, so the role's trust
// policy is looked at, if the caller may.
func (w *walk) refusedRole(ctx context.Context, keys aws.Credentials, refusal error) error {
	if err := w.refusedBySTS(hop.AssumeRole, w.caller+" asks for "+w.Profile.RoleARN, refusal); err != nil {
		return err
	}
	reason := &w.answer.Refusal().Reasons[0]
	if reason.Cause != 31 {
		return nil
	}
	trust, err := w.trustPolicy(ctx, keys, w.Profile.RoleARN)
	switch {
	case errors.As(err, new(*types.NoSuchEntityException)):
		reason.Evidence = append(reason.Evidence, "there is no role "+w.Profile.RoleARN)
		reason.Fix = "name a role that exists: aws iam list-roles"
		w.creatorIsGone(reason)
	case strings.Contains(trust, "aws:MultiFactorAuth") || w.Profile.MFASerial != "":
		reason.Cause, reason.Fix = 33, "log in with MFA and use the session's keys: aws sts get-session-token --serial-number … --token-code …"
	}
	if trust != "" {
		reason.Evidence = append(reason.Evidence, "the role's trust policy: "+strings.Join(strings.Fields(trust), " "))
	}
	return nil
}

// trustPolicy asks IAM for a role's trust policy with the caller's keys.
func (w *walk) trustPolicy(ctx context.Context, keys aws.Credentials, roleARN string) (string, error) {
	stripped, err := authenticator.StripPath(roleARN)
	if err != nil {
		return "", err
	}
	_, name, _ := strings.Cut(stripped, ":role/")
	client := iam.New(iam.Options{
		Region: w.region(), BaseEndpoint: &w.Gateway, HTTPClient: &http.Client{Transport: &http.Transport{}}, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil }),
	})
	out, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	if err != nil {
		return "", err
	}
	return url.QueryUnescape(aws.ToString(out.Role.AssumeRolePolicyDocument))
}
