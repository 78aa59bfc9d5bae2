#!/usr/bin/env bash
# Makes the pictures of terminals in docs/images from their sessions, on a stack of their own that goes down at the end.
# scripts/recording.sh [NAME…], by default all. Whoever changes a session runs it, and commits the cast and the picture.
set -euo pipefail
cd "$(dirname "$0")/.."

EKSAUTH_HOME=$(mktemp -d)
export EKSAUTH_HOME
trap 'bin/eksauth down --purge >/dev/null || :; rm -rf "$EKSAUTH_HOME"' EXIT

scripts/clients.sh
mkdir -p bin
go build -o bin/recording ./scripts/recording
bin/eksauth up --detach --listen 127.0.0.1:0 --config docs/images/recording.yaml >/dev/null
eval "$(bin/eksauth env)"
PATH=$PWD/bin:$PATH
# Neither what the aws CLI has kept of another stack's roles nor what kubectl knows of another cluster is to be seen.
export HOME=$EKSAUTH_HOME
# kubectl learns the cluster's API groups once for each address; what it prints to those who are turned away depends on it.
kubectl --context arseniy get namespaces >/dev/null
kubectl --context arseniy create rolebinding developers --clusterrole view --group developers >/dev/null

[ $# -gt 0 ] || set -- founding explain
for name; do
	bin/recording run "docs/images/$name.session"
	echo "docs/images/$name.svg"
done
