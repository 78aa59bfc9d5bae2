#!/usr/bin/env bash
# Builds the images eksauth/eksauth and eksauth/controlplane from bin/ and bin/upstream, and pulls nothing:
# scripts/images.sh [TAG] (default: dev).
#
# EKSAUTH_BIN: the folder of the binaries (default: bin). EKSAUTH_ARCH: the images' architecture (default: this machine's).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
tag=${1:-dev}
bin=${EKSAUTH_BIN:-$root/bin}
arch=${EKSAUTH_ARCH:-$(go env GOARCH)}
programs=(etcd kube-apiserver kube-controller-manager aws-iam-authenticator)

say() { printf 'images: %s\n' "$*"; }
die() { printf 'images: %s\n' "$*" >&2; exit 1; }

"$root/scripts/docker-check.sh"
for program in "$bin/eksauth" "${programs[@]/#/$bin/upstream/}" "$bin/upstream/kubectl"; do
	[ -x "$program" ] || die "$program is not there: build it with make build upstream"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# tree NAME: the folders that both images have. New volumes take over owner and mode of what is mounted over.
tree() {
	mkdir -p "$work/$1/rootfs/usr/local/bin" "$work/$1/rootfs/var/lib/eksauth" "$work/$1/rootfs/run/eksauth" "$work/$1/rootfs/client" "$work/$1/rootfs/tmp"
	cp "$bin/eksauth" "$work/$1/rootfs/usr/local/bin/"
}

# build NAME
build() {
	docker build --quiet --network none --platform "linux/$arch" --tag "eksauth/$1:$tag" --file "$root/docker/$1.Dockerfile" "$work/$1" >/dev/null 2>"$work/$1.log" || {
		tail -n 5 "$work/$1.log" >&2
		grep -q 'no space left' "$work/$1.log" && die 'the disk is full: docker image prune makes room, or move Docker to a bigger disk'
		die "building eksauth/$1 failed; Docker's last lines are above"
	}
	say "eksauth/$1:$tag, $(($(docker image inspect --format '{{.Size}}' "eksauth/$1:$tag") / 1000000)) MB"
}

tree eksauth
# The stack starts its programs by these names: they are eksauth itself, which has the real ones run in their containers.
mkdir "$work/eksauth/rootfs/usr/local/bin/upstream"
for program in "${programs[@]}" kubectl; do
	ln -s ../eksauth "$work/eksauth/rootfs/usr/local/bin/upstream/$program"
done
build eksauth

tree controlplane
for program in "${programs[@]}" kubectl; do
	cp "$bin/upstream/$program" "$work/controlplane/rootfs/usr/local/bin/"
done
build controlplane
