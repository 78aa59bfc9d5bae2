#!/usr/bin/env bash
# Starts the stack of docker-compose.yaml and returns when it works. What goes wrong is one line that names the fix, and a
# start that failed leaves nothing behind but the state from before.
#
# EKSAUTH_CONFIG: a configuration file. EKSAUTH_PORT, EKSAUTH_APISERVER_PORT: ports on the loopback address (default: 4566,
# 6443). EKSAUTH_TAG: the images' tag (default: dev). COMPOSE_PROJECT_NAME: the stack's name (default: eksauth).
set -euo pipefail

scripts=$(cd "$(dirname "$0")" && pwd)
tag=${EKSAUTH_TAG:-dev}
export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-eksauth}

die() { printf 'compose: %s\n' "$*" >&2; exit 1; }

"$scripts/docker-check.sh"
"$scripts/compose.sh" version >/dev/null || exit 1
for image in eksauth controlplane; do
	docker image inspect "eksauth/$image:$tag" >/dev/null 2>&1 || die "image eksauth/$image:$tag is not there: build it with scripts/images.sh${EKSAUTH_TAG:+ $tag}"
done
if [ "${EKSAUTH_CONFIG:-}" ]; then
	[ -f "$EKSAUTH_CONFIG" ] || die "EKSAUTH_CONFIG=$EKSAUTH_CONFIG is no file"
	# The stack reads it as a user of its own.
	[ "$(($(stat -L -c %a -- "$EKSAUTH_CONFIG") % 10 & 4))" != 0 ] || die "EKSAUTH_CONFIG=$EKSAUTH_CONFIG cannot be read by the stack's user: chmod o+r $EKSAUTH_CONFIG"
fi

mine=(--quiet --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME")
running=$(docker ps --all "${mine[@]}")
state=$(docker volume ls "${mine[@]}")
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# fix: what to do about what compose has printed
fix() {
	local port
	case $(<"$output") in
	*'port is already allocated'* | *'address already in use'*)
		port=$(grep -oE '127\.0\.0\.1:[0-9]+' "$output" | head -n 1)
		echo "${port:-a port} is in use: end what listens there, or choose others with EKSAUTH_PORT and EKSAUTH_APISERVER_PORT"
		;;
	*'non-overlapping IPv4'* | *'Pool overlaps'* | *'predefined address pools have been fully subnetted'* | *'networks have overlapping'*)
		echo 'Docker has no free range of addresses for a network: docker network prune removes unused ones, or give dockerd default-address-pools' ;;
	*'no space left on device'*) echo 'the disk is full: docker system prune makes room, or move Docker to a bigger disk' ;;
	*'Conflict. The container name'*) echo 'another stack has these containers: choose another name with COMPOSE_PROJECT_NAME' ;;
	*) echo "docker compose failed; its last line is: $(grep -v '^ *$' "$output" | tail -n 1)" ;;
	esac
}

# give_up LINE
give_up() {
	if [ -z "$running" ]; then
		local forget=()
		[ "$state" ] || forget=(--volumes)
		"$scripts/compose.sh" down "${forget[@]}" >/dev/null 2>&1 || :
	fi
	die "$1"
}

"$scripts/compose.sh" up --detach >"$output" 2>&1 || give_up "$(fix)"
"$scripts/compose-wait.sh" || give_up 'the stack did not start: what it said is above'
echo "compose: next: eval \"\$($(realpath --relative-to=. "$scripts")/compose.sh exec -T eksauth eksauth env)\""
