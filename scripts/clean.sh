#!/usr/bin/env bash
# Removes bin/, unless a stack still runs from it: its programs would go on without a way to stop them.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -d /proc/self ]; then
	for exe in /proc/[0-9]*/exe; do
		target=$(readlink "$exe" 2>/dev/null) || continue
		case $target in "$PWD"/bin/*)
			echo "clean: $target still runs (process $(basename "$(dirname "$exe")")): stop the stack first with bin/eksauth down" >&2
			exit 1
			;;
		esac
	done
fi
rm -rf bin
