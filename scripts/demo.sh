#!/usr/bin/env bash
# The founding story on a stack of its own, step by step: what is typed and what is printed. Every step is checked, so that
# this is a test as well. Nothing of yours is touched: the stack has its own name, port and folder, and goes down at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

EKSAUTH_HOME=$(mktemp -d)
export EKSAUTH_HOME
root=$PWD
trap 'cd "$root"; bin/eksauth down --name demo --purge >/dev/null || :; rm -rf "$EKSAUTH_HOME"' EXIT

bold='' dim='' plain=''
if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; fi

tell() { printf '\n%s# %s%s\n' "$dim" "$*" "$plain"; }

# typed COMMAND: shows the command and runs it in this shell.
typed() {
	printf '%s$ %s%s\n' "$bold" "$1" "$plain"
	eval "$1"
}

# refused COMMAND: typed, but the cluster must answer that one has to log in.
refused() {
	local printed
	printf '%s$ %s%s\n' "$bold" "$1" "$plain"
	if printed=$(eval "$1" 2>&1); then
		printf '%s\ndemo: this should have been refused\n' "$printed" >&2
		exit 1
	fi
	printf '%s\n' "$printed"
	[ "$printed" = 'error: You must be logged in to the server (Unauthorized)' ] || {
		echo 'demo: this is not how a cluster refuses' >&2
		exit 1
	}
}

# until_it COMMAND: waits until it succeeds, 15 seconds at most: the authenticator takes a new aws-auth up in about one.
until_it() {
	local tries=75
	until eval "$1" >/dev/null 2>&1; do
		[ $((tries -= 1)) -gt 0 ] || { echo "demo: still not so after 15 seconds: $1" >&2; exit 1; }
		sleep 0.2
	done
}

aws_auth() { # aws_auth: the cluster's ConfigMap; what is on standard input goes below its roles
	cat <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata:
  name: aws-auth
  namespace: kube-system
data:
  mapRoles: |
    - rolearn: arn:aws:iam::534000000385:role/mobilebackend-dev-eks-0-wn-stack-NodeInstanceRole-15NNFZK6WW4IG
      username: system:node:{{EC2PrivateDNSName}}
      groups: [system:bootstrappers, system:nodes]
YAML
	cat
}

tell 'A cluster on this machine, with the people of the story. Arseniy has made it, and both are administrators in AWS.'
typed 'bin/eksauth up --name demo --listen 127.0.0.1:0 --detach'
# shellcheck disable=SC2016 # it is shown as it is typed
typed 'eval "$(bin/eksauth env --name demo --shell bash)"'
# Client caches go with the demo, not into your home folder.
HOME=$EKSAUTH_HOME/home && mkdir -p "$HOME" && export HOME

if aws --version >/dev/null 2>&1; then
	tell 'AWS knows both of them.'
	typed 'aws --profile arseniy sts get-caller-identity'
	typed 'aws --profile yaroslav sts get-caller-identity'
else
	tell 'No aws CLI is installed, so who they are in AWS is left out; kubectl uses aws-iam-authenticator.'
fi

tell 'The cluster lets its creator in, though its aws-auth does not name him.'
typed 'kubectl --context arseniy get namespaces'
typed "kubectl --context arseniy get configmap aws-auth -n kube-system -o 'jsonpath={.data.mapRoles}'"

tell 'Yaroslav is turned away, and is not told why.'
refused 'kubectl --context yaroslav get namespaces'

tell 'The authenticator knows why. (On EKS this log is in CloudWatch, if it was switched on.)'
typed 'bin/eksauth logs authenticator --name demo | grep "access denied" | tail -n 1'

tell 'Arseniy adds him to aws-auth.'
cd "$HOME"
aws_auth >aws-auth.yaml <<'YAML'
  mapUsers: |
    - userarn: arn:aws:iam::534000000385:user/yaroslav
      username: yaroslav
      groups: [system:masters]
YAML
typed 'tail -n 4 aws-auth.yaml'
typed 'kubectl --context arseniy apply -f aws-auth.yaml'
until_it 'kubectl --context yaroslav get namespaces'
typed 'kubectl --context yaroslav get namespaces'
typed 'kubectl --context yaroslav auth whoami'

tell 'And takes him out again.'
aws_auth >aws-auth.yaml </dev/null
typed 'kubectl --context arseniy apply -f aws-auth.yaml'
until_it '! kubectl --context yaroslav get namespaces'
refused 'kubectl --context yaroslav get namespaces'
