#!/usr/bin/env bash
# Measures, side by side in one run, how long a warm start takes until the first authenticated kubectl call, and how long
# etcd and kube-apiserver alone take until /readyz, with a configuration as small as Kubernetes' own test tools give them.
# Prints the median of each and their ratio, and what memory the eksauth process has then: scripts/bench-up.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-5}
tools=$PWD/bin/upstream
work=$(mktemp -d)
export EKSAUTH_HOME=$work/home
pids=()
end() {
	[ ${#pids[@]} -eq 0 ] || kill -9 "${pids[@]}" 2>/dev/null || true
	bin/eksauth down --purge >/dev/null 2>&1 || true
	wait || true
	rm -rf "$work"
}
trap end EXIT

now() { date +%s%N; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

openssl genrsa -out "$work/sa.key" 2048 2>/dev/null
client=$(free_port) peer=$(free_port) api=$(free_port)

# alone: etcd and kube-apiserver on the same data in each round; the milliseconds go to $work/alone.
alone() {
	local from
	from=$(now)
	"$tools/etcd" --data-dir "$work/etcd" --listen-client-urls "http://127.0.0.1:$client" --advertise-client-urls "http://127.0.0.1:$client" \
		--listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" \
		--initial-cluster "default=http://127.0.0.1:$peer" --log-level error >"$work/etcd.log" 2>&1 &
	pids=($!)
	"$tools/kube-apiserver" --etcd-servers "http://127.0.0.1:$client" --bind-address 127.0.0.1 --secure-port "$api" --cert-dir "$work/certs" \
		--service-account-issuer https://localhost --service-account-signing-key-file "$work/sa.key" --service-account-key-file "$work/sa.key" \
		--authorization-mode RBAC --service-cluster-ip-range 10.0.0.0/24 --endpoint-reconciler-type none >"$work/apiserver.log" 2>&1 &
	pids+=($!)
	until curl -skf --noproxy '*' "https://127.0.0.1:$api/readyz" >/dev/null; do
		kill -0 "${pids[@]}" || { tail -5 "$work/apiserver.log" >&2; exit 1; }
		sleep 0.02
	done
	echo $((($(now) - from) / 1000000)) >>"$work/alone"
	kill -9 "${pids[1]}" # it would wait for an etcd that ends at the same time
	kill "${pids[0]}"
	wait "${pids[@]}" 2>/dev/null || true
	pids=()
}

# stack: up and one kubectl call, with the exec plugin that $1 names.
stack() {
	local from
	from=$(now)
	bin/eksauth up --detach --listen 127.0.0.1:0 >"$work/up.log"
	KUBECONFIG=$EKSAUTH_HOME/default/kubeconfig "$tools/kubectl" --cache-dir "$work/kube" get namespaces >/dev/null
	echo $((($(now) - from) / 1000000)) >>"$work/stack-$1"
	awk '/^VmRSS/ { print $2 }' "/proc/$(sed -n 's/.*"pid": \([0-9]*\).*/\1/p' "$EKSAUTH_HOME/default/run.json")/status" >>"$work/memory"
	bin/eksauth down >/dev/null
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

without_aws=$(printf '%s' "$PATH" | tr ':' '\n' | while read -r dir; do [ -x "$dir/aws" ] || echo "$dir"; done | paste -sd:)
alone
stack warm # the first round makes keys, data and caches
rm "$work/alone" "$work/stack-warm" "$work/memory"
for round in $(seq "$rounds"); do
	echo "bench-up: round $round of $rounds" >&2
	alone
	PATH=$without_aws stack authenticator
	if command -v aws >/dev/null; then stack aws; fi
done

base=$(median "$work/alone")
echo "warm start, median of $rounds rounds:"
echo "  etcd and kube-apiserver alone until ready                  $base ms"
for plugin in authenticator aws; do
	[ -f "$work/stack-$plugin" ] || continue
	took=$(median "$work/stack-$plugin")
	printf '  up until the first kubectl call, token by %-14s   %d ms, ratio %s\n' "$plugin" "$took" "$(ratio "$took" "$base")"
done
echo "resident memory of the eksauth process alone, median: $(median "$work/memory") KiB"
