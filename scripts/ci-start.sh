#!/usr/bin/env bash
# Starts a stack in a CI job and gives its environment to the steps that follow. It needs Go and make, and downloads nothing but
# Go modules.
#
# On GitHub Actions later steps get the variables through $GITHUB_ENV and $GITHUB_PATH. Elsewhere they are in a file to be read
# by later commands of the job: . ./eksauth.env
#
# EKSAUTH_CONFIG: a configuration file. EKSAUTH_NAME: the stack's name (default: default). EKSAUTH_LISTEN: the gateway's
# address (default: 127.0.0.1:4566). EKSAUTH_ENV_FILE: the file for the variables (default: eksauth.env). EKSAUTH_BIN: a folder
# with eksauth and upstream/, as a cache has kept it, instead of a build.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
name=${EKSAUTH_NAME:-default}
file=${EKSAUTH_ENV_FILE:-eksauth.env}
variables=(HTTPS_PROXY NO_PROXY AWS_CA_BUNDLE AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_REGION KUBECONFIG)

if [ -z "${EKSAUTH_BIN:-}" ]; then
	make --no-print-directory -C "$root" build upstream
fi
eksauth=${EKSAUTH_BIN:-$root/bin}/eksauth
[ -x "$eksauth" ] || { echo "ci: $eksauth is not there: unset EKSAUTH_BIN to have it built" >&2; exit 1; }

up=(--detach --name "$name" --listen "${EKSAUTH_LISTEN:-127.0.0.1:4566}")
[ -z "${EKSAUTH_CONFIG:-}" ] || up+=(--config "$EKSAUTH_CONFIG")
"$eksauth" up "${up[@]}"

before=$PATH
environment=$("$eksauth" env --name "$name" --shell bash)
eval "$environment"
tools=${PATH%"$before"}
: >"$file"
for variable in "${variables[@]}"; do
	printf 'export %s=%q\n' "$variable" "${!variable}" >>"$file"
	# None of them has a line break: they are paths and addresses.
	[ -z "${GITHUB_ENV:-}" ] || printf '%s=%s\n' "$variable" "${!variable}" >>"$GITHUB_ENV"
done
# shellcheck disable=SC2016 # the reader's PATH
printf 'export PATH=%q"$PATH"\n' "$tools" >>"$file"
IFS=: read -ra folders <<<"$tools"
for folder in "${folders[@]}" "$(dirname "$eksauth")"; do
	[ -z "${GITHUB_PATH:-}" ] || [ -z "$folder" ] || printf '%s\n' "$folder" >>"$GITHUB_PATH"
done
echo "ci: the variables of the stack are in $file"
