// Package online explains an attempt on a running stack, hop by hop from the client's key to RBAC.
//
// It stands apart because it decides nothing: each hop is asked of the part that decides there. STS says who calls, the
// authenticator whom it takes a token for and, in its log, why not; the kube-apiserver whether it lets in and what the
// user may do. Only the search for what was meant, once a part has refused, is our own.
package online
