#!/usr/bin/env bash
# Vet, then every test that needs no running stack; the dependency rules are the root package's test.
set -euo pipefail
cd "$(dirname "$0")/.."

echo 'test: go vet'
go vet ./...
echo 'test: unit tests and dependency rules'
# The race detector needs cgo. No cluster is named here: the end-to-end suite has its own stage.
E2E_CLUSTERS='' CGO_ENABLED=1 go test -race -shuffle=on -timeout 15m ./...
