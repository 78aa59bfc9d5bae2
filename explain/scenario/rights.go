package scenario

// widgets is a resource that no access policy knows.
const widgets = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
`

// rights are about what the user may do once they are in.
func rights() []Scenario {
	return []Scenario{
		{
			Cause: 60, Title: "a group without a binding", Break: []Step{olga()},
			Attempt: fails("kubectl --context olga get secrets", `User "somebody" cannot list resource "secrets"`),
			Explain: "--profile scenario-olga -- get secrets -n default", Hop: "H9",
			Repair: []Step{run("kubectl --context admin create rolebinding secrets --clusterrole=edit --group=developers")},
			Undo:   []Step{run("kubectl --context admin delete rolebinding secrets")},
		},
		{
			Cause: 61, Title: "an access policy does not cover custom resources",
			Break: []Step{
				{File: "widgets.yaml", Text: widgets, Run: "kubectl --context admin apply -f widgets.yaml"},
				run(withEntry("create", userARN("olga"))),
				run(byEKS("associate-access-policy --cluster-name $CLUSTER --principal-arn " + userARN("olga") + " --access-scope type=cluster --policy-arn " + editor)),
				works("kubectl --context olga get secrets"),
			},
			Attempt: fails("kubectl --context olga get widgets.example.com", "Forbidden"),
			Explain: "--profile scenario-olga -- get widgets.example.com -n default", Hop: "H9",
			Repair: []Step{
				run("kubectl --context admin create clusterrole widgets --verb=get,list,watch --resource=widgets.example.com"),
				run("kubectl --context admin create clusterrolebinding widgets --clusterrole=widgets --user=" + userARN("olga")),
			},
			Undo: []Step{
				run("kubectl --context admin delete clusterrolebinding/widgets clusterrole/widgets crd/widgets.example.com"),
			},
		},
	}
}
