package scenario

// sso is the role that IAM Identity Center made of a permission set.
const ssoRole, ssoPath = "AWSReservedSSO_Dev_0123456789abcdef", "aws-reserved/sso.amazonaws.com/$REGION/"

// mapped is a scenario whose mapping of a role or user keeps the caller out.
func mapped(cause int, title, profile string, wrong, right Step) Scenario {
	return Scenario{
		Cause: cause, Title: title, Break: []Step{wrong}, Attempt: refused(profile), Logged: []string{notMapped},
		Explain: explain(profile), Hop: "H7", Repair: []Step{right},
	}
}

// roleMappings are entries of aws-auth that look right.
func roleMappings() []Scenario {
	entry := func(arn string) Step { return roles(entryOf("rolearn", arn)) }
	sso := func(fields string) Step {
		return roles("- sso: {permissionSetName: Dev, " + fields + "}\n  username: somebody\n  groups: [developers]\n")
	}
	ssoEntry := entry(roleARN(ssoRole))
	number := mapped(64, "a matcher of Identity Center whose account is a number", "sso", sso("accountID: $ACCOUNT"), ssoEntry)
	number.Logged = []string{"json: cannot unmarshal number into Go struct field SSOARNMatcher.sso.accountID of type string", notMapped}
	return []Scenario{
		mapped(1, "a role's ARN has its path", "dev", entry(roleARN("teams/dev")), dev()),
		mapped(2, "the ARN of a role of Identity Center has its path", "sso", entry(roleARN(ssoPath+ssoRole)), ssoEntry),
		mapped(3, "the suffix of a role of Identity Center has changed", "sso", entry(roleARN("AWSReservedSSO_Dev_fedcba9876543210")), ssoEntry),
		mapped(4, "the ARN is that of a session", "dev", entry("arn:aws:sts::$ACCOUNT:assumed-role/dev/olga"), dev()),
		mapped(5, "a user's ARN lacks its path", "anna", users(entryOf("userarn", userARN("anna"))), users(entryOf("userarn", userARN("teams/anna")))),
		mapped(6, "a blank behind the ARN", "dev", entry("'"+roleARN("dev")+" '"), dev()),
		mapped(62, "a matcher of Identity Center, which is switched off", "sso", sso("accountID: '$ACCOUNT'"), ssoEntry),
		mapped(63, "a matcher of Identity Center with a partition", "sso", sso("accountID: '$ACCOUNT', partition: aws"), ssoEntry),
		number,
	}
}

// listMappings are lists of aws-auth that are lost, and fields of theirs.
func listMappings() []Scenario {
	broken := func(cause int, title string, logged string, wrong Step) Scenario {
		s := mapped(cause, title, "olga", wrong, olga())
		s.Logged = append(s.Logged, logged)
		return s
	}
	entry := "- userarn: " + userARN("olga") + "\n  username: "
	namespace := mapped(10, "the key is in lower case", "olga", awsAuth("mapusers", entryOf("userarn", userARN("olga"))), olga())
	return []Scenario{
		broken(7, "a list that is not YAML", "Errors parsing configmap: [yaml: line …: mapping values are not allowed in this context]",
			users(entry+"somebody: x\n  groups: [developers]\n")),
		broken(9, "a placeholder without quotes", "yaml: invalid map key", users(entry+"{{SessionName}}\n  groups: [developers]\n")),
		broken(16, "a single account number", "cannot unmarshal !!int … into []string", awsAuth("mapAccounts", "$ACCOUNT")),
		namespace,
		{
			Cause: 8, Title: "groups that are no list", Break: []Step{users(entry + "somebody\n  groups: developers\n")},
			Attempt: fails("kubectl --context olga get pods", "Forbidden"), Logged: []string{"json: cannot unmarshal", "access granted"},
			Explain: explain("olga"), Hop: "H9", Repair: []Step{olga()},
		},
		{
			Cause: 11, Title: "a user is mapped twice", Break: []Step{users(entryOf("userarn", userARN("olga")) + entry + "last\n  groups: [nobody]\n")},
			Attempt: fails("kubectl --context olga get pods", `User "last" cannot list resource`), Explain: explain("olga"), Hop: "H9", Repair: []Step{olga()},
		},
		{
			Cause: 15, Title: "mapAccounts gives no groups", Break: []Step{awsAuth("mapAccounts", "- '$ACCOUNT'")},
			Attempt: fails("kubectl --context olga get pods", `User "`+userARN("olga")+`" cannot list resource`),
			Explain: explain("olga"), Hop: "H9", Repair: []Step{olga()},
		},
		{
			Cause: 58, Title: "a mapping without username", Break: []Step{users("- userarn: " + userARN("olga") + "\n  groups: [developers]\n")},
			Attempt: fails("kubectl --context olga get secrets", `User ""`), Explain: explain("olga"), Hop: "H8", Repair: []Step{olga()},
			Access: works("kubectl --context olga auth whoami", "somebody"),
		},
	}
}

// harmlessMappings are blamed on the internet, and work.
func harmlessMappings() []Scenario {
	works := func(cause int, title, profile string, odd Step) Scenario {
		return Scenario{
			Cause: cause, Title: title, Harmless: true, Break: []Step{odd}, Attempt: run("kubectl --context " + profile + " get pods"),
			Explain: explain(profile),
		}
	}
	return []Scenario{
		works(12, "the letter case of the ARN is another", "dev", roles(entryOf("rolearn", roleARN("DEV")))),
		works(13, "roleARN instead of rolearn", "dev", roles(entryOf("roleARN", roleARN("dev")))),
		works(14, "a role under mapUsers", "dev", users(entryOf("userarn", roleARN("dev")))),
	}
}
