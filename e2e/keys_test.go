package e2e

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/eksauth/eksauth/e2e/client"
)

// keys returns the access key of a profile, as the SDK reads it from the stack's files.
func (w *world) keys(profile string) aws.Credentials {
	GinkgoHelper()
	shared, err := config.LoadSharedConfigProfile(context.Background(), profile, func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles = []string{w.user.Var("AWS_CONFIG_FILE")}
		o.CredentialsFiles = []string{w.user.Var("AWS_SHARED_CREDENTIALS_FILE")}
	})
	Expect(err).NotTo(HaveOccurred())
	Expect(shared.Credentials.HasKeys()).To(BeTrue(), "profile %s has no access key", profile)
	return shared.Credentials
}

// withKeys returns the user with an access key in his environment, which clients put before every profile.
func (w *world) withKeys(keys aws.Credentials) *client.User {
	return w.user.With(map[string]string{
		"AWS_ACCESS_KEY_ID":     keys.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY": keys.SecretAccessKey,
		"AWS_SESSION_TOKEN":     keys.SessionToken,
	})
}

// newKey makes one more access key for a user; it is deleted after the spec.
func (w *world) newKey(user string) aws.Credentials {
	GinkgoHelper()
	var created struct {
		AccessKey struct{ AccessKeyID, SecretAccessKey, Status string }
	}
	decode(w.aws("arseniy", "iam", "create-access-key", "--user-name", user), &created)
	Expect(created.AccessKey.Status).To(Equal("Active"))
	DeferCleanup(func() {
		succeeded(w.aws("arseniy", "iam", "delete-access-key", "--user-name", user, "--access-key-id", created.AccessKey.AccessKeyID))
	})
	return aws.Credentials{AccessKeyID: created.AccessKey.AccessKeyID, SecretAccessKey: created.AccessKey.SecretAccessKey}
}
