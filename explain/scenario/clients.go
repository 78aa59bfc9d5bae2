package scenario

// attemptError explains what the client has printed in the attempt.
const attemptError = "--error - < error.txt"

// newPlugin answers in another version than the kubeconfig has.
const newPlugin = `#!/bin/sh
printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{},"status":{"token":"%s"}}\n' \
  "$(aws-iam-authenticator token -i $CLUSTER --token-only)"
`

// clients are about the shell, the kubeconfig and the plugin.
func clients() []Scenario {
	const other = "KUBECONFIG=other.kubeconfig kubectl --context olga get pods"
	kubeconfig := func(cause int, title, from, to string, says ...string) Scenario {
		return Scenario{
			Cause: cause, Title: title, Break: []Step{olga(), run("sed 's#" + from + "#" + to + "#' $KUBECONFIG > other.kubeconfig")},
			Attempt: fails(other, says...), Explain: "--kubeconfig other.kubeconfig --context olga -- get pods", Hop: "H2",
			Repair: []Step{run("sed 's#" + to + "#" + from + "#' other.kubeconfig > repaired.kubeconfig && mv repaired.kubeconfig other.kubeconfig")},
		}
	}
	disagree := kubeconfig(42, "plugin and kubeconfig disagree on the version", "command: aws-iam-authenticator", "command: ./new-plugin",
		"plugin returned version client.authentication.k8s.io/…")
	disagree.Break = append(disagree.Break, Step{File: "new-plugin", Text: newPlugin, Run: "chmod +x new-plugin"})
	const keys = "AWS_ACCESS_KEY_ID=$BORIS_KEY AWS_SECRET_ACCESS_KEY=$BORIS_SECRET "
	// Nobody answers at the port of tcpmux. Without an address, the authenticator asks the metadata service of the machine that this
	// runs on, and heeds no AWS_EC2_METADATA_DISABLED; on EC2 it would find credentials there.
	const empty = "AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1 "
	return []Scenario{
		{
			Cause: 29, Title: "keys of the environment stand before the profile", Break: []Step{olga()},
			Attempt: fails(keys+"kubectl --context olga get pods", unauthorized), Logged: []string{notMapped, `arn="arn:aws:iam::$ACCOUNT:user/boris"`},
			Variables: keys + "AWS_PROFILE=scenario-olga ", Explain: "--environment -- get pods -n default", Hop: "H7", Access: run("kubectl --context olga get pods"),
		},
		{
			Cause: 30, Title: "the plugin finds no credentials", Break: []Step{olga()},
			Attempt:   fails(empty+"kubectl --context nobody get pods", "could not get token", "no EC2 IMDS role found"),
			Variables: empty, Explain: "--environment", Hop: "H1", Access: run("AWS_PROFILE=scenario-olga kubectl --context nobody get pods"),
		},
		kubeconfig(41, "the kubeconfig names v1alpha1", "client.authentication.k8s.io/v1beta1", "client.authentication.k8s.io/v1alpha1",
			`exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"`),
		disagree,
		kubeconfig(43, "the plugin is not on the PATH", "command: aws-iam-authenticator", "command: aws-iam-authenticator-of-old",
			"executable … not found"),
		{
			Cause: 44, Title: "no token is sent", Break: []Step{olga()}, Attempt: fails("kubectl --context bare get pods", "Please enter Username:"),
			Explain: "--kubeconfig kubeconfig --context bare -- get pods", Hop: "H2", Access: run("kubectl --context olga get pods"),
		},
	}
}
