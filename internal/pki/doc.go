// Package pki is a small certificate authority: it makes ECDSA certificate authorities and the leaf certificates that they
// sign.
//
// It stands apart because two parts of a stack need one and must not know each other: the gateway, which answers for AWS
// host names under the stack's own authority, and the local control plane, whose cluster has an authority of its own, as
// an EKS cluster has.
package pki
