#!/usr/bin/env bash
# Measures how long eksauth explain takes on a running stack, for somebody who is refused and for somebody who is let in: the
# median of whole commands. scripts/bench-explain.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-20}
work=$(mktemp -d)
export EKSAUTH_HOME=$work/home
end() {
	bin/eksauth down --purge >/dev/null 2>&1 || true
	rm -rf "$work"
}
trap end EXIT

bin/eksauth up --detach --listen 127.0.0.1:0 >"$work/up.log"
for profile in arseniy yaroslav; do
	for _ in $(seq "$rounds"); do
		from=$(date +%s%N)
		bin/eksauth explain --profile "$profile" -- get pods >/dev/null 2>&1 || true # to be refused is an answer
		echo $((($(date +%s%N) - from) / 1000000)) >>"$work/$profile"
	done
done
for profile in arseniy yaroslav; do
	printf 'explain --profile %-8s -- get pods, median of %d: %d ms\n' "$profile" "$rounds" "$(sort -n "$work/$profile" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }')"
done
