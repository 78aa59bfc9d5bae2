// Package kindconfig runs a cluster's control plane as a kind cluster: real kubeadm, kubelet and containerd in containers,
// with the real aws-iam-authenticator as a static pod beside the kube-apiserver, as EKS runs it.
//
// It stands apart because it alone knows kind. What decides who enters is that of internal/controlplane, the same as
// without containers.
package kindconfig
