#!/bin/sh
# Gives a node's pods a network, at boot, without a daemon: the node with the address a.b.c.N has the pods 10.244.N.0/24, and
# reaches those of every other node of its /24 over that node's address. So no node has to know which others there are.
set -eu

device=$(ip -4 route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
address=$(ip -4 -o address show dev "$device" | sed -n 's/.* inet \([0-9.]*\).*/\1/p' | head -n 1)
prefix=${address%.*}
own=${address##*.}

cat >/etc/cni/net.d/10-pods.conflist <<JSON
{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [
    {
      "type": "ptp",
      "ipMasq": true,
      "ipam": {"type": "host-local", "dataDir": "/run/cni-ipam", "routes": [{"dst": "0.0.0.0/0"}], "ranges": [[{"subnet": "10.244.$own.0/24"}]]}
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
JSON

other=1
while [ $other -lt 255 ]; do
	[ $other = "$own" ] || echo "route replace 10.244.$other.0/24 via $prefix.$other dev $device"
	other=$((other + 1))
done | ip -batch -

# A pod that calls a service before kube-proxy has made its rules is refused and tries again, instead of waiting for an answer
# from nowhere. Both Kubernetes' and kind's usual ranges of services lie in this one; what has a rule no longer has such a
# destination when it comes here.
iptables -A FORWARD -d 10.96.0.0/12 -j REJECT
