package emulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"

	"github.com/eksauth/eksauth/emulator/home"
	"github.com/eksauth/eksauth/explain/online"
)

// stackProfile reads a profile of the stack's AWS files, or if they have none of that name, of those that AWS_CONFIG_FILE and
// AWS_SHARED_CREDENTIALS_FILE name.
func (p *Program) stackProfile(ctx context.Context, h home.Home, name string) (*online.Profile, error) {
	shared, err := loadProfile(ctx, name, h.AWSConfig(), h.AWSCredentials())
	if err != nil {
		var other error
		if shared, other = loadProfile(ctx, name, p.getenv("AWS_CONFIG_FILE"), p.getenv("AWS_SHARED_CREDENTIALS_FILE")); other != nil {
			return nil, usageError{fmt.Errorf("profile %q is not in the stack %q: %w", name, h.Name, err)}
		}
	}
	found := &online.Profile{
		Name: name, Region: shared.Region, RoleARN: shared.RoleARN, SessionName: shared.RoleSessionName, MFASerial: shared.MFASerial,
		Keys: shared.Credentials,
	}
	if shared.Source != nil {
		found.Keys = shared.Source.Credentials
	}
	if shared.CredentialProcess != "" {
		if found.Keys, err = processcreds.NewProvider(shared.CredentialProcess).Retrieve(ctx); err != nil {
			return nil, fmt.Errorf("run the credential_process of profile %q: %w", name, err)
		}
	}
	return found, nil
}

func loadProfile(ctx context.Context, name, configFile, credentialsFile string) (config.SharedConfig, error) {
	return config.LoadSharedConfigProfile(ctx, name, func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles, o.CredentialsFiles = []string{configFile}, []string{credentialsFile}
	})
}

// environmentProfile is what a client takes in a shell with these variables: keys stand before the profile that AWS_PROFILE
// names (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html). A profile without a key is one with
// which no client can do anything.
func (p *Program) environmentProfile(ctx context.Context, h home.Home) (*online.Profile, error) {
	name := cmp.Or(p.getenv("AWS_PROFILE"), p.getenv("AWS_DEFAULT_PROFILE"))
	named, err := p.stackProfile(ctx, h, cmp.Or(name, "default"))
	switch {
	case err == nil:
	case name != "" && p.getenv("AWS_ACCESS_KEY_ID") == "":
		return nil, err
	case !errors.As(err, new(usageError)):
		return nil, err
	default:
		named = &online.Profile{}
	}
	region := cmp.Or(p.getenv("AWS_REGION"), p.getenv("AWS_DEFAULT_REGION"))
	keys := aws.Credentials{
		AccessKeyID: p.getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: p.getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: p.getenv("AWS_SESSION_TOKEN"),
	}
	if keys.AccessKeyID == "" {
		named.Region = cmp.Or(region, named.Region)
		return named, nil
	}
	found := &online.Profile{Name: "of the environment", Keys: keys, Region: region}
	if name != "" && named.Keys.AccessKeyID != "" {
		found.Hides = named
	}
	return found, nil
}
