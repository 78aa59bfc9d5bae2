#!/usr/bin/env bash
# node-image-system.sh TAR: makes the Debian system of a node, the packages of kind's base image that a node needs.
# Bookworm, since newer releases of systemd no longer run on cgroup v1.
set -euo pipefail

packages=(
	systemd systemd-sysv dbus
	conntrack iptables nftables iproute2 ethtool mount kmod
	containerd runc containernetworking-plugins
	ca-certificates curl jq procps
)
include=$(IFS=, && echo "${packages[*]}")
# Nobody reads manuals in a node.
exec mmdebstrap --variant=minbase --mode=root --include="$include" \
	--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
	bookworm "$1" "${EKSAUTH_DEBIAN_MIRROR:-http://deb.debian.org/debian}"
