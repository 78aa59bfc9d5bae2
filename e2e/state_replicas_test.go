package e2e

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("Two replicas over one etcd", Label("iam", "state"), Ordered, ContinueOnFailure, func() {
	var db *database
	var a, b *service
	var made newAccount
	BeforeAll(func() {
		dir := GinkgoT().TempDir()
		db = startDatabase(dir, nil)
		a = startService(filepath.Join(dir, "a"), "--etcd", db.endpoint)
		b = startService(filepath.Join(dir, "b"), "--etcd", db.endpoint)
		var err error
		made, err = a.newAccount()
		Expect(err).NotTo(HaveOccurred())
	})

	It("know each other's keys within 100 milliseconds", func(ctx SpecContext) {
		const keys = 21
		var delays []time.Duration
		for i := range keys {
			key, err := a.newKey(ctx, made.root(), fmt.Sprintf("user-%d", i))
			Expect(err).NotTo(HaveOccurred())
			start := time.Now()
			Eventually(b.whoami).WithArguments(ctx, key).WithPolling(time.Millisecond).Should(HaveSuffix(fmt.Sprintf(":user/user-%d", i)))
			delays = append(delays, time.Since(start))
		}
		slices.Sort(delays)
		AddReportEntry("median delay", delays[keys/2])
		Expect(delays[keys/2]).To(BeNumerically("<", 100*time.Millisecond))
	})

	It("take each other's sessions", func(ctx SpecContext) {
		key, err := a.newKey(ctx, made.root(), "bob")
		Expect(err).NotTo(HaveOccurred())
		session, err := a.sts(key).GetSessionToken(ctx, &sts.GetSessionTokenInput{})
		Expect(err).NotTo(HaveOccurred())
		c := session.Credentials
		Eventually(b.whoami).WithArguments(ctx, keyPair{*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken}).Should(HaveSuffix(":user/bob"))
	})

	It("make a user once, however many ask", func(ctx SpecContext) {
		for round := range 10 {
			Expect(raceForUser(ctx, []*service{a, b}, made, fmt.Sprintf("racer-%d", round))).To(BeEquivalentTo(1))
		}
	})

	// This one comes last: it takes etcd away.
	It("go on reading without etcd, refuse to write as AWS does, and recover", func(ctx SpecContext) {
		key, err := a.newKey(ctx, made.root(), "witness")
		Expect(err).NotTo(HaveOccurred())
		Expect(stateOf(b)).To(Equal("in etcd"))
		db.kill()
		_, err = a.iam(made.root()).CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("late")})
		Expect(err).To(refuseWith(http.StatusServiceUnavailable, "ServiceFailure"))
		Expect(a.whoami(ctx, key)).To(HaveSuffix(":user/witness"))
		Expect(b.sts(key).GetSessionToken(ctx, &sts.GetSessionTokenInput{})).NotTo(BeNil())
		_, err = b.iam(made.root()).GetUser(ctx, &iam.GetUserInput{UserName: aws.String("late")})
		Expect(err).To(refuseWith(http.StatusNotFound, "NoSuchEntity"))
		Expect(stateOf(a)).To(Equal("in etcd, which does not answer: reads go on, writes fail"))
		_, err = a.newAccount()
		Expect(err).To(HaveOccurred())

		db.start()
		Eventually(func() error {
			_, err := a.iam(made.root()).CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("late")})
			return err
		}).Should(Succeed())
		Eventually(func() error {
			_, err := b.iam(made.root()).GetUser(ctx, &iam.GetUserInput{UserName: aws.String("late")})
			return err
		}).Should(Succeed())
		Expect(stateOf(b)).To(Equal("in etcd"))
	})
})

// raceForUser has six clients make the same user at once, and counts those who were told that they made it.
func raceForUser(ctx context.Context, replicas []*service, made newAccount, name string) int32 {
	var won atomic.Int32
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			defer GinkgoRecover()
			_, err := replicas[i%2].iam(made.root()).CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
			if err == nil {
				won.Add(1)
				return
			}
			Expect(err).To(Or(refuseWith(http.StatusConflict, "EntityAlreadyExists"), refuseWith(http.StatusConflict, "ConcurrentModification")))
		})
	}
	all.Wait()
	return won.Load()
}
