// Package objects makes a local cluster hold aws-auth and the RBAC objects of a real one.
//
// It stands apart because a cluster has roles and bindings of its own, without which its control plane does not work: what is
// replaced, what is merged and what is taken away again is decided here.
package objects
