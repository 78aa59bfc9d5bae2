#!/usr/bin/env bash
# Builds the plugin that upstream/compose/go.mod pins, Compose v2, and installs it where Docker looks for its plugins, for
# machines whose distribution has none: scripts/compose-plugin.sh [FOLDER] (default: /usr/local/lib/docker/cli-plugins).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-/usr/local/lib/docker/cli-plugins}
package=github.com/docker/compose/v2
export CGO_ENABLED=0 GOWORK=off GOFLAGS=

die() { printf 'compose: %s\n' "$*" >&2; exit 1; }

cd "$root/upstream/compose"
version=$(go list -m -f '{{.Version}}' $package) || die 'cannot read the pinned version; is the Go module proxy reachable (GOPROXY)?'
if [ "$("$folder/docker-compose" version --short 2>/dev/null)" = "$version" ]; then
	exit 0
fi
if ! mkdir -p "$folder" || [ ! -w "$folder" ]; then
	die "$folder cannot be written: run this as root, or name another folder (\$HOME/.docker/cli-plugins is yours)"
fi
printf 'compose: building Compose %s into %s; it takes some minutes\n' "$version" "$folder"
work=$(mktemp -d "$folder/.build.XXXXXX")
trap 'rm -rf "$work"' EXIT
go build -trimpath -buildvcs=false -ldflags "-s -w -X $package/internal.Version=$version" -o "$work/docker-compose" $package/cmd ||
	die 'building Compose failed; the compiler says above why'
mv "$work/docker-compose" "$folder/docker-compose"
