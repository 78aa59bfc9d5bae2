#!/usr/bin/env bash
# Ends the Docker daemon that docker-up.sh started, with its containers; images and volumes stay. Any other daemon is left
# alone.
set -euo pipefail

state=${EKSAUTH_DOCKER_DIR:-/var/lib/eksauth-docker}

say() { printf 'docker: %s\n' "$*"; }

pid=$(cat "$state/dockerd.pid" 2>/dev/null) || { say 'no daemon was started by docker-up.sh'; exit 0; }
# A process ID may have gone to somebody else since.
if ! tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "--pidfile $state/dockerd.pid"; then
	rm -f "$state/dockerd.pid"
	say 'the daemon that docker-up.sh started has ended already'
	exit 0
fi
kill "$pid"
for ((tenths = 0; tenths < 300; tenths++)); do
	[ -d "/proc/$pid" ] || { say 'the daemon has ended'; exit 0; }
	sleep 0.1
done
echo "docker: dockerd (process $pid) has not ended in 30 seconds: see $state/dockerd.log" >&2
exit 1
