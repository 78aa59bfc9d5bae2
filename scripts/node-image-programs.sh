#!/usr/bin/env bash
# node-image-programs.sh FOLDER: builds what upstream/ pins for a node: the Kubernetes programs in one file, CoreDNS, pause.
# It takes from its environment root (the checkout) and kubernetes (the version).
set -euo pipefail

out=$1
: "${root:?}" "${kubernetes:?}"
minor=${kubernetes#v1.}
flags='-s -w'
# kubeadm and kubectl refuse to work without a version.
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
	flags+=" -X $package.gitVersion=$kubernetes -X $package.gitMajor=1 -X $package.gitMinor=${minor%%.*}"
	flags+=" -X $package.gitCommit= -X $package.gitTreeState=clean"
done

# build MODULE PACKAGE NAME
build() { (cd "$root/$1" && go build -trimpath -buildvcs=false -ldflags "$flags" -o "$out/$3" "$2"); }

mkdir -p "$out"
build upstream ./node node
build upstream ./pause pause
build upstream/coredns . coredns
