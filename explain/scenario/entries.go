package scenario

// Policies of AWS that scenarios use.
const (
	administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
	clusterAdmin  = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
	editor        = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"
)

// entries are about access entries.
func entries() []Scenario {
	return []Scenario{
		refusedEntry(25, "system:masters in an access entry", userARN("olga"), "olga", "--kubernetes-groups system:masters",
			[]string{"InvalidParameterException", "The kubernetes group name system:masters is invalid, it cannot start with system:"},
			run(withEntry("create", userARN("olga"))),
			run(byEKS("associate-access-policy --cluster-name $CLUSTER --principal-arn "+userARN("olga")+" --access-scope type=cluster --policy-arn "+clusterAdmin))),
		refusedEntry(26, "a username with a reserved prefix", userARN("olga"), "olga", "--username system:olga --kubernetes-groups developers",
			[]string{"InvalidParameterException", "system:"},
			run(withEntry("create", userARN("olga"))+" --username olga --kubernetes-groups developers")),
		refusedEntry(27, "the principal of an access entry lacks its path", roleARN(ssoRole), "sso", "--kubernetes-groups developers",
			[]string{"InvalidParameterException", "The specified principalArn is invalid: invalid principal"},
			run(withEntry("create", roleARN(ssoPath+ssoRole))+" --kubernetes-groups developers")),
		existingEntry(), earlierPrincipal(), entryWins(),
	}
}

func withEntry(verb, principal string) string {
	return byEKS(verb + "-access-entry --cluster-name $CLUSTER --principal-arn " + principal)
}

// refusedEntry is an access entry that the EKS API does not make.
func refusedEntry(cause int, title, principal, profile, fields string, says []string, repair ...Step) Scenario {
	return Scenario{
		Cause: cause, Title: title, Attempt: fails(withEntry("create", principal)+" "+fields, says...), Explain: attemptError, Hop: "HC",
		Repair: repair, Access: run("kubectl --context " + profile + " get pods"),
	}
}

func existingEntry() Scenario {
	return Scenario{
		Cause: 28, Title: "the access entry exists already", Break: []Step{run(withEntry("create", userARN("olga")))},
		Attempt: fails(withEntry("create", userARN("olga"))+" --kubernetes-groups developers",
			"ResourceInUseException", "The specified access entry resource is already in use on this cluster."),
		Explain: attemptError, Hop: "HC",
		Repair: []Step{run(withEntry("update", userARN("olga")) + " --kubernetes-groups developers")},
		Access: run("kubectl --context olga get pods"),
	}
}

func earlierPrincipal() Scenario {
	create := run(byIAM("create-role --role-name temporary --assume-role-policy-document '" + trusting("olga") + "'"))
	entry := run(withEntry("create", roleARN("temporary")) + " --kubernetes-groups developers")
	return Scenario{
		Cause: 19, Title: "the role was deleted and made anew", Break: []Step{create, entry, run(byIAM("delete-role --role-name temporary")), create},
		Attempt: refused("temporary"), Logged: []string{notMapped}, Explain: explain("temporary"), Hop: "H7",
		Repair: []Step{run(withEntry("delete", roleARN("temporary"))), entry},
	}
}

func entryWins() Scenario {
	return Scenario{
		Cause: 24, Title: "access entry and aws-auth both map the user",
		Break:   []Step{olga(), run(withEntry("create", userARN("olga")) + " --kubernetes-groups nobody")},
		Attempt: fails("kubectl --context olga get pods", "Forbidden"), Logged: []string{"access granted"}, Explain: explain("olga"), Hop: "H9",
		Repair: []Step{run(withEntry("update", userARN("olga")) + " --kubernetes-groups developers")},
	}
}
