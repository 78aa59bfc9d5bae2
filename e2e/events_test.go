package e2e

import (
	"encoding/json"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/eksauth/eksauth/e2e/client"
)

// event is what eksauth events -o json prints of an event, as far as specs look at it.
type event struct {
	Sequence, Attempt uint64
	Source, Hop       string
	Outcome, Text     string
	ARN, Username     string
	AccessKeyID       string `json:"accessKeyId"`
	Verb, Resource    string
}

var _ = Describe("The flight recorder", func() {
	for _, kind := range kinds() {
		if kind == compose {
			continue // the same program tells there, and only inside a container
		}
		Describe("on a "+kind+" cluster", Label(kind, "events"), Ordered, ContinueOnFailure, func() {
			w := &world{}
			BeforeAll(func() { w.start(kind) })
			eventSpecs(w)
		})
	}
})

func eventSpecs(w *world) {
	It("tells of an attempt that is let in, from STS to RBAC", func() {
		seen := w.lastEvent()
		succeeded(w.kubectl("arseniy", "get", "nodes"))
		attempt := w.attemptAfter(seen, "H9", "allowed")
		Expect(hopsOf(attempt)).To(ContainElements("H6 gateway allowed", "H6 authenticator allowed", "H7 authenticator allowed", "H9 kube-apiserver allowed"))
		Expect(attempt).To(ContainElement(SatisfyAll(HaveField("Verb", "list"), HaveField("Resource", "nodes"), HaveField("Username", "kubernetes-admin"))))
	})

	It("tells of an attempt that is refused, with the reason and the 401", func() {
		seen := w.lastEvent()
		Expect(w.withToken(w.token("yaroslav"), "get", "nodes")).To(beUnauthorized())
		attempt := w.attemptAfter(seen, "H4", "refused")
		Expect(hopsOf(attempt)).To(Equal([]string{"H6 gateway allowed", "H6 authenticator allowed", "H7 authenticator refused", "H4 kube-apiserver refused"}))
		Expect(attempt).To(ContainElement(HaveField("Text", "identity is not mapped")))
	})

	It("tells two attempts of the same moment apart", func() {
		seen := w.lastEvent()
		tokens := map[string]string{"yaroslav": w.token("yaroslav"), "stranger": w.token("stranger")}
		ended := make(chan client.Result)
		for _, token := range tokens {
			go func() { ended <- w.withToken(token, "get", "nodes") }()
		}
		for range tokens {
			Expect(<-ended).To(beUnauthorized())
		}
		for _, arn := range []string{iamRoot + "user/yaroslav", "arn:aws:iam::" + otherAccount + ":user/stranger"} {
			attempt := w.attemptAfter(seen, "H7", "refused", arn)
			Expect(attempt).To(HaveEach(HaveField("ARN", BeElementOf(arn, ""))))
			Eventually(func() []string { return hopsOf(w.events("--attempt", fmt.Sprint(attempt[0].Attempt))) }).Should(ContainElement("H4 kube-apiserver refused"))
		}
	})

	It("shows all of it to people, and goes on as it happens", func() {
		Expect(succeeded(w.eksauth("events"))).To(MatchRegexp(`(?m)^TIME +ATTEMPT +HOP +SOURCE +WHAT\n(?s:.*)✗ H7  authenticator   arn:aws:iam::` + account + `:user/yaroslav, access denied: identity is not mapped`))
		Expect(w.eksauth("events", "--attempt", "999999")).To(failWith(1, "eksauth: no event of attempt 999999 is kept: eksauth events --name "+w.local().name+" shows what is"))
	})

	It("keeps no secret", func() {
		// A token, a session and refusals whose texts quote what was sent, each of which has a secret.
		made := []string{w.token("arseniy"), w.token("yaroslav"), line(w.as("yaroslav").Run("aws-iam-authenticator", "token",
			"-i", cluster, "--region", region, "--role", deployer, "--token-only"))}
		for _, token := range made {
			w.withToken(token, "get", "nodes")
			w.withToken(token[:len(token)-5], "get", "nodes")
			w.kubectl("arseniy", "get", "--raw", "/api?token="+token)
		}
		secrets := []string{}
		for _, token := range made {
			secrets = append(secrets, token[len("k8s-aws-v1."):][:80], token[len(token)-80:])
		}
		for _, profile := range []string{"arseniy", "yaroslav", "olga"} {
			secrets = append(secrets, w.keys(profile).SecretAccessKey)
		}
		succeeded(w.kubectl("arseniy", "get", "--raw", "/version?told"))
		Eventually(func() []event { return w.events() }).Should(ContainElement(HaveField("Resource", HavePrefix("/version?told"))))
		shown := succeeded(w.eksauth("events", "-o", "json")) + succeeded(w.eksauth("events"))
		for _, secret := range secrets {
			Expect(strings.Contains(shown, secret)).To(BeFalse(), "a secret is told")
		}
		Expect(shown).NotTo(MatchRegexp(`(?i)x-amz-signature=[0-9a-f]|x-amz-security-token[=:][a-z0-9]|k8s-aws-v1\.[a-z0-9]`))
	})
}

// local is the world's stack on this machine.
func (w *world) local() *localStack {
	GinkgoHelper()
	stack, ok := w.stack.(*localStack)
	Expect(ok).To(BeTrue(), "a stack on this machine")
	return stack
}

func (w *world) events(args ...string) []event {
	GinkgoHelper()
	var list []event
	for line := range strings.Lines(succeeded(w.eksauth(append([]string{"events", "-o", "json"}, args...)...))) {
		var e event
		Expect(json.Unmarshal([]byte(line), &e)).To(Succeed(), line)
		list = append(list, e)
	}
	return list
}

func (w *world) lastEvent() uint64 {
	GinkgoHelper()
	list := w.events()
	return list[len(list)-1].Sequence
}

// attemptAfter waits for an event of a hop, with an outcome and perhaps of a caller, and returns the whole attempt.
func (w *world) attemptAfter(sequence uint64, hop, outcome string, arn ...string) []event {
	GinkgoHelper()
	var attempt uint64
	Eventually(func() uint64 {
		for _, e := range w.events() {
			if e.Sequence > sequence && e.Hop == hop && e.Outcome == outcome && (len(arn) == 0 || e.ARN == arn[0]) {
				attempt = e.Attempt
			}
		}
		return attempt
	}).ShouldNot(BeZero())
	return w.events("--attempt", fmt.Sprint(attempt))
}

// hopsOf are the events as hop, source and outcome.
func hopsOf(list []event) []string {
	var hops []string
	for _, e := range list {
		hops = append(hops, e.Hop+" "+e.Source+" "+e.Outcome)
	}
	return hops
}
