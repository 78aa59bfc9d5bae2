package kubelet

import (
	"context"
	"net/http"
	"time"
)

// object is what is read of any object.
type object struct {
	Metadata struct {
		UID string `json:"uid"`
	} `json:"metadata"`
	Spec struct {
		ProviderID string `json:"providerID"`
	} `json:"spec"`
}

func (k *Kubelet) nodePath() string { return "/api/v1/nodes/" + k.cfg.Node.Name }

// node is the Node object with which a kubelet registers: its labels are those that NodeRestriction lets it set.
func (k *Kubelet) node() map[string]any {
	n := k.cfg.Node
	labels := map[string]string{
		"kubernetes.io/hostname": n.Name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
		"node.kubernetes.io/instance-type": n.Type, "topology.kubernetes.io/region": n.Region, "topology.kubernetes.io/zone": n.Zone,
	}
	return map[string]any{
		"apiVersion": "v1", "kind": "Node",
		"metadata": map[string]any{"name": n.Name, "labels": labels},
		"spec":     map[string]any{"providerID": n.ProviderID},
		"status":   k.status(),
	}
}

// capacity is what every node says to have, so that tools find numbers.
var capacity = map[string]string{"cpu": "2", "memory": "8Gi", "pods": "35", "ephemeral-storage": "20Gi"}

func (k *Kubelet) status() map[string]any {
	now := k.cfg.Now().UTC().Format(time.RFC3339)
	condition := func(kind, status, reason, message string) map[string]any {
		return map[string]any{
			"type": kind, "status": status, "reason": reason, "message": message, "lastHeartbeatTime": now, "lastTransitionTime": now,
		}
	}
	return map[string]any{
		"capacity": capacity, "allocatable": capacity,
		"addresses": []any{
			map[string]any{"type": "InternalIP", "address": k.cfg.Node.IP},
			map[string]any{"type": "InternalDNS", "address": k.cfg.Node.Name},
			map[string]any{"type": "Hostname", "address": k.cfg.Node.Name},
		},
		"conditions": []any{
			condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
			condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
			condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
			condition("Ready", "True", "KubeletReady", "eksauth: a node in name only, which runs no pods"),
		},
		"nodeInfo": map[string]any{
			"kubeletVersion": k.version, "kubeProxyVersion": "", "operatingSystem": "linux", "architecture": "amd64", "osImage": "eksauth",
			"kernelVersion": "none", "containerRuntimeVersion": "none://none", "machineID": k.cfg.Node.ProviderID,
			"systemUUID": k.cfg.Node.ProviderID, "bootID": k.cfg.Node.ProviderID,
		},
	}
}

// reportStatus renews the heartbeat in the Node object.
func (k *Kubelet) reportStatus(ctx context.Context) error {
	return k.do(ctx, http.MethodPatch, k.nodePath()+"/status", map[string]any{"status": k.status()}, nil)
}

const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"

// renew renews the node's Lease, or makes it: the control plane counts on it to know that the node lives
// (https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats).
func (k *Kubelet) renew(ctx context.Context) error {
	spec := map[string]any{
		"holderIdentity": k.cfg.Node.Name, "leaseDurationSeconds": int(leaseLifetime.Seconds()),
		"renewTime": k.cfg.Now().UTC().Format("2006-01-02T15:04:05.000000Z07:00"),
	}
	err := k.do(ctx, http.MethodPatch, leases+"/"+k.cfg.Node.Name, map[string]any{"spec": spec}, nil)
	if !isStatus(err, http.StatusNotFound) {
		return err
	}
	return k.do(ctx, http.MethodPost, leases, map[string]any{
		"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
		"metadata": map[string]any{
			"name": k.cfg.Node.Name, "namespace": "kube-node-lease",
			"ownerReferences": []any{map[string]any{"apiVersion": "v1", "kind": "Node", "name": k.cfg.Node.Name, "uid": k.uid}},
		},
		"spec": spec,
	}, nil)
}
