#!/usr/bin/env bash
# Runs what README.md shows, so that it stays true: scripts/readme.sh [--only COMMAND] [--except COMMAND] [FILE]
#
#   ```console run        the lines that start with "$ " are commands, each must succeed; "> " continues a command
#   ```console compare    the same, and the lines below a command are what it prints; its exit status is free
#
# In what is shown, … stands for any text, and a line of … alone for any number of lines. All blocks of a file run in order
# in one shell at the repository's root, so that eval "$(bin/eksauth env)" in one block is in force in the next.
set -euo pipefail
cd "$(dirname "$0")/.."

only='' except='' file=README.md
while [ $# -gt 0 ]; do
	case $1 in
	--only) only=$2 && shift 2 ;;
	--except) except=$2 && shift 2 ;;
	*) file=$1 && shift ;;
	esac
done
[ -r "$file" ] || { echo "readme: cannot read $file" >&2; exit 1; }

printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
ran=0

# matches SHOWN PRINTED: whether the text is what is shown, taking … as a wildcard.
matches() {
	# shellcheck disable=SC2034 # the eval below reads text
	local shown=$'\n'$1$'\n' text=$'\n'$2$'\n' pattern='' part
	shown=${shown//$'\n…\n'/$'\n\a'}
	shown=${shown//…/$'\a'}
	while [[ $shown == *$'\a'* ]]; do
		part=${shown%%$'\a'*}
		pattern+=$(printf '%q' "$part")'*'
		shown=${shown:$((${#part} + 1))}
	done
	pattern+=$(printf '%q' "$shown")
	eval "[[ \$text == $pattern ]]"
}

# check MODE COMMAND SHOWN: runs one command in this very shell.
check() {
	local mode=$1 command=$2 shown=$3 status=0
	[ -z "$only" ] || [ "$command" = "$only" ] || return 0
	[ -z "$except" ] || [ "$command" != "$except" ] || return 0
	ran=$((ran + 1))
	printf '$ %s\n' "$command"
	# A long command with nothing to compare prints as it runs.
	if [ "$mode" = run ]; then
		set +eu
		eval "$command"
		status=$?
		set -eu
		[ $status = 0 ] || { echo "readme: $file: \"$command\" ended with exit status $status" >&2; exit 1; }
		return
	fi
	set +eu
	eval "$command" >"$printed" 2>&1
	set -eu
	cat "$printed"
	matches "$shown" "$(cat "$printed")" && return
	printf 'readme: %s: "%s" printed something else than what is shown there:\n%s\n' "$file" "$command" "$shown" >&2
	exit 1
}

mode='' command='' shown=''
flush() {
	[ -z "$command" ] || check "$mode" "$command" "$shown"
	command='' shown=''
}
while IFS= read -r line <&3 || [ "$line" ]; do
	if [ -z "$mode" ]; then
		case $line in
		'```console run') mode=run ;;
		'```console compare') mode=compare ;;
		esac
		continue
	fi
	case $line in
	'```') flush && mode='' ;;
	'$ '*) flush && command=${line#'$ '} ;;
	'> '*) command+=$'\n'${line#'> '} ;;
	*) shown+=${shown:+$'\n'}$line ;;
	esac
done 3<"$file"

[ $ran -gt 0 ] || { echo "readme: $file has no command to run here" >&2; exit 1; }
echo "readme: $ran commands of $file do what it shows"
