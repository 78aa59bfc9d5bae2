#!/usr/bin/env bash
# Builds what a release consists of into dist/: for each architecture the binaries and both images as archives, and their
# checksums. scripts/release.sh VERSION [ARCHITECTURE...] (default: amd64 arm64)
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
version=${1:?usage: scripts/release.sh VERSION [ARCHITECTURE...], for example: scripts/release.sh v1.0.0 amd64 arm64}
shift
architectures=("$@")
[ $# -gt 0 ] || architectures=(amd64 arm64)
dist=$root/dist

say() { printf 'release: %s\n' "$*"; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$dist"
# The compiler's architecture, which GOARCH does not change.
host=$(go env GOHOSTARCH)

# programs ARCH: the folder with all binaries of an architecture
programs() {
	local arch=$1 bin=$work/$1/bin
	mkdir -p "$bin"
	if [ "$arch" = "$host" ]; then
		"$root/scripts/upstream.sh" >&2
		cp -RL "$root/bin/upstream" "$bin/"
	else
		# A tree of its own: the programs of this machine stay as they are.
		cp -R "$root/scripts" "$root/upstream" "$work/$arch/"
		GOARCH=$arch "$work/$arch/scripts/upstream.sh" >&2
	fi
	(cd "$root" && CGO_ENABLED=0 GOOS=linux GOARCH=$arch GOWORK=off go build -trimpath -buildvcs=false \
		-ldflags "-s -w -X github.com/eksauth/eksauth/emulator.version=$version" -o "$bin/eksauth" .)
	echo "$bin"
}

for arch in "${architectures[@]}"; do
	say "linux/$arch"
	bin=$(programs "$arch")
	tar -C "$bin" --owner 0 --group 0 --exclude '.*.stamp' -czf "$dist/eksauth_${version}_linux_$arch.tar.gz" eksauth upstream
	EKSAUTH_BIN=$bin EKSAUTH_ARCH=$arch "$root/scripts/images.sh" "$version-$arch"
	for image in eksauth controlplane; do
		docker save "eksauth/$image:$version-$arch" | gzip >"$dist/${image}_${version}_linux_$arch.image.tar.gz"
	done
done
(cd "$dist" && sha256sum -- *"_${version}_"* >"checksums_$version.txt")
say "$(wc -l <"$dist/checksums_$version.txt") files in $dist"
