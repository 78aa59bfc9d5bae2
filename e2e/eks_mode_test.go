package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// way is a way into a cluster: who somebody is there in each mode, and what he may do.
type way struct {
	title, profile       string
	configMap, both, api identity
	// list and edit are whether pods can be listed everywhere and created in dev-1, in the modes in which entries count.
	list, edit bool
}

// modeSpecs: who enters, as whom, in each authentication mode.
func modeSpecs(w *eksWorld) {
	Describe("Authentication modes", Label("modes"), func() {
		const user = iamRoot + "user/"
		ways := []way{
			{title: "the creator", profile: "arseniy", configMap: as("kubernetes-admin", "system:masters"),
				both: as(user + "arseniy"), api: as(user + "arseniy"), list: true, edit: true},
			{title: "a user in aws-auth", profile: "anna", configMap: as("anna", "auditors"), both: as("anna", "auditors")},
			{title: "a role in aws-auth", profile: "deployer", configMap: as("deployer:anna-example.com", "deployers"), both: as("deployer:anna-example.com", "deployers")},
			{title: "a user in aws-auth who has an access entry", profile: "boris", configMap: as("boris-of-aws-auth", "auditors"),
				both: as(user+"boris", "ops"), api: as(user+"boris", "ops")},
			{title: "an access entry", profile: "eva", both: as("eva", "ops"), api: as("eva", "ops")},
			{title: "an access entry with a policy", profile: "vera", both: as(user + "vera"), api: as(user + "vera"), list: true},
			{title: "an access entry with a policy in a namespace", profile: "nina", both: as(user + "nina"), api: as(user + "nina"), edit: true},
			{title: "nobody", profile: "olga"},
			{title: "an administrator of another account", profile: "stranger"},
			{title: "an administrator of the account who is not mapped", profile: "yaroslav"},
		}
		BeforeAll(func() {
			// In API mode aws-auth does not count, whatever it says.
			auth := succeeded(w.run("arseniy", "both", "get", "configmap", "aws-auth", "-n", "kube-system", "-o", "jsonpath={.data.mapUsers}"))
			succeeded(w.run("arseniy", "api", "create", "configmap", "aws-auth", "-n", "kube-system", "--from-literal=mapUsers="+auth))
		})

		for _, way := range ways {
			It("knows "+way.title, func() {
				Expect(w.enter(way.profile, "config-map")).To(Equal(way.configMap), "in CONFIG_MAP mode")
				Expect(w.enter(way.profile, "both")).To(Equal(way.both), "in API_AND_CONFIG_MAP mode")
				Expect(w.enter(way.profile, "api")).To(Equal(way.api), "in API mode")
				for cluster, who := range map[string]identity{"both": way.both, "api": way.api} {
					if who.Username == "" {
						continue
					}
					Expect(w.can(way.profile, cluster, "list", "pods", "--all-namespaces")).To(Equal(way.list), cluster)
					Expect(w.can(way.profile, cluster, "create", "pods", "-n", "dev-1")).To(Equal(way.edit), cluster)
				}
			})
		}

		It("forbids in Kubernetes' words what neither RBAC nor a policy allows", func() {
			succeeded(w.run("eva", "api", "version"))
			Expect(w.run("eva", "api", "get", "pods", "-n", "default")).To(failWith(1,
				`Error from server (Forbidden): pods is forbidden: User "eva" cannot list resource "pods" in API group "" in the namespace "default"`))
			Expect(w.run("vera", "api", "get", "secrets", "-n", "default")).To(failWith(1,
				`Error from server (Forbidden): secrets is forbidden: User "`+user+`vera" cannot list resource "secrets" in API group "" in the namespace "default"`))
		})

		It("shows nothing of the creator of a CONFIG_MAP cluster inside it", func() {
			for _, kind := range []string{"configmaps", "clusterrolebindings", "rolebindings"} {
				Expect(succeeded(w.run("arseniy", "config-map", "get", kind, "-A", "-o", "yaml"))).NotTo(Or(ContainSubstring("arseniy"), ContainSubstring("kubernetes-admin")))
			}
		})

		It("shows no RBAC object for what access policies allow", func() {
			Expect(succeeded(w.run("vera", "api", "auth", "can-i", "--list"))).NotTo(ContainSubstring("configmaps"))
			Expect(succeeded(w.run("arseniy", "api", "get", "clusterrolebindings,rolebindings", "-A", "-o", "yaml"))).NotTo(ContainSubstring(user))
		})
	})
}
