package scenario

// onInstance has the variables of a shell on an instance: it has no profile, and the role of the instance.
const onInstance = ". ./instance.sh; export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null; "

// nodes are about the role of worker nodes.
func nodes() []Scenario {
	node := "- rolearn: " + roleARN("scenario-node") + "\n  username: system:node:{{EC2PrivateDNSName}}\n  groups: [system:bootstrappers, system:nodes]\n"
	const join = "eksauth node join$STACK --cluster $CLUSTER --role scenario-node --detach"
	const leave = `eksauth node list$STACK | awk '$3 == "scenario-node" {print $1}' | while read -r id; do eksauth node terminate$STACK "$id"; done`
	return []Scenario{
		{
			Cause: 55, Title: "a person uses the role of nodes", Break: []Step{roles(node)}, Attempt: refused("node"),
			Logged: []string{"SessionName did not contain an instance id"}, Explain: explain("node"), Hop: "H8",
			Repair: []Step{dev()}, Access: run("kubectl --context dev get pods"),
		},
		{
			Cause: 56, Title: "EC2 does not know the instance", Break: []Step{roles(node)}, Attempt: refused("gone-node"),
			Logged: []string{"failed querying private DNS from EC2 API"}, Explain: explain("gone-node"), Hop: "H8",
			Repair: []Step{run(join)}, Access: works("kubectl --context admin get nodes", "Ready"), Undo: []Step{run(leave)},
		},
		{
			Cause: 59, Title: "one role for nodes and people",
			Break: []Step{
				roles(entryOf("rolearn", roleARN("scenario-node")) + node),
				run("eksauth node run$STACK --cluster $CLUSTER --role scenario-node > instance.sh && cat instance.sh"),
			},
			Attempt:   fails(onInstance+"kubectl --context nobody get secrets", `User "system:node:…" cannot list resource`),
			Variables: onInstance + "aws-iam-authenticator token -i $CLUSTER | ", Explain: "--token - -- get secrets -n default", Hop: "H9",
			Repair: []Step{dev()}, Access: run("kubectl --context dev get pods"), Undo: []Step{run(leave)},
		},
		{
			Cause: 57, Title: "the role of nodes is missing", Break: []Step{dev()}, Attempt: fails(join, "Unauthorized"), Logged: []string{notMapped},
			Explain: explain("gone-node"), Hop: "H7",
			Repair: []Step{roles(node)}, Access: works(join, "is Ready in cluster"), Undo: []Step{run(leave)},
		},
	}
}
