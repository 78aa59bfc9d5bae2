// Package hop is the form of an explanation: one step for each hop from the client's credentials to RBAC.
//
// It stands apart because explanations with and without a running stack print the same, and because its JSON form is a
// promise to scripts: fields are added, never changed or removed, while Version is the same.
package hop
