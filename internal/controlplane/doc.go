// Package controlplane is what every control plane of a stack has, whatever runs its programs: the configuration of
// kube-apiserver and of the real aws-iam-authenticator as EKS sets them, the files through which it is told who may enter
// while it runs, and a plain client of the API server.
//
// It stands apart because the control plane of processes and that of a kind cluster must let in the same people, and must
// not know each other.
package controlplane
