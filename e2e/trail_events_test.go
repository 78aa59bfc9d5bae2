package e2e

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// trailEvent is an event of CloudTrail as aws prints it.
type trailEvent struct {
	EventName, Username, ReadOnly, CloudTrailEvent string
}

// trailRecord is the part of an event's content that the specs look at.
type trailRecord struct {
	UserIdentity struct {
		Type, ARN, InvokedBy string
		SessionContext       struct {
			SessionIssuer struct{ ARN string }
		}
	}
	RequestParameters map[string]any
	ErrorCode         string
}

// lookup asks for the events with an attribute, the newest first.
func (w *world) lookup(region, attribute, value string) []trailEvent {
	GinkgoHelper()
	var found struct{ Events []trailEvent }
	decode(w.aws("arseniy", "cloudtrail", "lookup-events", "--region", region, "--lookup-attributes",
		"AttributeKey="+attribute+",AttributeValue="+value, "--output", "json"), &found)
	return found.Events
}

func (e trailEvent) record() trailRecord {
	GinkgoHelper()
	var r trailRecord
	Expect(json.Unmarshal([]byte(e.CloudTrailEvent), &r)).To(Succeed())
	return r
}

// trailSpecs: CloudTrail tells who did what.
func trailSpecs(w *world) {
	Describe("CloudTrail", func() {
		It("names the creator of the cluster, whom nothing in the cluster shows", func() {
			events := w.lookup(region, "EventName", "CreateCluster")
			Expect(events).To(HaveLen(1))
			Expect(events[0].Username).To(Equal("arseniy"))
			record := events[0].record()
			Expect(record.UserIdentity.Type).To(Equal("IAMUser"))
			Expect(record.UserIdentity.ARN).To(Equal("arn:aws:iam::" + account + ":user/arseniy"))
			Expect(record.RequestParameters).To(HaveKeyWithValue("name", cluster))
		})

		It("tells who assumed a role, and what the session did", func() {
			token := line(w.as("yaroslav").Run("aws-iam-authenticator", "token", "-i", cluster, "--region", region, "--role", deployer,
				"--session-name", "trail-42", "--token-only"))
			Expect(w.whoami(token).Username).To(Equal("deployer:trail-42"))
			assumed := w.lookup(region, "ResourceName", deployer)
			Expect(assumed).NotTo(BeEmpty())
			Expect(assumed[0].Username).To(Equal("yaroslav"))
			Expect(assumed[0].EventName).To(Equal("AssumeRole"))
			did := w.lookup(region, "Username", "trail-42")
			Expect(did).NotTo(BeEmpty())
			Expect(did[0].EventName).To(Equal("GetCallerIdentity"))
			Expect(did[0].record().UserIdentity.SessionContext.SessionIssuer.ARN).To(Equal(deployer))
		})

		It("tells of the sessions that EC2 makes for instances", func() {
			i := w.runNode()
			w.nodeToken(i)
			events := w.lookup(region, "ResourceName", i.ID)
			Expect(events).NotTo(BeEmpty())
			Expect(events[0].record().UserIdentity.InvokedBy).To(Equal("ec2.amazonaws.com"))
			succeeded(w.node("terminate", i.ID))
		})

		It("has the events of IAM in the region of IAM, and no secret", func() {
			var made struct {
				AccessKey struct{ AccessKeyID, SecretAccessKey string }
			}
			decode(w.aws("arseniy", "iam", "create-access-key", "--user-name", "olga", "--output", "json"), &made)
			DeferCleanup(func() {
				succeeded(w.aws("arseniy", "iam", "delete-access-key", "--user-name", "olga", "--access-key-id", made.AccessKey.AccessKeyID))
			})
			events := w.lookup("us-east-1", "EventName", "CreateAccessKey")
			Expect(events).To(HaveLen(1))
			Expect(events[0].CloudTrailEvent).To(ContainSubstring(made.AccessKey.AccessKeyID))
			Expect(events[0].CloudTrailEvent).NotTo(ContainSubstring(made.AccessKey.SecretAccessKey))
			Expect(w.lookup(region, "EventName", "CreateAccessKey")).To(BeEmpty())
		})

		It("tells of what was refused, to whoever may look", func() {
			Expect(w.aws("olga", "eks", "describe-cluster", "--name", cluster).Code).NotTo(BeZero())
			events := w.lookup(region, "Username", "olga")
			Expect(events).NotTo(BeEmpty())
			Expect(events[0].EventName).To(Equal("DescribeCluster"))
			Expect(events[0].record().ErrorCode).To(Equal("AccessDenied"))
			Expect(w.aws("olga", "cloudtrail", "lookup-events")).To(HaveField("Stderr", ContainSubstring("AccessDeniedException")))
		})
	})
}
