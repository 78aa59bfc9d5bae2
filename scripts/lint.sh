#!/usr/bin/env bash
# Runs golangci-lint, at the version that scripts/lint/go.mod pins (built once into bin/), and shellcheck if it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

export GOWORK=off
linter=bin/golangci-lint-$(cd scripts/lint && go list -m -f '{{.Version}}' github.com/golangci/golangci-lint/v2)
if [ ! -x "$linter" ]; then
	echo "lint: building $linter; this takes some minutes, once"
	(cd scripts/lint && CGO_ENABLED=0 go build -trimpath -o "../../$linter" github.com/golangci/golangci-lint/v2/cmd/golangci-lint)
fi
"$linter" run ./...

if command -v shellcheck >/dev/null; then
	shellcheck scripts/*.sh .ci/run
else
	echo 'lint: shellcheck is not installed: the scripts are not checked (on Debian: apt-get install shellcheck)'
fi
