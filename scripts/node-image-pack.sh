#!/usr/bin/env bash
# node-image-pack.sh TREE FILE: packs a node's files for docker import.
set -euo pipefail

tar -C "$1" --sort=name --numeric-owner -c . | zstd -q -T0 -3 -o "$2"
