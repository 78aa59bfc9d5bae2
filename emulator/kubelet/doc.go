// Package kubelet joins a cluster as a worker node's kubelet does, as far as the control plane can see: it enters with a
// token of the instance's role, makes its Node object, and renews its Lease. It runs no pods.
//
// It stands apart because it knows Kubernetes and the token alone, neither the stack nor AWS: what it does is what any
// kubelet may do under the Node authorizer and the admission plugin NodeRestriction
// (https://kubernetes.io/docs/reference/access-authn-authz/node/).
package kubelet
