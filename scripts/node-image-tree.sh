#!/usr/bin/env bash
# node-image-tree.sh SYSTEM.tar PROGRAMS TREE: lays out a node's files: the Debian system, kind's own files (from its module),
# the Kubernetes programs, and the images of the control plane's pods in containerd's store.
# It takes from its environment root (the checkout), kubernetes (the version), kind (the module's folder) and work.
set -euo pipefail

system=$1 programs=$2 tree=$3
: "${root:?}" "${kubernetes:?}" "${kind:?}" "${work:?}"
mkdir "$tree"
tar -C "$tree" -xf "$system"

# kind's files, in the modes of its Dockerfile; a module's files are read-only.
cp -r --no-preserve=mode,ownership "$kind/images/base/files/." "$tree/"
chmod 0755 "$tree"/usr/local/bin/* "$tree"/kind/bin/*

install -m 0755 "$programs/node" "$tree/usr/bin/node"
for name in kubeadm kubectl kubelet; do ln -s node "$tree/usr/bin/$name"; done
for name in containerd ctr containerd-shim-runc-v2; do ln -s "/usr/bin/$name" "$tree/usr/local/bin/$name"; done
mkdir -p "$tree/opt/cni" "$tree/etc/cni/net.d" "$tree/etc/kubernetes/manifests" "$tree/kind/manifests"
ln -s /usr/lib/cni "$tree/opt/cni/bin"

printf '%s' "$kubernetes" >"$tree/kind/version"
# kind applies a network, but pods get theirs from pod-network.service.
cat >"$tree/kind/manifests/default-cni.yaml" <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: pod-network, namespace: kube-system}
data: {by: pod-network.service on each node}
YAML
install -m 0755 "$root/scripts/node-image-network.sh" "$tree/kind/bin/pod-network.sh"
install -m 0644 "$root/scripts/node-image-network.service" "$tree/etc/systemd/system/pod-network.service"

# Where the host withholds CAP_SYS_RESOURCE, nothing in a node can lower a process's OOM score; elsewhere this changes
# nothing that a cluster for tests would miss.
sed -i 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' "$tree/etc/containerd/config.toml"
grep -q 'restrict_oom_score_adj = true' "$tree/etc/containerd/config.toml"

# What kind's Dockerfile does to systemd: nothing starts but what a node needs, and the kernel's log is the host's.
rm -f "$tree"/lib/systemd/system/multi-user.target.wants/* "$tree"/etc/systemd/system/*.wants/* \
	"$tree"/lib/systemd/system/local-fs.target.wants/* "$tree"/lib/systemd/system/sockets.target.wants/*udev* \
	"$tree"/lib/systemd/system/sockets.target.wants/*initctl* "$tree"/lib/systemd/system/basic.target.wants/* \
	"$tree"/lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service
echo 'ReadKMsg=no' >>"$tree/etc/systemd/journald.conf"
chroot "$tree" systemctl enable kubelet containerd undo-mount-hacks pod-network
chroot "$tree" systemctl mask systemd-binfmt

chroot "$tree" ctr oci spec |
	jq '.hooks.createContainer += [{"path": "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)' >"$tree/etc/containerd/cri-base.json"

"$root/scripts/node-image-pods.sh" "$programs" "$tree" "$work/pods.tar"

# A containerd of its own, which has only to store: it never runs a container.
store=$tree/run/store
mkdir -p "$store"
cat >"$store/config.toml" <<TOML
version = 2
root = "/var/lib/containerd"
state = "/run/store"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs"]
[grpc]
address = "/run/store/containerd.sock"
TOML
chroot "$tree" containerd --config /run/store/config.toml &
containerd=$!
trap 'kill "$containerd" 2>/dev/null || :; wait "$containerd" 2>/dev/null || :' EXIT
ctr() { chroot "$tree" ctr --address /run/store/containerd.sock "$@"; }
for ((tenths = 0; tenths < 300; tenths++)); do
	ctr version >/dev/null 2>&1 && break
	kill -0 "$containerd"
	sleep 0.1
done
mv "$work/pods.tar" "$store/pods.tar"
ctr -n k8s.io images import --no-unpack /run/store/pods.tar
kill "$containerd"
wait "$containerd" || :
trap - EXIT
rm -rf "$store"
