package e2e

import (
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// tokenFaultSpecs: what stands between the authenticator and STS fails, and a token that is good does not get in.
func tokenFaultSpecs(w *world) {
	const sts = `error="sts getCallerIdentity (failed: |was )`
	DescribeTable("keep a good token out, and the authenticator says why",
		func(reason string, fault ...string) { w.lost("authenticator", sts+reason, fault...) },
		Entry("throttling", `throttled: .*Rate exceeded`, "sts-throttle"),
		Entry("503", `error from AWS \(expected 200, got 503\) on us-east-2 endpoint.*ServiceUnavailable`, "sts-error"),
		Entry("500", `error from AWS \(expected 200, got 500\).*InternalFailure`, "sts-error", "--status", "500", "--profile", "arseniy"),
		Entry("reset", `error during GET: .*connection reset by peer on us-east-2 endpoint`, "sts-reset", "--operation", "GetCallerIdentity"),
		Entry("STS's clock is behind", `.*Signature not yet current`, "sts-skew", "--by", "-20m"),
		Entry("STS's clock is ahead", `.*Signature expired`, "sts-skew", "--by", "20m"),
		Entry("a token's time is cut", `.*Signature expired: .*- 0.0167 min\.`, "token-expiry", "--after", "1s"),
	)

	It("are late, and are survived if they are not too late", func() {
		succeeded(w.fault("set", "sts-latency", "--delay", "500ms"))
		began := time.Now()
		succeeded(w.withToken(w.fresh(), "get", "namespaces"))
		Expect(time.Since(began)).To(BeNumerically(">", 500*time.Millisecond))
	})
}

// clientFaultSpecs: the same as the aws CLI sees it.
func clientFaultSpecs(w *world) {
	ask := []string{"--profile", "arseniy", "sts", "get-caller-identity"}

	DescribeTable("are told to a client of STS",
		func(text string, fault ...string) {
			user := requireAWS(w.once())
			succeeded(w.fault("set", fault...))
			Expect(user.Run("aws", ask...)).To(printed(text))
		},
		Entry("throttling", "(Throttling) when calling the GetCallerIdentity operation", "sts-throttle"),
		Entry("503", "(ServiceUnavailable) when calling", "sts-error"),
		Entry("skew", "(SignatureDoesNotMatch) when calling the GetCallerIdentity operation: Signature expired", "sts-skew", "--by", "20m"),
	)

	It("end when enough requests have met them, which a client's second try finds", func() {
		succeeded(w.fault("set", "sts-error", "--count", "1"))
		succeeded(requireAWS(w.user).Run("aws", ask...))
		Expect(succeeded(w.fault("list"))).To(Equal("No fault is set.\n"))
	})

	It("give out no credentials in a region without STS, where a user's own key still opens the cluster", func() {
		succeeded(w.fault("set", "sts-region-disabled", "--region", region))
		assume := []string{"sts", "assume-role", "--role-arn", deployer, "--role-session-name", "me"}
		Expect(w.aws("yaroslav", assume...)).To(printed("(RegionDisabledException) when calling the AssumeRole operation: STS is not activated in this region for account:" + account))
		succeeded(w.withToken(w.fresh(), "get", "namespaces"))
		succeeded(w.fault("clear"))
		succeeded(w.aws("yaroslav", assume...))
	})

	It("end sessions in seconds", func() {
		succeeded(w.fault("set", "session-expiry", "--after", "2s"))
		var given struct {
			Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }
		}
		decode(w.aws("yaroslav", "sts", "assume-role", "--role-arn", deployer, "--role-session-name", "me"), &given)
		keys := given.Credentials
		session := w.withKeys(aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey, SessionToken: keys.SessionToken})
		Eventually(func() any { return session.Run("aws", "sts", "get-caller-identity") }).Should(printed("(ExpiredToken) when calling the GetCallerIdentity operation"))
	})

	It("meet another service's requests alone", func() {
		succeeded(w.fault("set", "eks-error", "--operation", "DescribeCluster"))
		user := requireAWS(w.once())
		Expect(user.Run("aws", "--profile", "arseniy", "eks", "describe-cluster", "--name", cluster)).To(printed("(ServiceUnavailableException)"))
		succeeded(user.Run("aws", ask...))
	})
}

// webhookFaultSpecs: the kube-apiserver does not reach its authenticator.
func webhookFaultSpecs(w *world) {
	const unreached = `Unable to authenticate the request" err="\[invalid bearer token, Post .*`

	DescribeTable("take a webhook away from everybody, and the kube-apiserver says why",
		func(reason string, fault ...string) {
			w.lost("kube-apiserver", unreached+reason, fault...)
			succeeded(w.kubectl("arseniy", "get", "namespaces"))
		},
		Entry("stopped", `connect: connection refused`, "webhook-stopped", "--cluster", cluster),
		Entry("wrongly certified", `x509: certificate signed by unknown authority`, "webhook-certificate"),
		Entry("killed", `connect: connection refused`, "authenticator-killed", "--for", "10m"),
	)

	It("show a killed authenticator as an issue of the cluster's health, and end by themselves", func() {
		health := func() int {
			var issues []any
			Expect(json.Unmarshal([]byte(succeeded(w.aws("arseniy", "eks", "describe-cluster", "--name", cluster, "--query", "cluster.health.issues"))), &issues)).To(Succeed())
			return len(issues)
		}
		succeeded(w.fault("set", "authenticator-killed"))
		Expect(health()).To(Equal(1))
		Expect(w.fault("set", "webhook-stopped")).To(printed("has the fault authenticator-killed already: clear it first"))
		succeeded(w.fault("clear"))
		Expect(health()).To(BeZero())
		succeeded(w.fault("set", "webhook-stopped", "--for", "200ms"))
		Eventually(func() string { return succeeded(w.fault("list")) }).Should(Equal("No fault is set.\n"))
		succeeded(w.withToken(w.fresh(), "get", "namespaces"))
	})
}
