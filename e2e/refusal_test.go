package e2e

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/eksauth/eksauth/e2e/token"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// Reasons as the authenticator logs them.
const (
	notFormatted = `^input token was not properly formatted: `
	refusedBySTS = `^sts getCallerIdentity failed: error from AWS \(expected 200, got 403\) on ` + region + ` endpoint\. Body: `
)

// refusalSpecs: one thing is wrong with a token that would let olga in; she is Unauthorized, and the log says why.
func refusalSpecs(w *world) {
	Describe("Refusals", Label("refusals"), func() {
		It("starts from tokens that are accepted", func() {
			Expect(w.whoami(w.token("olga")).Username).To(Equal("olga"))
			Expect(w.whoami(w.signed("olga", 14*time.Minute)).Username).To(Equal("olga"), "a token lives for 15 minutes, whatever X-Amz-Expires says")
		})

		DescribeTable("is Unauthorized, and the authenticator logs the reason",
			func(make func() string, reason string) {
				token := make()
				before := len(w.denials())
				Expect(w.withToken(token, "get", "namespaces")).To(beUnauthorized())
				Eventually(func() []string { return w.denials()[before:] }).Should(ContainElement(MatchRegexp(reason)))
			},
			Entry("wrong secret key", func() string {
				keys := w.keys("olga")
				keys.SecretAccessKey = w.keys("yaroslav").SecretAccessKey
				return authenticatorToken(w.withKeys(keys))
			}, refusedBySTS+`.*SignatureDoesNotMatch`),
			Entry("unknown key", func() string {
				return authenticatorToken(w.withKeys(aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}))
			}, refusedBySTS+`.*InvalidClientTokenId`),
			Entry("deactivated key", func() string { return w.deactivatedKeyToken() }, refusedBySTS+`.*InvalidClientTokenId`),
			Entry("wrong cluster name", func() string {
				return line(w.as("olga").Run("aws-iam-authenticator", "token", "-i", "another-cluster", "--token-only"))
			}, refusedBySTS+`.*SignatureDoesNotMatch`),
			Entry("expired token", func() string { return w.signed("olga", 15*time.Minute+10*time.Second) },
				notFormatted+`X-Amz-Date parameter is expired \(15 minute expiration\)`),
			Entry("token from a clock that is ahead", func() string { return w.signed("olga", -16*time.Minute) },
				refusedBySTS+`.*SignatureDoesNotMatch.*Signature not yet current`),
			Entry("tampered signature", func() string { return w.tampered("X-Amz-Signature", token.FlipLast) },
				refusedBySTS+`.*SignatureDoesNotMatch`),
			Entry("tampered access key ID", func() string {
				return w.tampered("X-Amz-Credential", func(scope string) string {
					return strings.Replace(scope, w.keys("olga").AccessKeyID, w.keys("yaroslav").AccessKeyID, 1)
				})
			}, refusedBySTS+`.*SignatureDoesNotMatch`),
			Entry("tampered host", func() string { return w.elsewhere() }, notFormatted+`unexpected hostname "evil\.example\.com" in pre-signed URL`),
			Entry("cut token", func() string { t := w.token("olga"); return t[:len(t)-5] }, notFormatted+`|`+refusedBySTS),
			Entry("key of another account", func() string { return w.token("stranger") }, `^identity is not mapped$`),
			Entry("user whom aws-auth does not name", func() string { return w.token("yaroslav") }, `^identity is not mapped$`),
		)
	})
}

// signed makes a token of a profile's key as if it had been made some time ago.
func (w *world) signed(profile string, ago time.Duration) string {
	GinkgoHelper()
	made, err := token.Sign(context.Background(), w.keys(profile), region, cluster, time.Now().Add(-ago).UTC())
	Expect(err).NotTo(HaveOccurred())
	return made
}

func (w *world) tampered(parameter string, change func(string) string) string {
	GinkgoHelper()
	made, err := token.Tamper(w.token("olga"), parameter, change)
	Expect(err).NotTo(HaveOccurred())
	return made
}

// elsewhere makes a token that sends the authenticator to another host.
func (w *world) elsewhere() string {
	GinkgoHelper()
	u, err := token.Decode(w.token("olga"))
	Expect(err).NotTo(HaveOccurred())
	u.Host = "evil.example.com"
	return token.Encode(u.String())
}

// deactivatedKeyToken makes a key for olga, sees that it lets her in, and deactivates it.
func (w *world) deactivatedKeyToken() string {
	GinkgoHelper()
	keys := w.newKey("olga")
	user := w.withKeys(keys)
	accepted := authenticatorToken(user)
	Expect(w.whoami(accepted).Username).To(Equal("olga"))
	succeeded(w.aws("arseniy", "iam", "update-access-key", "--user-name", "olga", "--access-key-id", keys.AccessKeyID, "--status", "Inactive"))
	// A token signed within the same second is the same token, which the kube-apiserver remembers.
	var refused string
	Eventually(func() string {
		refused = authenticatorToken(user)
		return refused
	}).ShouldNot(Equal(accepted))
	return refused
}

var denial = regexp.MustCompile(`(?m)msg="access denied".* error=("(?:[^"\\]|\\.)*"|\S+)`)

// denials returns the reason of each refusal that the authenticator has logged, in order.
func (w *world) denials() []string {
	GinkgoHelper()
	logged, err := w.stack.Logs("authenticator")
	Expect(err).NotTo(HaveOccurred())
	var reasons []string
	for _, match := range denial.FindAllStringSubmatch(logged, -1) {
		reason, err := strconv.Unquote(match[1])
		if err != nil {
			reason = match[1] // logrus quotes only what needs it
		}
		reasons = append(reasons, reason)
	}
	return reasons
}
