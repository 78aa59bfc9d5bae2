#!/usr/bin/env bash
# Runs the Go benchmarks of every package that has some, then every scripts/bench-*.sh, and prints the figures.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=$(git grep -l --untracked '^func Benchmark' -- '*_test.go' ':!e2e' | xargs -rn1 dirname | sort -u | sed 's|^|./|')
if [ "$packages" ]; then
	# shellcheck disable=SC2086 # one word a package
	go test -run '^$' -bench . -benchmem -count "${BENCH_COUNT:-1}" $packages
fi
for script in scripts/bench-*.sh; do
	[ -x "$script" ] || continue
	echo "bench: $script"
	"$script"
done
