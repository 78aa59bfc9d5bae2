package scenario

// trusting is a trust policy for a user of the account.
func trusting(user string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + userARN(user) + `"},"Action":"sts:AssumeRole"}]}`
}

// trustingMFA is a trust policy for a user who has shown an MFA device.
func trustingMFA(user string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + userARN(user) +
		`"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`
}

// login makes a session of olga, and the profile scenario-olga-session with its keys.
func login(flags string) Step {
	return run(`keys=$(aws --profile scenario-olga sts get-session-token ` + flags + `--query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text) &&
  { cat people; printf '[scenario-olga-session]\naws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = %s\n' $keys; } > $AWS_SHARED_CREDENTIALS_FILE`)
}

// withMFA are the flags that show a code of olga's MFA device.
const withMFA = "--serial-number arn:aws:iam::$ACCOUNT:mfa/olga --token-code $TOTP "

// assumedRoles are about AssumeRole and MFA.
func assumedRoles() []Scenario {
	entry := func(name string) Step { return roles(entryOf("rolearn", roleARN(name))) }
	const denied = "is not authorized to perform: sts:AssumeRole"
	return []Scenario{
		{
			Cause: 31, Title: "the role does not trust the user", Break: []Step{entry("closed")},
			Attempt: fails("kubectl --context closed get pods", "AccessDenied", denied), Explain: explain("closed"), Hop: "H3",
			Repair: []Step{run(byIAM("update-assume-role-policy --role-name closed --policy-document '" + trusting("olga") + "'"))},
		},
		{
			Cause: 32, Title: "the root user assumes a role", Break: []Step{dev()},
			Attempt: fails("kubectl --context root-dev get pods", "Roles may not be assumed by root accounts"), Explain: explain("root-dev"), Hop: "H3",
			Access: run("kubectl --context dev get pods"),
		},
		{
			Cause: 33, Title: "the role wants MFA", Break: []Step{entry("mfa")},
			Attempt: fails("kubectl --context mfa get pods", "AccessDenied", denied), Explain: explain("mfa"), Hop: "H3",
			Repair: []Step{login(withMFA)}, Access: run("kubectl --context mfa-session get pods"),
		},
		{
			Cause: 34, Title: "a policy that denies without MFA does not keep out",
			Break: []Step{
				users(entryOf("userarn", userARN("clara"))),
				fails("aws --profile scenario-clara eks describe-cluster --name $CLUSTER", "with an explicit deny"),
			},
			Attempt: works("kubectl --context clara get pods"), Logged: []string{"access granted"}, Explain: explain("clara"),
			Repair: []Step{entry("mfa")}, Access: fails("kubectl --context clara get pods", unauthorized),
		},
	}
}
