// Package localcluster runs the control plane of an EKS cluster as child processes on this machine, without containers:
// the real etcd, kube-apiserver, kube-controller-manager and aws-iam-authenticator.
//
// It stands apart because it is the only part that starts processes: it knows their flags, certificates, order and ways
// to fail, and nothing of AWS. Who may enter is told to it as plain mappings ([Mapping]); where AWS is, as the address of
// an HTTPS proxy.
//
// One [Etcd] serves any number of clusters, each under a key prefix of its own. A [Cluster] keeps its certificate
// authority, its ports and its keys in its folder, so that a restart is the same cluster to its clients.
//
// Everything listens on 127.0.0.1 only. The children end with the program that started them, however it ends (on Linux),
// and get only the environment variables that they need.
package localcluster
