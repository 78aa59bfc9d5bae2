#!/usr/bin/env bash
# Builds a node image for kind from Go modules and Debian packages alone, for the Kubernetes version that upstream/go.mod pins,
# and prints its name as the last line. The name has a digest of all that goes into the image: an image of that name is used as
# it is, and one that it has lost is loaded from the cache. With --present it only tells whether the image is there.
#
# EKSAUTH_CONTAINERS: the command that gets the image, docker (default) or podman.
# EKSAUTH_CACHE: the cache's folder (default: ${XDG_CACHE_HOME:-~/.cache}/eksauth).
# EKSAUTH_DEBIAN_MIRROR: where Debian packages come from (default: http://deb.debian.org/debian).
set -euo pipefail

scripts=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$scripts")
cache=${EKSAUTH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/eksauth}/node-image
containers=${EKSAUTH_CONTAINERS:-docker}
# What a build takes on disk at most, in KiB, beside Go's own cache.
needed=$((3 * 1024 * 1024))
export GOWORK=off CGO_ENABLED=0 GOFLAGS=

say() { printf 'node image: %s\n' "$*" >&2; }
die() { printf 'node image: %s\n' "$*" >&2; exit 1; }

"$containers" version >/dev/null 2>&1 || die "$containers does not answer: start it (scripts/docker-up.sh starts Docker), then run this again"
command -v go >/dev/null || die 'no Go toolchain in PATH: install Go (https://go.dev/doc/install), then run this again'
kubernetes=$(cd "$root/upstream" && go list -m -f '{{.Version}}' k8s.io/kubernetes) || die 'cannot read the pinned versions; is the Go module proxy reachable (GOPROXY)?'
kind_version=$(cd "$root" && go list -m -f '{{.Version}}' sigs.k8s.io/kind) || die 'cannot read the version of kind; is the Go module proxy reachable (GOPROXY)?'

# digest FILE…: of the files' names and contents.
digest() { sha256sum "$@" | sha256sum | cut -c1-12; }
key=$(cd "$root" && { digest scripts/node-image-*; digest upstream/go.* upstream/node/* upstream/pause/* upstream/coredns/*; echo "$kind_version"; go env GOVERSION GOARCH; } | sha256sum | cut -c1-12)
system_key=$(cd "$root" && { digest scripts/node-image-system.sh; go env GOARCH; echo "${EKSAUTH_DEBIAN_MIRROR:-}"; } | sha256sum | cut -c1-12)
image=eksauth/node:$kubernetes-$key
# kind takes a name without a registry for one of docker.io's if podman runs its nodes.
[ "$containers" != podman ] || image=localhost/$image
finished=$cache/node-$key.tar.zst
system=$cache/system-$system_key.tar

present() { "$containers" image inspect "$image" >/dev/null 2>&1; }
finish() { say "$image is ready ($1)"; echo "$image"; exit 0; }

present && finish 'built before'
[ "${1:-}" != --present ] || die "$image is not there: build it with scripts/node-image-build.sh"

# import: one layer, and what kind expects of an image (its images/base/Dockerfile). Docker stores an image whole or not at all.
import() {
	zstd -q -d -c "$finished" | "$containers" import -c 'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]' -c 'ENV container=docker' - "$image" >/dev/null ||
		die "$containers import failed: is the disk of its data full ($containers system df)?"
}

mkdir -p "$cache"
# Of several builds at once, the first builds and the others find its image.
exec 9>"$cache/lock"
flock 9
present && finish 'built before'
if [ -f "$finished" ]; then
	import
	finish 'loaded from the cache'
fi

[ "$(uname -s)" = Linux ] || die 'a node image can only be built on Linux: give one with --image'
[ "$(id -u)" = 0 ] || die 'building a node image needs root, for the ownership of its files: run this with sudo -E'
available=$(df --output=avail -k "$cache" | tail -n 1)
((available >= needed)) || die "$cache has $((available / 1024)) MiB left and a build needs up to $((needed / 1024)): free some space, or name another folder with EKSAUTH_CACHE"
tools=(mmdebstrap zstd jq)
if ! command -v "${tools[@]}" >/dev/null || [ "$(command -v "${tools[@]}" | wc -l)" -lt ${#tools[@]} ]; then
	say "installing ${tools[*]} from Debian"
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${tools[@]}" debian-archive-keyring; } >/dev/null ||
		die "installing ${tools[*]} failed; install them, then run this again"
fi

# What is left of a build that was killed is in no one's way but the disk's.
rm -rf "$cache"/.work.*
work=$(mktemp -d "$cache/.work.XXXXXX")
running=
trap '[ -z "$running" ] || { kill -- -"$running" 2>/dev/null; wait "$running" 2>/dev/null; } || :; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
(cd "$root" && go mod download sigs.k8s.io/kind) || die 'cannot fetch the module sigs.k8s.io/kind; is the Go module proxy reachable (GOPROXY)?'
kind=$(cd "$root" && go list -m -f '{{.Dir}}' sigs.k8s.io/kind)
export work kubernetes kind root

number=0 total=4 began=$SECONDS
# step WHAT HINT SCRIPT ARGUMENT…: runs one part of the build, with a sign of life every 20 seconds.
step() {
	local what=$1 hint=$2 from=$SECONDS last=$SECONDS
	shift 2
	number=$((number + 1))
	say "$number/$total $what"
	set -m
	"$scripts/$1" "${@:2}" >"$work/log" 2>&1 9>&- &
	running=$!
	set +m
	while kill -0 "$running" 2>/dev/null; do
		sleep 0.2
		((SECONDS - last < 20)) || { last=$SECONDS && say "$number/$total $what … $((SECONDS - from)) s"; }
	done
	if ! wait "$running"; then
		running=
		tail -n 15 "$work/log" >&2
		available=$(df --output=avail -k "$cache" | tail -n 1)
		((available >= 64 * 1024)) || hint="$cache is full: free some space, or name another folder with EKSAUTH_CACHE"
		die "$what failed; its last lines are above. $hint"
	fi
	running=
}

say "building $image; the first time takes some minutes"
if [ -f "$system" ]; then
	number=$((number + 1))
	say "$number/$total Debian system: from the cache"
else
	step 'Debian system' 'Is the Debian mirror reachable (EKSAUTH_DEBIAN_MIRROR)?' node-image-system.sh "$work/system.tar"
	mv "$work/system.tar" "$system"
fi
step 'Kubernetes programs' 'Is the Go module proxy reachable (GOPROXY)?' node-image-programs.sh "$work/programs"
step 'node' 'Nothing was stored: run this again after the cure.' node-image-tree.sh "$system" "$work/programs" "$work/tree"
# A rename is the only write to the final name: no half-written file is ever taken for an image.
step 'image' 'Nothing was stored: run this again after the cure.' node-image-pack.sh "$work/tree" "$work/node.tar.zst"
mv "$work/node.tar.zst" "$finished"
find "$cache" -maxdepth 1 -name 'node-*.tar.zst' ! -path "$finished" -delete
find "$cache" -maxdepth 1 -name 'system-*.tar' ! -path "$system" -delete
import
finish "built in $((SECONDS - began)) s"
