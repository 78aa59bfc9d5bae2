#!/usr/bin/env bash
# Measures how long an import of many roles takes, each with a trust policy, a policy of its own and two that are attached, into
# a stack with etcd; and how long the same again, which changes nothing: scripts/bench-import.sh [ROLES [ROUNDS]]
set -euo pipefail
cd "$(dirname "$0")/.."

roles=${1:-5000} rounds=${2:-3}
work=$(mktemp -d)
export EKSAUTH_HOME=$work/home
end() {
	bin/eksauth down --purge >/dev/null 2>&1 || true
	rm -rf "$work"
}
trap end EXIT

awk -v roles="$roles" 'BEGIN {
	iam = "arn:aws:iam::111122223333:"; made = "\"CreateDate\": \"2021-03-04T05:06:07+00:00\""
	allow = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"s3:GetObject\", \"s3:ListBucket\"], \"Resource\": [\"arn:aws:s3:::bucket-%d\", \"arn:aws:s3:::bucket-%d/*\"]}]}"
	trust = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"" iam "role/team/role-%d\"}, \"Action\": \"sts:AssumeRole\"}]}"
	printf "{\"RoleDetailList\": ["
	for (i = 1; i <= roles; i++) {
		printf "%s{\"Path\": \"/team/\", \"RoleName\": \"role-%d\", \"RoleId\": \"AROA%017d\", \"Arn\": \"%srole/team/role-%d\", %s, ", (i > 1 ? ",\n" : ""), i, i, iam, i, made
		printf "\"AssumeRolePolicyDocument\": " trust ", \"InstanceProfileList\": [], ", i % roles + 1
		printf "\"RolePolicyList\": [{\"PolicyName\": \"own\", \"PolicyDocument\": " allow "}], ", i, i
		printf "\"AttachedManagedPolicies\": [{\"PolicyName\": \"p\", \"PolicyArn\": \"%spolicy/policy-%d\"}, {\"PolicyName\": \"v\", \"PolicyArn\": \"arn:aws:iam::aws:policy/ReadOnlyAccess\"}], \"Tags\": [{\"Key\": \"team\", \"Value\": \"t%d\"}]}", iam, i, i % 50
	}
	printf "], \"Policies\": ["
	for (i = 1; i <= roles; i++) {
		printf "%s{\"PolicyName\": \"policy-%d\", \"PolicyId\": \"ANPA%017d\", \"Arn\": \"%spolicy/policy-%d\", \"Path\": \"/\", \"DefaultVersionId\": \"v1\", %s, \"UpdateDate\": \"2021-03-04T05:06:07+00:00\", ", (i > 1 ? ",\n" : ""), i, i, iam, i, made
		printf "\"PolicyVersionList\": [{\"VersionId\": \"v1\", \"IsDefaultVersion\": true, %s, \"Document\": " allow "}]}", made, i, i
	}
	print "]}"
}' >"$work/iam.json"
printf 'region: us-east-2\naccounts: [{id: "534000000385"}]\n' >"$work/empty.yaml"

now() { date +%s%N; }
timed() {
	local from
	from=$(now)
	bin/eksauth import "$work/iam.json" >"$work/printed"
	echo $((($(now) - from) / 1000000)) >>"$work/$1"
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for round in $(seq "$rounds"); do
	echo "bench-import: round $round of $rounds" >&2
	bin/eksauth up --detach --listen 127.0.0.1:0 --config "$work/empty.yaml" >/dev/null
	timed first
	timed again
	awk '/^VmRSS/ { print $2 }' "/proc/$(sed -n 's/.*"pid": \([0-9]*\).*/\1/p' "$EKSAUTH_HOME/default/run.json")/status" >>"$work/memory"
	bin/eksauth down --purge >/dev/null
done
echo "import of $roles roles and $roles policies, median of $rounds rounds: $(median "$work/first") ms"
echo "the same import again: $(median "$work/again") ms"
echo "resident memory of the eksauth process then: $(median "$work/memory") KiB"
