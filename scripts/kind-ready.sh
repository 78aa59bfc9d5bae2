#!/usr/bin/env bash
# Gets ready what the end-to-end suite on kind needs and what takes minutes the first time: a Docker daemon and a node image.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/docker-up.sh
# Each node takes some thirty of the kernel's inotify instances, of which Debian gives a user 128, too few for five nodes.
instances=/proc/sys/fs/inotify/max_user_instances
if [ "$(cat $instances 2>/dev/null || echo 1024)" -lt 1024 ]; then
	{ echo 1024 >$instances; } 2>/dev/null || echo 'kind: no more than four nodes may start: as root, run sysctl -w fs.inotify.max_user_instances=1024' >&2
fi
bin/eksauth node-image build >/dev/null
