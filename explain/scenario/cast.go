package scenario

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what RFC 6238 has
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// user is a person with a key, and what they may do.
type user struct{ name, path, policy string }

const (
	everything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	// nothingWithoutMFA is what many companies have: it denies all calls without MFA, and does not concern GetCallerIdentity.
	nothingWithoutMFA = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},` +
		`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}`
	trustingService = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"%s"},"Action":"sts:AssumeRole"}]}`
	trustingNodes   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com","AWS":"%s"},"Action":"sts:AssumeRole"}]}`
)

// cast makes the people and roles.
func (w *world) cast(ctx context.Context) error {
	client := w.iam(w.keys["root"])
	for _, u := range []user{
		{"admin", "/", everything}, {"olga", "/", everything}, {"anna", "/teams/", ""}, {"boris", "/", ""}, {"clara", "/", nothingWithoutMFA},
	} {
		if err := w.createUser(ctx, client, u); err != nil {
			return fmt.Errorf("make the user %s: %w", u.name, err)
		}
	}
	if err := w.giveDevice(ctx, client); err != nil {
		return fmt.Errorf("give olga an MFA device: %w", err)
	}
	for _, r := range [][3]string{
		{"dev", "/teams/", trusting("olga")}, {ssoRole, w.fill("/" + ssoPath), trusting("olga")}, {"closed", "/", trusting("admin")},
		{"mfa", "/", trustingMFA("olga")}, {"scenario-node", "/", fmt.Sprintf(trustingNodes, userARN("olga"))},
		{"cluster", "/", fmt.Sprintf(trustingService, "eks.amazonaws.com")},
	} {
		if err := w.createRole(ctx, client, r[0], r[1], r[2]); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) createUser(ctx context.Context, client *iam.Client, u user) error {
	if _, err := client.CreateUser(ctx, &iam.CreateUserInput{UserName: &u.name, Path: &u.path}); err != nil {
		return err
	}
	made, err := client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &u.name})
	if err != nil {
		return err
	}
	w.keys[u.name] = aws.Credentials{AccessKeyID: *made.AccessKey.AccessKeyId, SecretAccessKey: *made.AccessKey.SecretAccessKey}
	if u.policy == "" {
		return nil
	}
	_, err = client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &u.name, PolicyName: aws.String("rights"), PolicyDocument: &u.policy})
	return err
}

func (w *world) createRole(ctx context.Context, client *iam.Client, name, path, trust string) error {
	trust = w.fill(trust)
	if _, err := client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, Path: &path, AssumeRolePolicyDocument: &trust}); err != nil {
		return fmt.Errorf("make the role %s: %w", name, err)
	}
	return nil
}

// giveDevice gives olga an MFA device, which shows its first two codes when it is enabled.
func (w *world) giveDevice(ctx context.Context, client *iam.Client) error {
	made, err := client.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("olga")})
	if err != nil {
		return err
	}
	if w.mfa, err = base32.StdEncoding.DecodeString(string(made.VirtualMFADevice.Base32StringSeed)); err != nil {
		return fmt.Errorf("read the seed: %w", err)
	}
	now := w.Now()
	_, err = client.EnableMFADevice(ctx, &iam.EnableMFADeviceInput{
		UserName: aws.String("olga"), SerialNumber: made.VirtualMFADevice.SerialNumber,
		AuthenticationCode1: aws.String(w.code(now.Add(-codeStep))), AuthenticationCode2: aws.String(w.code(now)),
	})
	return err
}

const codeStep = 30 * time.Second

// code is what the MFA device shows (RFC 6238).
func (w *world) code(at time.Time) string {
	mac := hmac.New(sha1.New, w.mfa)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix())/uint64(codeStep/time.Second)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000)
}

func static(keys aws.Credentials) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil })
}

func (w *world) iam(keys aws.Credentials) *iam.Client {
	return iam.New(iam.Options{Region: w.Region, BaseEndpoint: &w.Gateway, Credentials: static(keys)})
}

func (w *world) sts(keys aws.Credentials) *sts.Client {
	return sts.New(sts.Options{Region: w.Region, BaseEndpoint: &w.Gateway, Credentials: static(keys)})
}

func (w *world) identity(ctx context.Context, keys aws.Credentials) (string, error) {
	out, err := w.sts(keys).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Arn), nil
}
