#!/usr/bin/env bash
# Calls docker compose, or docker-compose 1.29 where that is all there is, for this checkout's docker-compose.yaml:
# scripts/compose.sh COMMAND [ARGUMENTS]
#
# EKSAUTH_COMPOSE: plugin or docker-compose, to choose where both are there.
#
# PWD stays that of the caller: eksauth env has its .eksauth there.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
files=(--project-directory "$root" --file "$root/docker-compose.yaml")
# A bare name would be a volume's in a compose file.
if [ "${EKSAUTH_CONFIG:-}" ]; then EKSAUTH_CONFIG=$(realpath -m -- "$EKSAUTH_CONFIG") && export EKSAUTH_CONFIG; fi
export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-eksauth}
case ${EKSAUTH_COMPOSE:-} in
'' | plugin | docker-compose) ;;
*) echo "compose: EKSAUTH_COMPOSE=$EKSAUTH_COMPOSE is neither plugin nor docker-compose" >&2 && exit 1 ;;
esac
if [ "${EKSAUTH_COMPOSE:-}" != docker-compose ] && docker compose version >/dev/null 2>&1; then
	exec docker compose "${files[@]}" "$@"
fi
if [ "${EKSAUTH_COMPOSE:-}" = plugin ]; then
	echo 'compose: Docker has no compose plugin: install it (https://docs.docker.com/compose/install/), or build it with scripts/compose-plugin.sh' >&2
	exit 1
fi
command -v docker-compose >/dev/null || {
	echo 'compose: Docker has no compose plugin: install it (https://docs.docker.com/compose/install/), build it with scripts/compose-plugin.sh, or take docker-compose from Debian' >&2
	exit 1
}
exec docker-compose "${files[@]}" "$@"
