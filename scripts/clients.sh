#!/usr/bin/env bash
# Sees to the clients that the end-to-end suite drives and that this repository cannot build: version 2 of the aws CLI, beside
# which version 1 may be in PATH, too; curl; and the AWS SDK for JavaScript on Node.js. In CI a missing program is installed from Debian, and it is an error if that cannot be
# done. Elsewhere no program is installed: the suite says loudly what it leaves out. The packages for Node.js lie in .cache.
set -euo pipefail
cd "$(dirname "$0")/.."

# Debian's awscli is version 2, whatever other one comes first in PATH.
has_aws_2() {
	local path
	while read -r path; do
		case $("$path" --version 2>/dev/null) in aws-cli/2.*) return 0 ;; esac
	done < <(type -ap aws)
	return 1
}

missing=()
has_aws_2 || missing+=(awscli)
command -v curl >/dev/null || missing+=(curl)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)

# Installs the missing programs, in CI only.
install_programs() {
	if [ "${CI:-}" != true ]; then
		echo "clients: not installed: ${missing[*]}. Specs that need them are left out; on Debian: sudo apt-get install ${missing[*]}" >&2
		return
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
}

# Installs the packages of e2e/js, once for each version of its lock file.
install_packages() {
	local dir=.cache/e2e-js
	if ! command -v npm >/dev/null || cmp -s e2e/js/package-lock.json "$dir/installed.json"; then
		return
	fi
	echo "clients: installing the AWS SDK for JavaScript into $dir"
	mkdir -p "$dir"
	rm -f "$dir/installed.json"
	cp e2e/js/package.json e2e/js/package-lock.json "$dir"
	if npm ci --prefix "$dir" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null; then
		cp e2e/js/package-lock.json "$dir/installed.json"
		return
	fi
	echo "clients: npm cannot install the AWS SDK for JavaScript (see above): specs that need it are left out" >&2
	[ "${CI:-}" != true ]
}

[ ${#missing[@]} -eq 0 ] || install_programs
install_packages
