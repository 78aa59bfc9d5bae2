#!/usr/bin/env bash
# node-image-pods.sh PROGRAMS TREE TAR: writes the images of the control plane's pods as a Docker archive: one layer that
# they share, and a configuration for each way to start. It takes kubernetes (the version), kind (the module's folder) and
# work from its environment.
set -euo pipefail

programs=$1 tree=$2 out=$3
: "${kubernetes:?}" "${kind:?}" "${work:?}"
layer=$work/layer archive=$work/archive
mkdir -p "$layer/usr/local/bin" "$layer/tmp" "$archive"
chmod 1777 "$layer/tmp"

for name in node pause coredns; do install -m 0755 "$programs/$name" "$layer/usr/local/bin/$name"; done
for name in etcd kube-apiserver kube-controller-manager kube-proxy kube-scheduler; do ln -s node "$layer/usr/local/bin/$name"; done
ln -s usr/local/bin/pause "$layer/pause"
ln -s usr/local/bin/coredns "$layer/coredns"
mkdir -p "$layer/etc/ssl/certs"
cp "$tree/etc/ssl/certs/ca-certificates.crt" "$layer/etc/ssl/certs/"

# kube-proxy calls these; the libraries are those that the loader names, and iptables' own modules.
tools=(/usr/sbin/xtables-nft-multi /usr/sbin/nft /usr/sbin/conntrack /usr/bin/kmod)
files=("${tools[@]}")
mapfile -t -O "${#files[@]}" files < <(chroot "$tree" sh -c 'ldd "$@" /usr/lib/*/xtables/*.so' - "${tools[@]}" | grep -o '/[^ :]*\.so[^ :]*' | sort -u)
for file in "${files[@]}"; do install -D -m 0755 "$tree$(chroot "$tree" realpath "$file")" "$layer$file"; done
(cd "$tree" && cp -r --parents usr/lib/*/xtables "$layer/")
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
	ln -s xtables-nft-multi "$layer/usr/sbin/$name"
done

tar -C "$layer" --sort=name --owner=0 --group=0 --numeric-owner -cf "$archive/layer.tar" .
layer_digest=sha256:$(sha256sum "$archive/layer.tar" | cut -d' ' -f1)

# The names are those that kubeadm asks for, and the sandbox image that kind's containerd names.
mapfile -t names < <(bash -c 'exec -a kubeadm "$0" "$@"' "$programs/node" config images list --kubernetes-version "$kubernetes")
sandbox=$(sed -n 's/.*sandbox_image = "\(.*\)"/\1/p' "$kind/images/base/files/etc/containerd/config.toml")
names+=("$sandbox")

built=$("$programs/coredns" -version | sed -n 's/^CoreDNS-/v/p')
printf '%s\n' "${names[@]}" | grep -q "/coredns:$built\$" || {
	echo "kubeadm asks for another CoreDNS than upstream/coredns/go.mod pins ($built): ${names[*]}" >&2
	exit 1
}

# named PART…: the names that have one of the parts, as a JSON list.
named() { printf '%s\n' "${names[@]}" | grep -E "/($(IFS='|' && echo "$*")):" | sort -u | jq -R . | jq -s .; }

# image CONFIG ENTRYPOINT TAGS: adds an image to the archive.
images='[]'
image() {
	jq -n --argjson entrypoint "$2" --arg arch "$(go env GOARCH)" --arg layer "$layer_digest" '{
		architecture: $arch, os: "linux", rootfs: {type: "layers", diff_ids: [$layer]},
		config: ({Env: ["PATH=/usr/local/bin:/usr/sbin:/usr/bin"]} + if $entrypoint == [] then {} else {Entrypoint: $entrypoint} end)
	}' >"$archive/$1"
	images=$(jq --arg config "$1" --argjson tags "$3" '. + [{Config: $config, RepoTags: $tags, Layers: ["layer.tar"]}]' <<<"$images")
}

image programs.json '[]' "$(named etcd kube-apiserver kube-controller-manager kube-proxy kube-scheduler)"
image coredns.json '["/coredns"]' "$(named coredns/coredns)"
image pause.json '["/pause"]' "$(named pause)"
[ "$(jq '[.[].RepoTags[]] | length' <<<"$images")" = "$(printf '%s\n' "${names[@]}" | sort -u | wc -l)" ] ||
	{ echo "kubeadm asks for images that this does not make: ${names[*]}" >&2; exit 1; }
printf '%s\n' "$images" >"$archive/manifest.json"
tar -C "$archive" -cf "$out" .
rm -rf "$layer" "$archive"
