package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/eksauth/eksauth/e2e/client"
)

// entrySpecs: access entries of the cluster api as the aws CLI makes them, in force when the answer is there.
func entrySpecs(w *eksWorld) {
	Describe("Access entries", Label("entries"), func() {
		create := func(principal string, args ...string) client.Result {
			return w.eks(append([]string{"create-access-entry", "--cluster-name", "api", "--principal-arn", principal, "--output", "json"}, args...)...)
		}
		remove := func(principal string) {
			GinkgoHelper()
			succeeded(w.eks("delete-access-entry", "--cluster-name", "api", "--principal-arn", principal))
		}

		It("let a role in by its ARN with path, under the name that EKS makes", func() {
			var answer struct {
				AccessEntry struct {
					AccessEntryArn, Type, Username string
					KubernetesGroups               []string
				}
			}
			decode(create(roles["deployer"]), &answer)
			Expect(answer.AccessEntry.AccessEntryArn).To(MatchRegexp(`^arn:aws:eks:us-east-2:534000000385:access-entry/api/role/534000000385/deployer/[0-9a-f-]{36}$`))
			Expect(answer.AccessEntry.Username).To(Equal("arn:aws:sts::534000000385:assumed-role/deployer/{{SessionName}}"))
			Expect(w.enter("deployer", "api")).To(Equal(as("arn:aws:sts::534000000385:assumed-role/deployer/anna-example.com")))

			succeeded(w.eks("update-access-entry", "--cluster-name", "api", "--principal-arn", roles["deployer"],
				"--username", "ci:{{SessionNameRaw}}", "--kubernetes-groups", "deployers"))
			Expect(w.enter("deployer", "api")).To(Equal(as("ci:anna@example.com", "deployers")))
			remove(roles["deployer"])
			Expect(w.enter("deployer", "api")).To(Equal(nobody))
		})

		It("19: do not let in a role that was deleted and made again", func() {
			const arn = iamRoot + "role/passing"
			trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + iamRoot + `user/yaroslav"},"Action":"sts:AssumeRole"}]}`
			makeRole := func() {
				succeeded(w.aws("arseniy", "iam", "create-role", "--role-name", "passing", "--assume-role-policy-document", trust))
				roles["passing"] = arn
				delete(w.sessions, "passing")
			}
			makeRole()
			DeferCleanup(func() {
				delete(roles, "passing")
				remove(arn)
				succeeded(w.aws("arseniy", "iam", "delete-role", "--role-name", "passing"))
			})
			succeeded(create(arn, "--username", "passing"))
			Expect(w.enter("passing", "api")).To(Equal(as("passing")))
			succeeded(w.aws("arseniy", "iam", "delete-role", "--role-name", "passing"))
			makeRole()
			w.refuses("passing", "api", "identity is not mapped") // the ARN looks right, and the entry has the old role's ID
		})

		It("for nodes do not let in a person who assumes the role", func() {
			succeeded(create(iamRoot+"role/ci/deployer", "--type", "EC2_LINUX"))
			DeferCleanup(remove, iamRoot+"role/ci/deployer")
			w.refuses("deployer", "api", "SessionName did not contain an instance id")
		})

		It("for Fargate and hybrid nodes make a node of the session's name", func() {
			succeeded(create(iamRoot+"role/ci/deployer", "--type", "HYBRID_LINUX"))
			DeferCleanup(remove, iamRoot+"role/ci/deployer")
			Expect(w.enter("deployer", "api")).To(Equal(as("system:node:anna-example.com", "system:nodes")))
			remove(iamRoot + "role/ci/deployer")
			succeeded(create(iamRoot+"role/ci/deployer", "--type", "FARGATE_LINUX"))
			Expect(w.enter("deployer", "api")).To(Equal(as("system:node:anna-example.com", "system:node-proxier", "system:nodes")))
		})

		DescribeTable("are refused in EKS's words",
			func(cluster, principal, code, sentence string, args ...string) {
				refused := create(principal, append([]string{"--cluster-name", cluster}, args...)...)
				Expect(refused.Stderr).To(ContainSubstring("An error occurred ("+code+") when calling the CreateAccessEntry operation: "+sentence), refused.String)
			},
			Entry("22: on a CONFIG_MAP cluster", "config-map", iamRoot+"user/olga", "InvalidRequestException",
				"The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation."),
			Entry("25: with system:masters", "api", iamRoot+"user/olga", "InvalidParameterException",
				"The kubernetes group name system:masters is invalid, it cannot start with system:", "--kubernetes-groups", "system:masters"),
			Entry("26: with a reserved username", "api", iamRoot+"user/olga", "InvalidParameterException",
				"The username must not begin with system:", "--username", "system:admin"),
			Entry("27: of a principal that does not exist", "api", iamRoot+"user/nobody", "InvalidParameterException",
				"The specified principalArn is invalid: invalid principal."),
			Entry("27: of a role of IAM Identity Center without its path", "api", ssoARN, "InvalidParameterException",
				"The specified principalArn is invalid: invalid principal."),
			Entry("28: that are there already", "api", iamRoot+"user/eva", "ResourceInUseException",
				"The specified access entry resource is already in use on this cluster."),
			Entry("of a cluster that is not there", "none", iamRoot+"user/olga", "ResourceNotFoundException", "No cluster found for name: none."),
		)
	})
}
