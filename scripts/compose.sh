#!/usr/bin/env bash
# Calls docker compose, or docker-compose 1.29 where that is all there is, for this checkout's docker-compose.yaml:
# scripts/compose.sh COMMAND [ARGUMENTS]
#
# PWD stays that of the caller: eksauth env has its .eksauth there.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
files=(--project-directory "$root" --file "$root/docker-compose.yaml")
# A bare name would be a volume's in a compose file.
if [ "${EKSAUTH_CONFIG:-}" ]; then EKSAUTH_CONFIG=$(realpath -m -- "$EKSAUTH_CONFIG") && export EKSAUTH_CONFIG; fi
export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-eksauth}
if docker compose version >/dev/null 2>&1; then
	exec docker compose "${files[@]}" "$@"
fi
command -v docker-compose >/dev/null || {
	echo 'compose: Docker has no compose plugin: install it (https://docs.docker.com/compose/install/), or docker-compose from Debian' >&2
	exit 1
}
exec docker-compose "${files[@]}" "$@"
