package online

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/eksauth/eksauth/explain/hop"
	"github.com/eksauth/eksauth/explain/token"
	"github.com/eksauth/eksauth/internal/events"
)

// emptyPayload is the SHA-256 of nothing, which a GET carries.
const emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// credentials asks STS who the profile's key is, assumes its role and makes a token as aws eks get-token does.
func (w *walk) credentials(ctx context.Context) error {
	if w.Profile == nil {
		return nil
	}
	keys := w.Profile.Keys
	if keys.AccessKeyID == "" {
		w.answer.Add(hop.Credentials, hop.Refused, "no keys", hop.Reason{
			Cause: 30, Text: strings.TrimSpace("the client has neither keys nor a profile that has some " + w.Profile.Name), Fix: "export AWS_PROFILE=…",
		})
		return nil
	}
	identity, err := w.sts(keys).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return w.refusedBySTS(hop.Credentials, "key "+keys.AccessKeyID, err)
	}
	w.caller = aws.ToString(identity.Arn)
	w.answer.Add(hop.Credentials, hop.OK, fmt.Sprintf("profile %s, key %s is %s", w.Profile.Name, keys.AccessKeyID, w.caller))
	if w.Profile.RoleARN != "" {
		if keys, err = w.assumeRole(ctx, keys); err != nil || w.answer.Refusal() != nil {
			return err
		}
		return w.makeToken(ctx, keys)
	}
	if err := w.makeToken(ctx, keys); err != nil {
		return err
	}
	// The flight recorder learns by this call, which is ours by name, that the token is ours; a role's session is ours already.
	w.goodFor(ctx, w.Cluster.Name)
	return nil
}

func (w *walk) sts(keys aws.Credentials) *sts.Client {
	return sts.New(sts.Options{
		AppID: events.ExplanationAgent, Region: w.region(), BaseEndpoint: &w.Gateway, HTTPClient: &http.Client{Transport: &http.Transport{}}, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil }),
	})
}

// region is the profile's, else the cluster's.
func (w *walk) region() string { return cmp.Or(w.Profile.Region, w.Cluster.Region) }

func (w *walk) assumeRole(ctx context.Context, keys aws.Credentials) (aws.Credentials, error) {
	session := cmp.Or(w.Profile.SessionName, "eksauth-explain")
	out, err := w.sts(keys).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &w.Profile.RoleARN, RoleSessionName: &session})
	if err != nil {
		return aws.Credentials{}, w.refusedRole(ctx, keys, err)
	}
	w.caller = aws.ToString(out.AssumedRoleUser.Arn)
	w.answer.Add(hop.AssumeRole, hop.OK, w.caller)
	return aws.Credentials{
		AccessKeyID: aws.ToString(out.Credentials.AccessKeyId), SecretAccessKey: aws.ToString(out.Credentials.SecretAccessKey),
		SessionToken: aws.ToString(out.Credentials.SessionToken),
	}, nil
}

// refusedBySTS records what STS refuses. What is no refusal is returned: then nothing can be explained.
func (w *walk) refusedBySTS(at, seen string, err error) error {
	var refusal smithy.APIError
	if !errors.As(err, &refusal) {
		return fmt.Errorf("ask the stack's STS: %w", err)
	}
	cause, fix := stsCause(refusal.ErrorCode() + ": " + refusal.ErrorMessage())
	w.answer.Add(at, hop.Refused, seen, hop.Reason{
		Cause: cause, Text: refusal.ErrorCode() + ": " + firstSentence(refusal.ErrorMessage()), Evidence: stsEvidence(refusal.ErrorMessage()), Fix: fix,
	})
	return nil
}

// makeToken presigns GetCallerIdentity for the cluster.
func (w *walk) makeToken(ctx context.Context, keys aws.Credentials) error {
	target := "https://" + stsHost(w.Cluster.Region) + "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return fmt.Errorf("make a token: %w", err)
	}
	request.Header.Set(token.ClusterHeader, w.Cluster.Name)
	signed, _, err := v4.NewSigner().PresignHTTP(ctx, keys, request, emptyPayload, "sts", w.Cluster.Region, w.Now())
	if err != nil {
		return fmt.Errorf("make a token: %w", err)
	}
	w.keys = keys
	w.token = token.Prefix + base64.RawURLEncoding.EncodeToString([]byte(signed))
	return nil
}

// stsHost is the name of STS in a region (https://docs.aws.amazon.com/general/latest/gr/sts.html).
func stsHost(region string) string {
	host := "sts." + region + ".amazonaws.com"
	if strings.HasPrefix(region, "cn-") {
		host += ".cn"
	}
	return host
}

// stsCauses are the refusals of STS by a part of their text; the first that fits counts.
var stsCauses = []struct {
	part  string
	cause int
	fix   string
}{
	{"not yet current", 37, "set the client's clock"},
	{"Signature expired", 37, "set the client's clock"},
	{"scoped to a valid region", 46, "sign for the region of the STS endpoint"},
	{"RegionDisabledException", 45, "activate STS in the region, or use another one"},
	{"ExpiredToken", 35, "log in again"},
	{"was throttled", 52, "make fewer tokens: let the client keep one while it is good"},
	{"Throttling", 52, "make fewer tokens: let the client keep one while it is good"},
	{"error during GET", 51, "see eksauth status: the gateway must answer"},
	{"may not be assumed by root", 32, "call as a user or role instead of the root user"},
	{"MultiFactorAuthentication", 33, "log in with MFA and use the session's keys"},
	{"AccessDenied", 31, "let the role's trust policy and the caller's policies allow sts:AssumeRole"},
	{"SignatureDoesNotMatch", 40, "use the secret that belongs to the key"},
	{"InvalidClientTokenId", 40, "use a key that is active"},
	{"UnrecognizedClient", 40, "use a key that is active"},
}

func stsCause(text string) (cause int, fix string) {
	for _, known := range stsCauses {
		if strings.Contains(text, known.part) {
			return known.cause, known.fix
		}
	}
	return 0, ""
}

// CallerARN asks STS who the keys of a question's profile are.
func CallerARN(ctx context.Context, q Question) (string, error) {
	return (&walk{Question: q}).identity(ctx, q.Profile)
}

// identity asks STS who the keys of a profile are.
func (w *walk) identity(ctx context.Context, p *Profile) (string, error) {
	out, err := w.sts(p.Keys).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", fmt.Errorf("ask STS who the profile %s is: %w", p.Name, err)
	}
	return aws.ToString(out.Arn), nil
}
