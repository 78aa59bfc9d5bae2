#!/usr/bin/env bash
# Sees to what the stack in containers needs: a Docker daemon, docker compose and the images. In CI the compose plugin is built
# if it is missing, and docker-compose 1.29 installed from Debian, so that the stack is tried with both.
set -euo pipefail

scripts=$(cd "$(dirname "$0")" && pwd)

"$scripts/docker-up.sh"
if [ "${CI:-}" = true ]; then
	docker compose version >/dev/null 2>&1 || "$scripts/compose-plugin.sh"
	command -v docker-compose >/dev/null || {
		echo 'compose: installing docker-compose from Debian'
		export DEBIAN_FRONTEND=noninteractive
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends docker-compose; } >/dev/null
	}
fi
"$scripts/compose.sh" version >/dev/null
"$scripts/images.sh" "${EKSAUTH_TAG:-dev}"
