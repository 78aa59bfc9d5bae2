package message

import (
	"regexp"

	"github.com/eksauth/eksauth/explain/hop"
)

func says(at string, cause int, text, fix string) known {
	return known{at, cause, regexp.MustCompile(text), fix}
}

const newKubeconfig = "aws eks update-kubeconfig --name …, with a current aws CLI"

// texts are what programs print, in the order in which they are looked for: what is more special comes first.
var texts = []known{
	says(hop.Client, 41, `exec plugin: invalid apiVersion "client\.authentication\.k8s\.io/v1alpha1"`, newKubeconfig),
	says(hop.Client, 42, `plugin returned version client\.authentication\.k8s\.io/`, newKubeconfig),
	says(hop.Client, 42, `no kind "ExecCredential" is registered for version`, "update the plugin, then "+newKubeconfig),
	says(hop.Client, 43, `executable \S+ not found|exec: "[^"]*": executable file not found|fork/exec \S+: no such file`,
		"write the plugin's full path into the kubeconfig: users[].user.exec.command"),
	says(hop.Client, 44, `Please enter Username|User "system:anonymous"`, "name the user in the kubeconfig's context: "+newKubeconfig),

	says(hop.Credentials, 30, `NoCredentialProviders|[Uu]nable to locate credentials|no EC2 IMDS role found|failed to refresh cached credentials, static credentials are empty`,
		"export AWS_PROFILE=…, or log in"),
	says(hop.Credentials, 30, `config profile \([^)]*\) could not be found|failed to get shared config profile|Partial credentials found`,
		"name a profile that exists: aws configure list-profiles"),
	says(hop.Credentials, 35, `ExpiredToken|[Tt]he security token included in the request is expired|SSO session .* has expired`, "log in again"),
	says(hop.Credentials, 40, `InvalidClientTokenId|UnrecognizedClientException`, "use a key that is active: aws iam list-access-keys"),

	says(hop.AssumeRole, 32, `Roles may not be assumed by root accounts`, "call as a user or role instead of the root user"),
	says(hop.AssumeRole, 33, `AssumeRoleTokenProvider|MultiFactorAuthentication failed`, "log in with MFA and use the session's keys: aws sts get-session-token --serial-number … --token-code …"),
	says(hop.AssumeRole, 45, `RegionDisabledException|STS is not activated in (?:this|the requested) region`, "activate STS in the region, or use another one"),
	says(hop.AssumeRole, 31, `is not authorized to perform: sts:AssumeRole`, "let the role's trust policy and the caller's policies allow sts:AssumeRole"),

	says(hop.Webhook, 53, `x509: certificate signed by unknown authority|[Uu]nable to authenticate the request`, "let the webhook's kubeconfig name the authenticator's authority"),
	says(hop.TokenFormat, 36, `X-Amz-Date parameter is expired`, "make the token when it is used: aws eks get-token"),
	says(hop.TokenFormat, 39, `client did not sign the x-k8s-aws-id header`, "aws eks get-token --cluster-name …"),
	says(hop.TokenFormat, 48, `partition \{\S+\} does not support hostname|global endpoint unsupported in partition`, "make the token in a region of the cluster's partition"),
	says(hop.TokenFormat, 49, `unexpected scheme "|unexpected hostname "`, "unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_STS"),
	says(hop.TokenFormat, 50, `token is too large`, "fewer session tags, a shorter session policy"),
	says(hop.STS, 37, `Signature not yet current`, "set the client's clock"),
	says(hop.STS, 46, `Credential should be scoped to a valid region`, "sign for the region of the STS endpoint"),
	says(hop.STS, 52, `getCallerIdentity was throttled|Throttling: Rate exceeded`, "make fewer tokens: let the client keep one while it is good"),
	says(hop.STS, 51, `error during GET: `, "see that the cluster reaches STS"),
	says(hop.Mapping, 7, `Errors parsing configmap: \[yaml: line`, "eksauth lint aws-auth …"),
	says(hop.Mapping, 9, `yaml: invalid map key`, `username: "{{SessionName}}"`),
	says(hop.Mapping, 16, `cannot unmarshal !!\w+ .* into \[\]string`, `mapAccounts: |`+"\n  - \"…\""),
	says(hop.Mapping, 64, `json: cannot unmarshal number into Go struct field .*accountID`, `accountID: "…"`),
	says(hop.Username, 55, `SessionName did not contain an instance id`, "map people by a role of their own"),
	says(hop.Username, 56, `failed querying private DNS from EC2 API`, "let the authenticator's role call ec2:DescribeInstances"),
	says(hop.Username, 26, `username must not begin with with the following prefixes`, "choose a username without a reserved prefix"),

	says(hop.API, 21, `bootstrapClusterCreatorAdminPermissions must be true`, "--access-config authenticationMode=API_AND_CONFIG_MAP,…"),
	says(hop.API, 22, `authentication mode must be set to one of \[API, API_AND_CONFIG_MAP\]`,
		"aws eks update-cluster-config --name … --access-config authenticationMode=API_AND_CONFIG_MAP"),
	says(hop.API, 25, `kubernetes group name \S+ is invalid, it cannot start with`,
		"aws eks associate-access-policy … --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"),
	says(hop.API, 26, `[Uu]sername\b.*\b(?:must not begin with|cannot (?:start|begin) with|reserved)`, "choose a username without a reserved prefix"),
	says(hop.API, 27, `specified principalArn is invalid: invalid principal`, "take the ARN, with its path, from aws iam get-role --role-name …"),
	says(hop.API, 28, `specified access entry resource is already in use`, "aws eks update-access-entry …, or import it into the tool that makes it"),
}
