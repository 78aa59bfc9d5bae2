#!/usr/bin/env bash
# Builds bin/eksauth: static, and stamped with what git says about the checkout.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v go >/dev/null || {
	echo 'build: no Go toolchain in PATH: install Go (https://go.dev/doc/install), then run this again' >&2
	exit 1
}
version=$(git describe --tags --always --dirty 2>/dev/null || echo devel)
CGO_ENABLED=0 GOWORK=off go build -trimpath -buildvcs=false \
	-ldflags "-s -w -X github.com/eksauth/eksauth/emulator.version=$version" -o bin/eksauth .
