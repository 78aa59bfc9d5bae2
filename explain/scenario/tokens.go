package scenario

import "time"

// tokens are about tokens that were made otherwise than a plugin makes them now.
func tokens() []Scenario {
	const plugin = "aws-iam-authenticator token -i $CLUSTER"
	return []Scenario{
		handMade(36, "a token of an hour ago", "H5", token{Age: time.Hour}, "X-Amz-Date parameter is expired (15 minute expiration)"),
		handMade(37, "a client whose clock is fast", "H6", token{Age: -20 * time.Minute}, "Signature not yet current"),
		handMade(39, "a token that is bound to no cluster", "H5", token{Unbound: true}, "client did not sign the x-k8s-aws-id header in the pre-signed URL"),
		handMade(46, "a token whose scope is of another region than its host", "H6", token{ScopeRegion: "eu-west-1"}, "Credential should be scoped to a valid region"),
		handMade(50, "a token that is too large", "H5", token{Padding: 4096}, "token is too large"),
		pluginMade(38, "a token for another cluster", "H6", "AWS_PROFILE=scenario-olga aws-iam-authenticator token -i another", "SignatureDoesNotMatch"),
		pluginMade(48, "a token of another partition", "H5", "AWS_PROFILE=scenario-olga AWS_REGION=cn-north-1 "+plugin,
			"partition {aws} does not support hostname"),
		pluginMade(49, "a token that names an emulator", "H5", "AWS_PROFILE=scenario-olga AWS_ENDPOINT_URL=$GATEWAY "+plugin, `unexpected scheme "http"`),
		{
			Cause: 40, Title: "the key is inactive", Break: []Step{
				users(entryOf("userarn", userARN("boris"))),
				run(byIAM("update-access-key --user-name boris --access-key-id $BORIS_KEY --status Inactive")),
			},
			Attempt: refused("boris"), Logged: []string{"InvalidClientTokenId"}, Explain: explain("boris"), Hop: "H1",
			Repair: []Step{run(byIAM("update-access-key --user-name boris --access-key-id $BORIS_KEY --status Active"))},
		},
	}
}

// handMade is a scenario of a token of the user olga that was made without a plugin.
func handMade(cause int, title, hop string, t token, logged string) Scenario {
	return Scenario{
		Cause: cause, Title: title, Break: []Step{olga(), {File: "token", token: &t}},
		Attempt: fails(`kubectl --context bare --token "$(cat token)" get pods`, unauthorized), Logged: []string{logged},
		Explain: "--token - < token", Hop: hop, Access: run("kubectl --context olga get pods"),
	}
}

// pluginMade is a scenario of a token that a plugin makes with the wrong variables or arguments.
func pluginMade(cause int, title, hop, command, logged string) Scenario {
	return Scenario{
		Cause: cause, Title: title, Break: []Step{olga(), run(command + " --token-only > token")},
		Attempt: fails(`kubectl --context bare --token "$(cat token)" get pods`, unauthorized), Logged: []string{logged},
		Explain: "--token - < token", Hop: hop, Access: run("kubectl --context olga get pods"),
	}
}
