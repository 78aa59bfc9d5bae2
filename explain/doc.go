// Package explain answers why a token was accepted or refused.
//
// It stands apart because its questions are those of a person, not of a protocol. What can be said without a running
// stack is in its folders: [github.com/eksauth/eksauth/explain/lint] reads mappings before they are applied,
// [github.com/eksauth/eksauth/explain/token] reads a token, and both leave the verdict to the authenticator's own code in
// [github.com/eksauth/eksauth/explain/authenticator].
package explain
