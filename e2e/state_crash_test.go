package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

const (
	crashRounds  = 20
	crashClients = 8
	// crashWrites is how many writes of a round are acknowledged before the crash, at the least.
	crashWrites = 50
)

// written is what the clients of the crash were told is kept.
type written struct {
	mu       sync.Mutex
	users    map[string]bool
	attached map[string]bool
	keys     map[string]keyPair
	count    atomic.Int32
}

// acknowledge notes one write.
func (w *written) acknowledge(note func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	note()
	w.count.Add(1)
}

var _ = Describe("State in etcd, when things crash", Label("iam", "state"), func() {
	It("keeps every acknowledged write, and no half of one", func(ctx SpecContext) {
		dir := GinkgoT().TempDir()
		db, s := startDatabase(dir, nil), newService(dir)
		s.start("--etcd", db.endpoint)
		DeferCleanup(s.kill)
		made, err := s.newAccount()
		Expect(err).NotTo(HaveOccurred())
		for client := range crashClients {
			_, err := s.iam(made.root()).CreatePolicy(ctx, &iam.CreatePolicyInput{
				PolicyName: aws.String(policyName(client)), PolicyDocument: aws.String(lookPolicy),
			})
			Expect(err).NotTo(HaveOccurred())
		}
		random := rand.New(rand.NewPCG(uint64(GinkgoRandomSeed()), 0)) //nolint:gosec // to crash, and to crash alike again
		w := &written{users: map[string]bool{}, attached: map[string]bool{}, keys: map[string]keyPair{}}
		for round := range crashRounds {
			crashOnce(ctx, s, db, made, w, round, random)
		}
		Expect(w.count.Load()).To(BeNumerically(">=", crashRounds*crashWrites))
		expectWritten(ctx, s, made, w)
	}, SpecTimeout(3*time.Minute))
})

const lookPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:List*","Resource":"*"}]}`

func policyName(client int) string { return fmt.Sprintf("look-%d", client) }

func policyARN(made newAccount, client int) string {
	return "arn:aws:iam::" + made.ID + ":policy/" + policyName(client)
}

// crashOnce lets the clients write, kills etcd, the program or both at a random moment, and starts them again.
func crashOnce(ctx context.Context, s *service, db *database, made newAccount, w *written, round int, random *rand.Rand) {
	GinkgoHelper()
	writing, stop := context.WithCancel(ctx)
	defer stop()
	moment := make(chan struct{})
	after := w.count.Load() + crashWrites + random.Int32N(crashWrites)
	var all sync.WaitGroup
	for client := range crashClients {
		all.Go(func() { writeUntilCrash(writing, s, made, w, fmt.Sprintf("u-%d-%d", round, client), client) })
	}
	go func() {
		defer close(moment)
		for w.count.Load() < after && writing.Err() == nil {
			time.Sleep(time.Millisecond)
		}
	}()
	Eventually(moment).WithContext(ctx).Should(BeClosed())
	time.Sleep(time.Duration(random.IntN(5000)) * time.Microsecond) // somewhere within the writes of that moment
	victims := 1 + random.IntN(3)
	if victims&1 != 0 {
		db.kill()
	}
	if victims&2 != 0 {
		s.kill()
	}
	stop()
	all.Wait()
	if victims&1 != 0 {
		db.start()
	}
	if victims&2 != 0 {
		s.start("--etcd", db.endpoint) //nolint:contextcheck // what it starts outlives the call
	}
	Eventually(func() error { // the program has found etcd again
		_, err := s.iam(made.root()).TagPolicy(ctx, &iam.TagPolicyInput{
			PolicyArn: aws.String(policyARN(made, 0)), Tags: []types.Tag{{Key: aws.String("round"), Value: aws.String(fmt.Sprint(round))}},
		})
		return err
	}).WithContext(ctx).Should(Succeed())
}

// writeUntilCrash makes users, each with two tags, a policy and a key, until a write fails.
func writeUntilCrash(ctx context.Context, s *service, made newAccount, w *written, prefix string, client int) {
	to := s.iam(made.root())
	for i := 0; ; i++ {
		name := fmt.Sprintf("%s-%d", prefix, i)
		_, err := to.CreateUser(ctx, &iam.CreateUserInput{UserName: &name, Tags: userTags(name)})
		if err != nil {
			return
		}
		w.acknowledge(func() { w.users[name] = true })
		_, err = to.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &name, PolicyArn: aws.String(policyARN(made, client))})
		if err != nil {
			return
		}
		w.acknowledge(func() { w.attached[name] = true })
		key, err := to.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
		if err != nil {
			return
		}
		w.acknowledge(func() { w.keys[name] = keyPair{id: *key.AccessKey.AccessKeyId, secret: *key.AccessKey.SecretAccessKey} })
	}
}

func userTags(name string) []types.Tag {
	return []types.Tag{{Key: aws.String("name"), Value: &name}, {Key: aws.String("team"), Value: aws.String("blue")}}
}

// expectWritten reads everything back.
func expectWritten(ctx context.Context, s *service, made newAccount, w *written) {
	GinkgoHelper()
	users, attachments := map[string]types.UserDetail{}, map[string]int32{}
	// The SDK closes a request while the last of it is written, if the answer is there already: over loopback a long answer
	// then breaks off, and is asked for again.
	patient := iam.New(s.iam(made.root()).Options(), func(o *iam.Options) { o.RetryMaxAttempts = 20 })
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(patient, &iam.GetAccountAuthorizationDetailsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		Expect(err).NotTo(HaveOccurred())
		for _, u := range page.UserDetailList {
			users[*u.UserName] = u
			for _, p := range u.AttachedManagedPolicies {
				attachments[*p.PolicyArn]++
			}
			Expect(u.Tags).To(Equal(userTags(*u.UserName)), "a user has all its tags")
		}
		for _, p := range page.Policies {
			attachments[*p.Arn] -= aws.ToInt32(p.AttachmentCount)
		}
	}
	Expect(attachments).To(HaveLen(crashClients))
	Expect(attachments).To(HaveEach(BeZero()), "users and policies agree on who has which policy")
	for name := range w.users {
		Expect(users).To(HaveKey(name), "a user that was acknowledged")
	}
	for name := range w.attached {
		Expect(users[name].AttachedManagedPolicies).To(HaveLen(1), "the policy of %s was acknowledged", name)
	}
	for name, key := range w.keys {
		Expect(s.whoami(ctx, key)).To(Equal("arn:aws:iam::"+made.ID+":user/"+name), "a key that was acknowledged")
	}
}
