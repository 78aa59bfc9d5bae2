#!/bin/sh
# An OCI runtime: runc, asked for no capability that this host does not give. Where CAP_SYS_RESOURCE is missing from the
# bounding set, runc refuses every privileged container ("unable to apply caps: operation not permitted"), and so kind.
# This only ever asks for less. docker-up.sh makes dockerd use it, on such hosts alone.
set -eu

spec=
previous=
for argument; do
	case $previous in
	--bundle | -b) spec=$argument/config.json ;; # runc create
	--process | -p) spec=$argument ;;            # runc exec
	esac
	previous=$argument
done
if [ -n "$spec" ] && [ -f "$spec" ]; then
	sed -i 's/,"CAP_SYS_RESOURCE"//g; s/"CAP_SYS_RESOURCE",//g; s/"CAP_SYS_RESOURCE"//g' "$spec"
fi
exec runc "$@"
