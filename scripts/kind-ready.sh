#!/usr/bin/env bash
# Gets ready what the end-to-end suite on kind needs and what takes minutes the first time: a Docker daemon and a node image.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/docker-up.sh
bin/eksauth node-image build >/dev/null
