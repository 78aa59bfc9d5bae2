package scenario

import (
	"fmt"
	"strings"
)

// Parts of what the catalogue quotes again and again.
const (
	unauthorized = "You must be logged in to the server (Unauthorized)"
	notMapped    = "identity is not mapped"
)

// awsAuthFile is the file of the ConfigMap; a step that writes it waits until the authenticator has read it.
const awsAuthFile = "aws-auth.yaml"

func run(command string) Step { return Step{Run: command} }

func works(command string, shows ...string) Step { return Step{Run: command, Shows: shows} }

func fails(command string, shows ...string) Step {
	return Step{Run: command, Fails: true, Shows: shows}
}

// refused is an attempt that ends at the door.
func refused(context string) Step {
	return fails("kubectl --context "+context+" get pods", unauthorized)
}

// explain is the explanation of an attempt of a profile.
func explain(profile string) string {
	return "--profile scenario-" + profile + " -- get pods -n default"
}

func roles(list string) Step { return awsAuth("mapRoles", list) }
func users(list string) Step { return awsAuth("mapUsers", list) }

// awsAuth replaces the ConfigMap by one with a list, given as pairs of key and text.
func awsAuth(pairs ...string) Step {
	var data strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		text := strings.ReplaceAll(strings.TrimSpace(pairs[i+1]), "\n", "\n    ")
		fmt.Fprintf(&data, "  %s: |\n    %s\n", pairs[i], text)
	}
	return Step{
		File: awsAuthFile, Text: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: aws-auth\n  namespace: kube-system\ndata:\n" + data.String(),
		Run: "kubectl --context admin replace -f " + awsAuthFile,
	}
}

// entryOf is one entry of mapRoles or mapUsers: in for developers, who may look at pods.
func entryOf(field, arn string) string {
	return "- " + field + ": " + arn + "\n  username: somebody\n  groups: [developers]\n"
}

// roleARN and userARN are ARNs of the account that the scenarios have.
func roleARN(name string) string { return "arn:aws:iam::$ACCOUNT:role/" + name }
func userARN(name string) string { return "arn:aws:iam::$ACCOUNT:user/" + name }

// dev lets the role of developers in, as it should be written.
func dev() Step { return roles(entryOf("rolearn", roleARN("dev"))) }

// olga lets the user olga in.
func olga() Step { return users(entryOf("userarn", userARN("olga"))) }

// byEKS is a command of the EKS API, as an administrator of the account.
func byEKS(command string) string { return "aws --profile scenario-admin eks " + command }

// byIAM is a command of the IAM API, as an administrator of the account.
func byIAM(command string) string { return "aws --profile scenario-admin iam " + command }
