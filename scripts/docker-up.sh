#!/usr/bin/env bash
# Sees to it that a Docker daemon answers. One that answers already is left alone; otherwise docker.io is installed from
# Debian, if it is missing, and dockerd started by hand. docker-down.sh ends what this started and nothing else.
#
# EKSAUTH_DOCKER_DIR: the daemon's process ID and log (default: /var/lib/eksauth-docker).
set -euo pipefail

scripts=$(cd "$(dirname "$0")" && pwd)
state=${EKSAUTH_DOCKER_DIR:-/var/lib/eksauth-docker}
# CAP_SYS_RESOURCE is capability number 24 (capabilities(7), linux/capability.h).
sys_resource=24

say() { printf 'docker: %s\n' "$*"; }
die() { printf 'docker: %s\n' "$*" >&2; exit 1; }

answers() { docker version --format '{{.Server.Version}}' 2>/dev/null; }

if command -v docker >/dev/null && version=$(answers); then
	say "the daemon answers (version $version)"
	exit 0
fi
refusal=$(docker version 2>&1 >/dev/null || :)
if [[ $refusal == *'permission denied'* ]]; then
	die "a daemon runs, but this user may not use it: add the user to its group (sudo usermod -aG docker $(id -un)) and log in again"
fi
[ "${DOCKER_HOST:-}" = '' ] || die "nothing answers at DOCKER_HOST=$DOCKER_HOST: start that daemon, or unset DOCKER_HOST to have one started here"
[ "$(uname -s)" = Linux ] || die 'no Docker daemon answers: start Docker Desktop (or another Docker) and run this again'
[ "$(id -u)" = 0 ] || die 'no Docker daemon answers, and only root can install and start one: start yours, or run this as root'

if ! command -v dockerd >/dev/null || ! command -v runc >/dev/null; then
	command -v apt-get >/dev/null || die 'no Docker daemon answers and dockerd is not installed: install Docker (https://docs.docker.com/engine/install/)'
	say 'installing docker.io from Debian'
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get update -qq && apt-get install -qq -y --no-install-recommends docker.io iptables; } >/tmp/docker-install.$$ 2>&1 || {
		tail -n 5 /tmp/docker-install.$$ >&2
		rm -f /tmp/docker-install.$$
		die 'installing docker.io failed; the last lines of apt-get are above. Is the Debian mirror reachable?'
	}
	rm -f /tmp/docker-install.$$
fi

# lacks_sys_resource: processes here can never have that capability.
lacks_sys_resource() {
	local bounding
	bounding=$(awk '/^CapBnd:/ { print $2 }' /proc/self/status)
	(((0x$bounding >> sys_resource & 1) == 0))
}

mkdir -p "$state"
# Of several that start one at once, the first does and the others find it.
exec 9>"$state/lock"
flock 9
if version=$(answers); then
	say "the daemon answers (version $version)"
	exit 0
fi
arguments=(--pidfile "$state/dockerd.pid")
if lacks_sys_resource; then
	say 'this host withholds CAP_SYS_RESOURCE: containers run through scripts/docker-capfit.sh, which does not ask for it'
	# The runtime outlives this checkout.
	install -m 0755 "$scripts/docker-capfit.sh" "$state/capfit"
	arguments+=(--add-runtime "capfit=$state/capfit" --default-runtime capfit)
fi

say "starting dockerd; its log is $state/dockerd.log"
setsid dockerd "${arguments[@]}" >"$state/dockerd.log" 2>&1 </dev/null 9>&- &
daemon=$!
for ((tenths = 0; tenths < 600; tenths++)); do
	if version=$(answers); then
		say "the daemon answers (version $version)"
		exit 0
	fi
	kill -0 "$daemon" 2>/dev/null || break
	sleep 0.1
done
kill "$daemon" 2>/dev/null || :
tail -n 10 "$state/dockerd.log" >&2
die "dockerd did not come up; the last lines of $state/dockerd.log are above"
