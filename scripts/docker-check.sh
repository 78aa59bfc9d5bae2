#!/usr/bin/env bash
# Fails with the line that names the fix unless a Docker daemon answers this user.
set -euo pipefail

die() { printf 'docker: %s\n' "$*" >&2; exit 1; }

command -v docker >/dev/null || die 'docker is not installed: install it (https://docs.docker.com/engine/install/), or as root on Debian run scripts/docker-up.sh'
refusal=$(docker version --format '{{.Server.Version}}' 2>&1) && exit 0
case $refusal in
*'permission denied'*) die "a daemon runs, but this user may not use it: add the user to its group (sudo usermod -aG docker $(id -un)) and log in again" ;;
*) die "no Docker daemon answers${DOCKER_HOST:+ at DOCKER_HOST=$DOCKER_HOST}: start Docker, or as root on Debian run scripts/docker-up.sh" ;;
esac
