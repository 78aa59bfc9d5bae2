#!/usr/bin/env bash
# Ends the stack of ci-start.sh with its state, and takes its variables back from the steps that follow.
#
# EKSAUTH_NAME, EKSAUTH_ENV_FILE, EKSAUTH_BIN: as for ci-start.sh.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
"${EKSAUTH_BIN:-$root/bin}/eksauth" down --purge --name "${EKSAUTH_NAME:-default}"
rm -f "${EKSAUTH_ENV_FILE:-eksauth.env}"
[ "${GITHUB_ENV:-}" ] || exit 0
# GitHub can only empty them, which clients take for absent.
for variable in HTTPS_PROXY NO_PROXY AWS_CA_BUNDLE AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_REGION KUBECONFIG; do
	printf '%s=\n' "$variable" >>"$GITHUB_ENV"
done
