#!/usr/bin/env bash
# Builds the real programs that upstream/go.mod pins (its tool directives) into bin/upstream. What is built and still matches
# the pins is left alone, so that only the first run takes minutes.
#
# KUBEBUILDER_ASSETS: if it names a folder with etcd, kube-apiserver and kubectl, those three are not built; eksauth looks
# there before it looks in bin/upstream.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
module=$root/upstream
out=$root/bin/upstream
export CGO_ENABLED=0 GOWORK=off

say() { printf 'upstream: %s\n' "$*"; }
die() { printf 'upstream: %s\n' "$*" >&2; exit 1; }

command -v go >/dev/null || die 'no Go toolchain in PATH: install Go (https://go.dev/doc/install), then run this again'

sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }

# The stamp changes with whatever can change a binary: the pins, these build flags, the compiler and the target.
stamp() { { cat "$module/go.mod" "$module/go.sum" "$root/scripts/upstream.sh"; go env GOVERSION GOOS GOARCH; } | sha256 | cut -d' ' -f1; }

# etcd's main package is the root of its server module; every other program is named after its folder.
name_of() { case $1 in */etcd/server/v*) echo etcd ;; *) basename "$1" ;; esac; }

given() { # given NAME: KUBEBUILDER_ASSETS supplies this program
	[ "$assets" ] || return 1
	case $1 in etcd | kube-apiserver | kubectl) ;; *) return 1 ;; esac
}

assets=
if [ "${KUBEBUILDER_ASSETS:-}" ]; then
	assets=$KUBEBUILDER_ASSETS
	for name in etcd kube-apiserver kubectl; do
		[ -x "$assets/$name" ] && continue
		say "KUBEBUILDER_ASSETS=$assets has no executable $name: building all programs instead"
		assets=
		break
	done
	[ -z "$assets" ] || say "etcd, kube-apiserver and kubectl are those of KUBEBUILDER_ASSETS=$assets"
fi

want=$(stamp)
missing=()
packages=$(awk '/^tool \(/ { on = 1; next } /^\)/ { on = 0 } on && NF { print $1 }' "$module/go.mod")
for package in $packages; do
	name=$(name_of "$package")
	given "$name" && continue
	[ -x "$out/$name" ] && [ "$(cat "$out/.$name.stamp" 2>/dev/null)" = "$want" ] && continue
	missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

mkdir -p "$out"
work=$(mktemp -d "$out/.build.XXXXXX")
build=
# Ctrl-C reaches go build as well, which then ends its compilers; the half-made files go with $work.
trap 'if [ "$build" ]; then kill "$build" 2>/dev/null || :; wait "$build" 2>/dev/null || :; fi; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

version_of() { (cd "$module" && go list -m -f '{{.Version}}' "$1"); }
kubernetes=$(version_of k8s.io/kubernetes) || die 'cannot read the pinned versions; is the Go module proxy reachable?'
authenticator=$(version_of sigs.k8s.io/aws-iam-authenticator)
minor=${kubernetes#v1.}
flags="-s -w -X sigs.k8s.io/aws-iam-authenticator/pkg.Version=$authenticator"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
	flags+=" -X $package.gitVersion=$kubernetes -X $package.gitMajor=1 -X $package.gitMinor=${minor%%.*}"
	flags+=" -X $package.gitCommit= -X $package.gitTreeState=clean"
done

clock() { printf '%d:%02d' $((($1) / 60)) $((($1) % 60)); }
[ -t 1 ] && terminal=yes || terminal=

# heartbeat LABEL: until the running build ends, one line that renews itself on a terminal, else a line every 20 seconds.
heartbeat() {
	local began=$SECONDS last=$SECONDS
	while kill -0 "$build" 2>/dev/null; do
		if [ "$terminal" ]; then
			printf '\rupstream: %s … %s ' "$1" "$(clock $((SECONDS - began)))"
		elif ((SECONDS - last >= 20)); then
			last=$SECONDS
			say "$1 … $(clock $((SECONDS - began)))"
		fi
		sleep 0.2
	done
	[ -z "$terminal" ] || printf '\r\033[K'
}

total=${#missing[@]} number=0
say "building $total programs into bin/upstream; the first time takes some minutes"
for package in "${missing[@]}"; do
	name=$(name_of "$package")
	number=$((number + 1)) began=$SECONDS
	[ "$terminal" ] || say "$name ($number of $total)"
	(cd "$module" && exec go build -trimpath -buildvcs=false -ldflags "$flags" -o "$work/$name" "$package") >"$work/log" 2>&1 &
	build=$!
	heartbeat "$name ($number of $total)"
	if ! wait "$build"; then
		build=
		tail -n 20 "$work/log" >&2
		die "building $name failed; the compiler's last lines are above. Programs already built are kept: run this again after the cure"
	fi
	build=
	# A rename is the only write to the final name, and the stamp comes last: no reader ever sees a half-written program.
	mv "$work/$name" "$out/$name"
	printf '%s\n' "$want" >"$work/stamp"
	mv "$work/stamp" "$out/.$name.stamp"
	say "$name ($number of $total) built in $(clock $((SECONDS - began)))"
done
