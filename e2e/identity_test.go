package e2e

import (
	"os"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// identitySpecs: who an access key belongs to, as STS and IAM tell it to the aws CLI.
func identitySpecs(w *world) {
	Describe("AWS identities", Label("identity"), func() {
		DescribeTable("the aws CLI is told who it is",
			func(profile, owner string) { w.expectIdentity(profile, owner) },
			Entry("the cluster's creator", "arseniy", account),
			Entry("another administrator", "yaroslav", account),
			Entry("an administrator of another account", "stranger", otherAccount),
		)

		It("refuses IAM to a user without rights, but not the question who he is", func() {
			var identity struct{ Arn string }
			decode(w.aws("olga", "sts", "get-caller-identity"), &identity)
			Expect(identity.Arn).To(Equal("arn:aws:iam::" + account + ":user/olga"))
			denied := w.aws("olga", "iam", "list-users")
			Expect(denied.Stderr).To(ContainSubstring("An error occurred (AccessDenied) when calling the ListUsers operation: " +
				"User: arn:aws:iam::" + account + ":user/olga is not authorized to perform: iam:ListUsers on resource: "))
			Expect(denied.Code).NotTo(BeZero(), denied.String)
		})
	})
}

func (w *world) expectIdentity(profile, owner string) {
	arn := "arn:aws:iam::" + owner + ":user/" + profile
	var identity struct{ UserID, Account, Arn string }
	decode(w.aws(profile, "sts", "get-caller-identity"), &identity)
	Expect(identity.UserID).To(MatchRegexp(`^AIDA[A-Z2-7]{17}$`))
	Expect(identity.Account).To(Equal(owner))
	Expect(identity.Arn).To(Equal(arn))

	var keys struct {
		AccessKeyMetadata []struct {
			UserName, AccessKeyID, Status string
			CreateDate                    time.Time
		}
	}
	decode(w.aws(profile, "iam", "list-access-keys"), &keys)
	Expect(keys.AccessKeyMetadata).To(HaveLen(1))
	key := keys.AccessKeyMetadata[0]
	Expect(key.UserName).To(Equal(profile))
	Expect(key.AccessKeyID).To(Equal(w.keys(profile).AccessKeyID))
	Expect(key.AccessKeyID).To(MatchRegexp(`^AKIA[A-Z2-7]{16}$`))
	Expect(key.Status).To(Equal("Active"))
	Expect(key.CreateDate).To(BeTemporally("~", time.Now(), 10*time.Minute))

	var info struct{ Account string }
	decode(w.aws(profile, "sts", "get-access-key-info", "--access-key-id", key.AccessKeyID), &info)
	Expect(info.Account).To(Equal(owner))

	var user struct {
		User struct{ UserName, UserID, Arn, Path string }
	}
	decode(w.aws(profile, "iam", "get-user"), &user)
	Expect(user.User.UserName).To(Equal(profile))
	Expect(user.User.UserID).To(Equal(identity.UserID))
	Expect(user.User.Arn).To(Equal(arn))
	Expect(user.User.Path).To(Equal("/"))
}

// readable expects a file and returns its content.
func readable(path string) string {
	GinkgoHelper()
	content, err := os.ReadFile(path)
	Expect(err).NotTo(HaveOccurred())
	return string(content)
}
