#!/usr/bin/env bash
# Sees to the clients that the end-to-end suite drives and that this repository cannot build: an aws CLI (v1 or v2) and curl.
# In CI a missing one is installed from Debian, and it is an error if that cannot be done. Elsewhere nothing is installed:
# the suite says loudly what it leaves out.
set -euo pipefail

missing=()
aws --version >/dev/null 2>&1 || missing+=(awscli)
command -v curl >/dev/null || missing+=(curl)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "${CI:-}" != true ]; then
	echo "clients: not installed: ${missing[*]}. Specs that need them are left out; on Debian: sudo apt-get install ${missing[*]}" >&2
	exit 0
fi
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
	echo "clients: CI needs ${missing[*]}, and without root and apt-get they cannot be installed here: add them to the image" >&2
	exit 1
fi
echo "clients: installing ${missing[*]} from Debian"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
aws --version
