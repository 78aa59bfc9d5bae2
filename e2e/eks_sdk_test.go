package e2e

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// sdk is the SDK's client of EKS, for specs with so many calls that the start of the aws CLI would be most of their time.
func (w *eksWorld) sdk(profile string) *eks.Client {
	GinkgoHelper()
	gateway, keys := w.user.Var("HTTPS_PROXY"), w.credentials(profile)
	Expect(gateway).To(HavePrefix("http://"))
	return eks.New(eks.Options{
		BaseEndpoint: &gateway, Region: region, RetryMaxAttempts: 1, HTTPClient: oneShot,
		Credentials: credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.SecretAccessKey, keys.SessionToken),
	})
}

// associate gives an entry of the cluster api a policy in the whole cluster, until the spec ends.
func (w *eksWorld) associate(principal, policy string) {
	GinkgoHelper()
	client, ctx := w.sdk("arseniy"), context.Background()
	_, err := client.AssociateAccessPolicy(ctx, &eks.AssociateAccessPolicyInput{
		ClusterName: aws.String("api"), PrincipalArn: &principal, PolicyArn: aws.String(policyRoot + policy),
		AccessScope: &types.AccessScope{Type: types.AccessScopeTypeCluster},
	})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() {
		_, err := client.DisassociateAccessPolicy(ctx, &eks.DisassociateAccessPolicyInput{
			ClusterName: aws.String("api"), PrincipalArn: &principal, PolicyArn: aws.String(policyRoot + policy),
		})
		Expect(err).NotTo(HaveOccurred())
	})
}
