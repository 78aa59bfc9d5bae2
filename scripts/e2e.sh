#!/usr/bin/env bash
# Runs the end-to-end suite: scripts/e2e.sh CLUSTERS [ginkgo arguments]
set -euo pipefail
cd "$(dirname "$0")/.."

clusters=${1:?usage: scripts/e2e.sh CLUSTERS [arguments], for example: scripts/e2e.sh local}
shift
scripts/clients.sh
case ,$clusters, in *,kind,*) scripts/kind-ready.sh ;; esac
case ,$clusters, in *,compose,*) scripts/compose-ready.sh ;; esac
echo "e2e: the story on $clusters"
E2E_CLUSTERS=$clusters go test -count=1 -timeout 50m -v ./e2e -ginkgo.v -ginkgo.no-color -ginkgo.timeout=45m "$@"
