#!/usr/bin/env bash
# Waits until all containers of the stack that docker-compose has started are healthy: what docker compose up --wait does, for
# docker-compose 1.29 as well. scripts/compose-wait.sh [SECONDS] (default: 180)
set -euo pipefail

limit=${1:-180}
project=${COMPOSE_PROJECT_NAME:-eksauth}

say() { printf 'compose: %s\n' "$*"; }
die() {
	printf 'compose: %s; the last lines of eksauth:\n' "$1" >&2
	docker logs --tail 8 "$(named eksauth)" 2>&1 | sed 's/^/  /' >&2 || :
	exit 1
}

# named SERVICE: its container
named() { docker ps --all --quiet --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$1" | head -n 1; }

for service in network etcd kube-apiserver kube-controller-manager aws-iam-authenticator eksauth; do
	container=$(named $service)
	[ "$container" ] || die "there is no container of $service: start the stack with scripts/compose-up.sh"
	while :; do
		state=$(docker inspect --format '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}} {{.RestartCount}}' "$container")
		case $state in
		'healthy '*) break ;;
		'running '*) [ $service != network ] || break ;; # it has no health but that
		unhealthy* | exited* | dead*) die "$service is ${state%% *}" ;;
		esac
		# A stack that cannot start ends and is started again, which never makes it better.
		((${state##* } < 3)) || die "$service ends again and again"
		((SECONDS < limit)) || die "$service is not healthy after $limit seconds (${state%% *})"
		sleep 0.3
	done
done
say "the stack is healthy after $SECONDS s"
