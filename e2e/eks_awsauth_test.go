package e2e

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

const (
	deployerARN = iamRoot + "role/deployer" // as aws-auth wants it, without the path
	annaARN     = iamRoot + "user/team/anna"
	strangerARN = "arn:aws:iam::" + otherAccount + ":user/stranger"
	ssoARN      = iamRoot + "role/AWSReservedSSO_Admin_0123456789abcdef"
)

// mapping is one element of aws-auth, with nothing quoted that need not be.
func mapping(key, arn, username string, groups ...string) string {
	text := "- " + key + ": " + arn + "\n  username: " + username + "\n"
	if len(groups) > 0 {
		text += "  groups: [" + strings.Join(groups, ", ") + "]\n"
	}
	return text
}

// awsAuth is the content of the ConfigMap.
type awsAuth map[string]string

// putAWSAuth writes aws-auth of the cluster made and returns when the authenticator has read it: boris is then called
// after the number of the version. mapUsers must stay readable for that.
func (w *eksWorld) putAWSAuth(auth awsAuth) {
	GinkgoHelper()
	w.markers++
	marker := fmt.Sprintf("version-%d", w.markers)
	data := awsAuth{"mapUsers": mapping("userarn", iamRoot+"user/boris", marker)}
	for key, text := range auth {
		data[key] += text
	}
	var manifest strings.Builder
	manifest.WriteString("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: aws-auth, namespace: kube-system}\ndata:\n")
	for key, text := range data {
		fmt.Fprintf(&manifest, "  %s: %q\n", key, text)
	}
	file := w.write("aws-auth.yaml", []byte(manifest.String()))
	succeeded(w.run("yaroslav", made, "apply", "-f", file))
	Eventually(func() string { return w.enter("boris", made).Username }).WithTimeout(5 * time.Second).Should(Equal(marker))
}

// awsAuthSpecs: what the authenticator makes of aws-auth, wart by wart. The numbers are those of the causes that the
// explanation knows.
func awsAuthSpecs(w *eksWorld) {
	Describe("aws-auth", Label("aws-auth"), func() {
		ci := as("ci", "deployers")
		role := func(arn, username string) awsAuth {
			return awsAuth{"mapRoles": mapping("rolearn", arn, username, "deployers")}
		}
		user := func(arn string) awsAuth { return awsAuth{"mapUsers": mapping("userarn", arn, "ann", "auditors")} }

		DescribeTable("lets in and turns away",
			func(profile string, auth awsAuth, want identity) {
				w.putAWSAuth(auth)
				if want.Groups == nil {
					w.refuses(profile, made, "identity is not mapped")
					return
				}
				Expect(w.enter(profile, made)).To(Equal(want))
			},
			Entry("a role whose path is left out", "deployer", role(deployerARN, "ci"), ci),
			Entry("1: not a role with its path", "deployer", role(iamRoot+"role/ci/deployer", "ci"), nobody),
			Entry("2: not a role of IAM Identity Center with its path", "sso", role(roles["sso"], "ci"), nobody),
			Entry("2: a role of IAM Identity Center without it", "sso", role(ssoARN, "ci"), ci),
			Entry("3: not a role of IAM Identity Center with another suffix", "sso", role(strings.Replace(ssoARN, "0123", "9999", 1), "ci"), nobody),
			Entry("4: not the ARN of a role session", "deployer", role("arn:aws:sts::"+account+":assumed-role/deployer/anna-example.com", "ci"), nobody),
			Entry("5: not a user whose path is left out", "anna", user(iamRoot+"user/anna"), nobody),
			Entry("5: a user with its path", "anna", user(annaARN), as("ann", "auditors")),
			Entry("6: not by a wildcard", "deployer", role(`"`+iamRoot+`role/*"`, "ci"), nobody),
			Entry("6: not with a blank after the ARN", "deployer", role(`"`+deployerARN+` "`, "ci"), nobody),
			Entry("7: no role at all after an error in the YAML of mapRoles", "deployer",
				awsAuth{"mapRoles": mapping("rolearn", deployerARN, "ci") + "- rolearn: a: b\n"}, nobody),
			Entry("7: users in spite of an error in the YAML of mapRoles", "anna",
				awsAuth{"mapRoles": "- rolearn: a: b\n", "mapUsers": mapping("userarn", annaARN, "ann", "auditors")}, as("ann", "auditors")),
			Entry("8: a role whose groups are no list, without them", "deployer",
				awsAuth{"mapRoles": "- rolearn: " + deployerARN + "\n  username: ci\n  groups: deployers\n"}, as("ci")),
			Entry("8: a role with the group yes, which is no text in YAML, with an empty group instead", "deployer",
				awsAuth{"mapRoles": mapping("rolearn", deployerARN, "ci", "yes")}, as("ci", "")),
			Entry("9: not by {{SessionName}} alone and unquoted", "deployer", role(deployerARN, "{{SessionName}}"), nobody),
			Entry("9: by {{SessionName}} alone and quoted", "deployer", role(deployerARN, `"{{SessionName}}"`), as("anna-example.com", "deployers")),
			Entry("9: by {{SessionName}} after other text, unquoted", "deployer", role(deployerARN, "ci:{{SessionName}}"), as("ci:anna-example.com", "deployers")),
			Entry("9: with the session's name as it is", "deployer", role(deployerARN, "ci:{{SessionNameRaw}}"), as("ci:anna@example.com", "deployers")),
			Entry("10: not by the key maproles", "deployer", awsAuth{"maproles": mapping("rolearn", deployerARN, "ci")}, nobody),
			Entry("11: by the last of two mappings of a role", "deployer",
				awsAuth{"mapRoles": mapping("rolearn", deployerARN, "first", "a") + mapping("rolearn", deployerARN, "ci", "deployers")}, ci),
			Entry("12: whatever the letter case of the ARN", "deployer", role(strings.ToUpper(deployerARN), "ci"), ci),
			Entry("13: whatever the letter case of the key", "deployer", awsAuth{"mapRoles": mapping("roleARN", deployerARN, "ci", "deployers")}, ci),
			Entry("14: a role in mapUsers", "deployer", awsAuth{"mapUsers": mapping("userarn", deployerARN, "ci", "deployers")}, ci),
			Entry("14: a user in mapRoles", "anna", awsAuth{"mapRoles": mapping("rolearn", annaARN, "ann", "auditors")}, as("ann", "auditors")),
			Entry("15: a user by the account, with the ARN as name and no group", "stranger", awsAuth{"mapAccounts": "- \"" + otherAccount + "\"\n"}, as(strangerARN)),
			Entry("15: not the user of another account", "anna", awsAuth{"mapAccounts": "- \"" + otherAccount + "\"\n"}, nobody),
			Entry("16: nobody by an account that is no list", "stranger", awsAuth{"mapAccounts": otherAccount}, nobody),
			Entry("16: a user by an account without quotes", "stranger", awsAuth{"mapAccounts": "- " + otherAccount + "\n"}, as(strangerARN)),
		)

		It("10: does not count in another namespace or under another name", func() {
			w.putAWSAuth(awsAuth{})
			text := mapping("rolearn", deployerARN, "ci", "deployers")
			succeeded(w.run("yaroslav", made, "create", "configmap", "aws-auth", "-n", "default", "--from-literal=mapRoles="+text))
			succeeded(w.run("yaroslav", made, "create", "configmap", "awsauth", "-n", "kube-system", "--from-literal=mapRoles="+text))
			Consistently(func() identity { return w.enter("deployer", made) }).WithTimeout(2 * time.Second).Should(Equal(nobody))
		})

		It("says in the log why a list is dropped", func() {
			w.putAWSAuth(awsAuth{"mapRoles": "- rolearn: a: b\n"})
			logged, err := w.stack.Logs("authenticator")
			Expect(err).NotTo(HaveOccurred())
			Expect(logged).To(ContainSubstring("mapping values are not allowed in this context"))
		})

		It("17, 18: leaves the creator in when it is deleted", func() {
			succeeded(w.run("yaroslav", made, "delete", "configmap", "aws-auth", "-n", "kube-system"))
			Eventually(func() identity { return w.enter("boris", made) }).Should(Equal(nobody))
			Expect(w.enter("yaroslav", made)).To(Equal(as("kubernetes-admin", "system:masters")))
		})
	})
}
