// Package events is the flight recorder: what happened to each authentication attempt, from the call of STS to the verdict of
// RBAC, told by the gateway, the authenticator's log and the kube-apiserver's audit log.
//
// It stands apart because everybody writes to it and nobody's types may be needed to read it: it has an Event of its own and
// imports nothing of this module. It keeps the last events in bounded memory. Secrets do not get in: an event has no field for
// one, and free texts are cleaned of tokens, signatures and session tokens on their way in.
//
// Events of one authentication are joined into an attempt by access key, by the fingerprint of the token, by the principal and
// by time; see [Event.Attempt].
package events
