#!/usr/bin/env bash
# Sees to what the stack in containers needs: a Docker daemon, docker compose and the images. In CI a missing docker-compose
# is installed from Debian.
set -euo pipefail

scripts=$(cd "$(dirname "$0")" && pwd)

"$scripts/docker-up.sh"
if [ "${CI:-}" = true ] && ! docker compose version >/dev/null 2>&1 && ! command -v docker-compose >/dev/null; then
	echo 'compose: installing docker-compose from Debian'
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends docker-compose; } >/dev/null
fi
"$scripts/compose.sh" version >/dev/null
"$scripts/images.sh" "${EKSAUTH_TAG:-dev}"
