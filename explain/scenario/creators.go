package scenario

// creators are about who made the cluster.
func creators() []Scenario {
	const entry = "create-access-entry --cluster-name $CLUSTER --principal-arn "
	creator := roleARN("creator")
	return []Scenario{
		{
			Cause: 17, Title: "only the hidden creator is mapped", Mode: configMap,
			Break:   []Step{awsAuth(), works("kubectl --context creator get pods")},
			Attempt: refused("olga"), Logged: []string{notMapped}, Explain: explain("olga"), Hop: "H7", Repair: []Step{olga()},
		},
		{
			Cause: 18, Title: "the creator's role is deleted", Mode: configMap,
			Break:   []Step{awsAuth(), run(byIAM("detach-role-policy --role-name creator --policy-arn " + administrator)), run(byIAM("delete-role --role-name creator"))},
			Attempt: fails("kubectl --context creator get pods", "AccessDenied", "is not authorized to perform: sts:AssumeRole"),
			Explain: explain("creator"), Hop: "H3",
			Repair: []Step{run(byIAM("create-role --role-name creator --assume-role-policy-document '" + trusting("admin") + "'"))},
		},
		{
			Cause: 20, Title: "the creator is no administrator", Mode: apiOnly, Attempt: refused("creator"), Logged: []string{notMapped},
			Explain: explain("creator"), Hop: "H7",
			Repair: []Step{
				run(byEKS(entry + creator)),
				run(byEKS("associate-access-policy --cluster-name $CLUSTER --principal-arn " + creator + " --access-scope type=cluster --policy-arn " + clusterAdmin)),
			},
		},
		{
			// The cluster of the scenario was made so, as the mode API wants no creator within.
			Cause: 21, Title: "a cluster that its creator could not enter", Mode: apiOnly,
			Attempt: fails(byEKS("create-cluster --name $CLUSTER-b --role-arn "+roleARN("cluster")+" --resources-vpc-config subnetIds=subnet-1,subnet-2 "+
				"--access-config authenticationMode=CONFIG_MAP,bootstrapClusterCreatorAdminPermissions=false"),
				"InvalidParameterException", "bootstrapClusterCreatorAdminPermissions must be true"),
			Explain: attemptError, Hop: "HC",
			Access: works(byEKS("describe-cluster --name $CLUSTER --query 'cluster.[accessConfig.authenticationMode,status]' --output text"), "API	ACTIVE"),
		},
		{
			Cause: 22, Title: "an access entry on a cluster of the mode CONFIG_MAP", Mode: configMap,
			Attempt: fails(byEKS(entry+userARN("olga")+" --kubernetes-groups developers"), "InvalidRequestException", "authentication mode must be set to one of [API, API_AND_CONFIG_MAP]"),
			Explain: attemptError, Hop: "HC",
			Repair: []Step{run(byEKS("update-cluster-config --name $CLUSTER --access-config authenticationMode=API_AND_CONFIG_MAP"))},
			Access: works(byEKS(entry+userARN("olga")+" --kubernetes-groups developers") + " && kubectl --context olga get pods"),
		},
		{
			Cause: 23, Title: "aws-auth on a cluster of the mode API", Mode: apiOnly,
			Break: []Step{olga()}, Attempt: refused("olga"), Logged: []string{notMapped}, Explain: explain("olga"), Hop: "H7",
			Repair: []Step{run(byEKS(entry + userARN("olga") + " --kubernetes-groups developers"))},
		},
	}
}
